/** Reading a document or file by CID for the index: what is not there yet, and what can never be read. */
import { Problem, problems } from "../../protocol/problem.ts";

export type { BytesOfCid };
export { fetched, messageOf, NeverRight, NotStored };

/** Undefined when this server does not hold it. */
type BytesOfCid = (cid: string) => Promise<Uint8Array | undefined>;

/** It is not right: no later try can mend it, for a CID has one content. */
class NeverRight extends Error {}

/** It, or a part of it, is stored nowhere that we look. */
class NotStored extends Error {
  readonly cid: string;

  constructor(cid: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.cid = cid;
  }
}

/** @throws NotStored, NeverRight, or Error where our own place of documents is out of order */
async function fetched(bytesOfCid: BytesOfCid, cid: string): Promise<Uint8Array> {
  let bytes: Uint8Array | undefined;
  try {
    bytes = await bytesOfCid(cid);
  } catch (cause) {
    if (cause instanceof Problem && cause.type === "block-missing")
      throw new NotStored(cid, `is not at hand (${cause.message})`, { cause });
    const isForGood = cause instanceof Problem && problems[cause.type].status < 500;
    if (isForGood) throw new NeverRight(`is no file that can be read (${cause.message})`);
    throw new Error(`is not at hand (${messageOf(cause)})`, { cause });
  }
  if (bytes === undefined) throw new NotStored(cid, `is not at hand (${cid} is not stored here)`);
  return bytes;
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
