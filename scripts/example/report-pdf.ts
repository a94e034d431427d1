/**
 * A one-page PDF 1.4 (ISO 32000-1) of lines in Chinese and English, small enough to be written by hand: no pictures, no embedded font.
 * Latin is Helvetica; Chinese asks for STSong-Light by Adobe's predefined CMap, which readers replace by a font of theirs. Pure.
 */
export type { PdfLine };
export { writePdf };

interface PdfLine {
  /** ASCII alone for `en`. */
  readonly text: string;
  readonly in: "zh" | "en";
  /** Points; 10 if left out. */
  readonly size?: number;
}

/** A4 in points. */
const [WIDTH, HEIGHT] = [595, 842];
const MARGIN = 56;

/** @throws RangeError where an English line holds other signs than ASCII, or the lines leave the page */
function writePdf(title: string, lines: readonly PdfLine[]): Uint8Array {
  const content = contentOf(lines);
  const font = "/Type /Font /BaseFont";
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R /Lang (zh-CN) >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${WIDTH} ${HEIGHT}] /Resources << /Font << /F1 4 0 R /F2 5 0 R >> >> /Contents 8 0 R >>`,
    `<< ${font} /Helvetica /Subtype /Type1 /Encoding /WinAnsiEncoding >>`,
    `<< ${font} /STSong-Light-UniGB-UTF16-H /Subtype /Type0 /Encoding /UniGB-UTF16-H /DescendantFonts [6 0 R] >>`,
    `<< ${font} /STSong-Light /Subtype /CIDFontType0 /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /FontDescriptor 7 0 R /DW 1000 /W [1 95 500] >>`,
    "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    `<< /Title ${utf16(title, "feff")} >>`,
  ];
  let text = "%PDF-1.4\n";
  const offsets = objects.map((object, n) => {
    const at = text.length;
    text += `${n + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const rows = offsets.map((at) => `${String(at).padStart(10, "0")} 00000 n \n`).join("");
  const trailer = `<< /Size ${objects.length + 1} /Root 1 0 R /Info 9 0 R >>`;
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}`;
  // Offsets are counts of bytes, and every sign so far is one byte.
  return new TextEncoder().encode(`${text}${table}trailer\n${trailer}\nstartxref\n${text.length}\n%%EOF\n`);
}

function contentOf(lines: readonly PdfLine[]): string {
  let y = HEIGHT - MARGIN;
  const drawn = lines.map(({ text, in: language, size = 10 }) => {
    y -= size * 1.6;
    if (y < MARGIN) throw new RangeError("the lines leave the page");
    const [font, shown] = language === "zh" ? ["F2", utf16(text)] : ["F1", literal(text)];
    return `/${font} ${size} Tf 1 0 0 1 ${MARGIN} ${y.toFixed(1)} Tm ${shown} Tj`;
  });
  return `BT\n${drawn.join("\n")}\nET`;
}

function literal(text: string): string {
  if (!/^[\x20-\x7e]*$/.test(text)) throw new RangeError(`"${text}" is not ASCII`);
  return `(${text.replace(/[\\()]/g, (sign) => `\\${sign}`)})`;
}

/** UTF-16, big-endian, as a hexadecimal string; a title begins with its byte order mark. */
function utf16(text: string, mark = ""): string {
  const units = Array.from({ length: text.length }, (_, n) => text.charCodeAt(n).toString(16).padStart(4, "0"));
  return `<${mark}${units.join("")}>`;
}
