/**
 * `npm run open-sealed -- CID [--out FILE]`: the operator opens, with the escrow key of the data folder, what a cooperative has sealed. For those who
 * have lost their phones and ask for it; whoever may ask is for the operator to make sure of.
 */
import { existsSync, readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { Command } from "commander";
import { fileTypeFromBuffer } from "file-type";
import { parseCid } from "../protocol/cid.ts";
import { Problem } from "../protocol/problem.ts";
import { openSealed } from "../server/blocks/seal.ts";
import { readText } from "../server/blocks/text.ts";
import { ConfigError, readConfig } from "../server/config.ts";
import { escrowKeyOf } from "../server/escrow.ts";
import { FolderError } from "../server/folder.ts";
import { openGateways, SourceError } from "./verify/sources.ts";

interface Options {
  readonly out?: string;
  readonly data?: string;
  readonly server?: string;
}

const program = new Command("open-sealed")
  .description("Opens a sealed file with the operator's escrow key: text is printed, all else is written to a file.")
  .argument("<cid>", "the sealed file, as the record names it")
  .option("--out <file>", "where to write the content; it must not be there yet (default: a name made of the CID)")
  .option("--data <folder>", "the server's data folder, with the escrow key in it")
  .option("--server <address>", "where the sealed file is fetched (default: this machine at PORT)")
  .action(async (cid: string, options: Options) => {
    try {
      await run(cid, options);
    } catch (cause) {
      const isTold =
        cause instanceof Problem ||
        cause instanceof ConfigError ||
        cause instanceof FolderError ||
        cause instanceof SourceError;
      if (!isTold) throw cause;
      console.error(cause instanceof Problem ? `open-sealed: ${cause.detail}` : cause.message);
      process.exitCode = 1;
    }
  });

async function run(cid: string, { out, data, server }: Options): Promise<void> {
  const config = readConfig(process.env, { data });
  if (parseCid(cid, "/cid").codec !== "raw")
    throw new SourceError("A sealed file is one raw block: its CID begins with bafkrei.");
  const key = await escrowKeyOf(config.data);
  if (key === null) throw new SourceError(`There is no escrow key in ${config.data}: SEAL_ESCROW was never on here.`);
  trustOwn(config.data);
  const found = await openGateways([server?.replace(/\/+$/, "") ?? `http://localhost:${config.port}`]).block(cid);
  if (!(found instanceof Uint8Array)) {
    throw new SourceError(
      found === "missing" ? `${cid} is not there: is the server running?` : `${cid} is damaged there.`,
    );
  }
  const content = await openSealed(found, key);
  const extension = (await fileTypeFromBuffer(content.subarray(0, 4096)))?.ext;
  const text = extension === undefined ? readText(content) : undefined;
  if (text !== undefined && out === undefined) {
    console.log(text);
    return;
  }
  const path = out ?? `${cid}.${extension ?? "bin"}`;
  await writeNew(path, content);
  console.log(`${content.length} bytes are in ${path}, for its owner's eyes: delete it when it was passed on.`);
}

/** A server with HTTPS=on leads to https, by a certificate of the data folder's own authority. */
function trustOwn(data: string): void {
  const path = join(data, "tls/ca.crt");
  if (existsSync(path)) setDefaultCACertificates([...getCACertificates(), readFileSync(path, "utf8")]);
}

/** Readable by its owner alone. */
async function writeNew(path: string, content: Uint8Array): Promise<void> {
  try {
    const file = await open(path, "wx", 0o600);
    await file.writeFile(content);
    await file.close();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") throw new SourceError(`${path} is there already.`);
    throw cause;
  }
}

await program.parseAsync();
