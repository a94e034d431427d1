/**
 * A code's address as one SVG path, to stand inside a page. Scheme and host go in as bytes, the rest as alphanumerics (the scheme
 * stays in lower case: some camera apps do not open a capital one); level M, as on labels.
 */
import QRCode from "qrcode";
import { outlineOf } from "../../scan-web/ui/outline.ts";
import type { CodeDrawing } from "../../scan-web/ui/view.ts";

export { drawingOf };

/** `origin` is `https://host`, `path` as `codePath` writes it. The quiet zone is the page's to add. */
function drawingOf(origin: string, path: string): CodeDrawing {
  const { modules } = QRCode.create(
    [
      { data: Buffer.from(origin, "utf8"), mode: "byte" },
      { data: path, mode: "alphanumeric" },
    ],
    { errorCorrectionLevel: "M" },
  );
  const { size } = modules;
  return { size, path: outlineOf(size, (x, y) => modules.get(y, x) === 1) };
}
