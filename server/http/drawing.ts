/**
 * A code's address as one SVG path, to stand inside a page. Scheme and host go in as bytes, the rest as alphanumerics (the scheme
 * stays in lower case: some camera apps do not open a capital one); level M, as on labels.
 */
import QRCode from "qrcode";
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
  let drawn = "";
  for (let y = 0; y < modules.size; y++) {
    for (let x = 0; x < modules.size; x++) {
      if (!modules.get(y, x)) continue;
      let wide = 1;
      while (x + wide < modules.size && modules.get(y, x + wide)) wide++;
      drawn += `M${x} ${y}h${wide}v1h-${wide}z`;
      x += wide;
    }
  }
  return { size: modules.size, path: drawn };
}
