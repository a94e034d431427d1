/**
 * A code's address as one SVG path, to stand inside a page. Scheme and host go in as bytes, the rest as alphanumerics, so that a
 * 40 × 30 mm label holds it (the scheme stays in lower case: some camera apps do not open a capital one).
 */
import QRCode from "qrcode";
import { outlineOf } from "../../scan-web/ui/outline.ts";
import type { CodeDrawing } from "../../scan-web/ui/view.ts";

export { drawingOf, LEVEL, segmentsOf };

/** Of error correction. */
const LEVEL = "M" as const;

/** What a code is written of. `origin` is `https://host`, `path` as `codePath` writes it. */
function segmentsOf(origin: string, path: string) {
  return [
    { data: Buffer.from(origin, "utf8"), mode: "byte" as const },
    { data: path, mode: "alphanumeric" as const },
  ];
}

/** `origin` and `path` as of {@link segmentsOf}. The quiet zone is the page's to add. */
function drawingOf(origin: string, path: string): CodeDrawing {
  const { modules } = QRCode.create(segmentsOf(origin, path), { errorCorrectionLevel: LEVEL });
  const { size } = modules;
  return { size, path: outlineOf(size, (x, y) => modules.get(y, x) === 1) };
}
