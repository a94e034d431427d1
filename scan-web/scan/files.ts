/**
 * Hashes the pictures that the page shows, and the files that an opened proof lists: the CID of one raw block is its SHA-256. Files of
 * several blocks are left to `npm run verify`, which says so of itself.
 */
import { equalBytes } from "../../protocol/bytes.ts";
import { parseCid } from "../../protocol/cid.ts";

export type { FileMark };
export { checkFile, watchFiles };

type FileMark = "ok" | "altered" | "missing" | "unchecked";

type Sha256 = (bytes: Uint8Array) => Promise<Uint8Array> | Uint8Array;

async function checkFile(cid: string, sha256: Sha256): Promise<FileMark> {
  const { codec, digest } = parseCid(cid);
  if (codec === "dag-pb") return "unchecked";
  try {
    // From the browser's own cache where the picture has just come from: these are the bytes that are shown.
    const response = await fetch(`/ipfs/${cid}`, { cache: "force-cache", credentials: "omit" });
    if (!response.ok) return "missing";
    const bytes = new Uint8Array(await response.arrayBuffer());
    return equalBytes(await sha256(bytes), digest) ? "ok" : "altered";
  } catch {
    return "missing";
  }
}

/**
 * Calls `tell` for each picture once it has been loaded, and for each other file when the proof that lists it is opened: what nobody
 * looks at costs nobody any data.
 */
function watchFiles(sha256: Sha256, tell: (cid: string, mark: FileMark) => void): void {
  const asked = new Set<string>();
  const check = (cid: string): void => {
    if (asked.has(cid)) return;
    asked.add(cid);
    checkFile(cid, sha256).then(
      (mark) => tell(cid, mark),
      () => tell(cid, "missing"),
    );
  };
  for (const picture of document.querySelectorAll<HTMLImageElement>("img[data-file]")) {
    const look = (): void => check(picture.dataset.file ?? "");
    if (picture.complete && picture.currentSrc !== "") look();
    else {
      picture.addEventListener("load", look, { once: true });
      picture.addEventListener("error", look, { once: true });
    }
  }
  for (const link of document.querySelectorAll<HTMLElement>(".proof :is(a, span)[data-file]")) {
    link.closest("details")?.addEventListener("toggle", () => check(link.dataset.file ?? ""), { once: true });
  }
}
