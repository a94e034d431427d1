/**
 * Hashes the pictures that the page shows, and a file before it is opened: the CID of one raw block is its SHA-256. Files of
 * several blocks are left to `npm run verify`, which says so of itself.
 */
import { equalBytes } from "../../protocol/bytes.ts";
import { parseCid } from "../../protocol/cid.ts";

export type { FileMark };
export { checkFile, watchPictures };

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

/** Calls `tell` for each picture once it has been loaded: what was never shown costs nobody any data. */
function watchPictures(sha256: Sha256, tell: (cid: string, mark: FileMark) => void): void {
  for (const picture of document.querySelectorAll<HTMLImageElement>("img[data-file]")) {
    const cid = picture.dataset.file ?? "";
    const check = (): void => {
      checkFile(cid, sha256).then(
        (mark) => tell(cid, mark),
        () => tell(cid, "missing"),
      );
    };
    if (picture.complete && picture.currentSrc !== "") check();
    else {
      picture.addEventListener("load", check, { once: true });
      picture.addEventListener("error", check, { once: true });
    }
  }
}
