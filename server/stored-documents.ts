/** Documents as text, from the place where blocks are kept. */
import { CID } from "multiformats/cid";
import { textOf } from "../protocol/bytes.ts";
import { parseCid } from "../protocol/cid.ts";
import { Problem } from "../protocol/problem.ts";
import type { Blocks } from "./blocks/blocks.ts";

export { documentReader };

type LogError = (line: string, cause?: unknown) => void;

/** Text of a document; undefined when it is not here. */
function documentReader(blocks: Blocks, logError: LogError) {
  return async (cid: string): Promise<string | undefined> => {
    const isDocument = parseCid(cid).codec === "json";
    const bytes = isDocument ? await unlessDamaged(blocks.get(CID.parse(cid)), logError) : undefined;
    return bytes === undefined ? undefined : textOf(bytes);
  };
}

/** One damaged document must not hide the rest of a record: it is told as one that is not here, and the operator of it. */
async function unlessDamaged<T>(read: Promise<T>, logError: LogError): Promise<T | undefined> {
  try {
    return await read;
  } catch (cause) {
    if (!(cause instanceof Problem && cause.type === "block-damaged")) throw cause;
    logError(`a document is damaged: ${cause.detail}; put it here again to mend it`);
    return undefined;
  }
}
