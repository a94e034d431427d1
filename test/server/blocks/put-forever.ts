/**
 * A process for the crash tests: puts block after block into argv[2], a folder or a Kubo node's address, and names each on
 * stdout once it is acknowledged.
 */
import { rawCid } from "../../../server/blocks/digest.ts";
import { openFolderBlocks } from "../../../server/blocks/folder.ts";
import { openKuboBlocks } from "../../../server/blocks/kubo.ts";

const [, , place = "", salt = ""] = process.argv;
const blocks = await (place.startsWith("http:") ? openKuboBlocks([place], () => {}) : openFolderBlocks(place));

async function putOnAndOn(writer: number): Promise<never> {
  for (let n = 0; ; n++) {
    const bytes = Buffer.alloc(3_000 + ((n * 7_919) % 60_000), `${salt}/${writer}/${n}/`);
    const cid = rawCid(bytes);
    await blocks.put(cid, bytes);
    process.stdout.write(`${cid}\n`);
  }
}

await Promise.all([0, 1, 2, 3].map(putOnAndOn));
