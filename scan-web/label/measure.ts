/**
 * How wide a line of text can be, and where it may break. The letters of the reader's own fonts are not known here, so every
 * width is that of the widest of the usual ones: a line that fits here fits in print. Pure.
 */
export { brokenInto, isMeasured, widthOf };

/** Width of an unknown letter, in sizes. Chinese, Japanese and Korean characters are squares. */
const SQUARE = 1;

/** Letters by width, in sizes: the widest of Arial, DejaVu Sans and Serif, Georgia, Noto Sans, Segoe UI and Verdana. */
const WIDTHS: ReadonlyMap<string, number> = new Map(
  (
    [
      [" \u00a0!'(),-./:;[\\]`|ijlftI·", 0.43],
      ['"*?_rszcJ{}°', 0.6],
      ["0123456789abdeghknopquvxy", 0.65],
      ["FLTPESZ$~", 0.7],
      ["ABCKRVXY", 0.78],
      ["DGHNOQUw#&+<=>^–", 0.89],
      ["MWm%@", 1.05],
    ] as const
  ).flatMap(([letters, width]) => Array.from(letters, (letter) => [letter, width] as const)),
);

const WIDE =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uffef“”‘’…—×]$/u;
/** What must not begin a line, and what must not end one (GB/T 15834). */
const NOT_FIRST = /^[\u00a0，。、；：！？）》」』】”’…—,.;:!?)\]}%·]/u;
const NOT_LAST = /[\u00a0（《「『【“‘([{]$/u;

const graphemes = new Intl.Segmenter("zh", { granularity: "grapheme" });

function widthOfLetter(letter: string): number {
  const known = WIDTHS.get(letter);
  if (known !== undefined) return known;
  // "é" is as wide as "e".
  const base = letter.normalize("NFD").replace(/\p{M}/gu, "");
  return WIDTHS.get(base) ?? SQUARE * Math.max(1, Array.from(base).length);
}

/** In sizes of the letter: times the size it is millimetres. */
function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += widthOfLetter(segment);
  return width;
}

/** Whether all of it is known to be no wider than {@link widthOf} says; else the drawing has to be held to that width. */
function isMeasured(text: string): boolean {
  return Array.from(graphemes.segment(text), ({ segment }) => segment).every(
    (letter) => WIDTHS.has(letter) || WIDE.test(letter) || WIDTHS.has(letter.normalize("NFD").replace(/\p{M}/gu, "")),
  );
}

/** `text` in lines of at most `width` sizes: words stay whole where a line can hold them, Chinese breaks between characters. */
function brokenInto(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const piece of piecesOf(text, width)) {
    if (line !== "" && widthOf((line + piece).trimEnd()) > width) {
      lines.push(line.trimEnd());
      line = piece.trimStart();
    } else line += piece;
  }
  if (line.trim() !== "") lines.push(line.trimEnd());
  return lines;
}

/** What stays together on a line. A word wider than the line falls into its letters. */
function piecesOf(text: string, width: number): readonly string[] {
  const pieces: string[] = [];
  let isOpen = false;
  for (const { segment } of graphemes.segment(text)) {
    const last = pieces.at(-1);
    const glued = last !== undefined && (NOT_FIRST.test(segment) || NOT_LAST.test(last));
    const inWord = last !== undefined && isOpen && !WIDE.test(segment) && segment !== " ";
    if (segment === " " && last !== undefined) pieces[pieces.length - 1] = `${last} `;
    else if (glued || inWord) pieces[pieces.length - 1] = `${last}${segment}`;
    else pieces.push(segment);
    isOpen = segment !== " " && !WIDE.test(segment);
  }
  return pieces.flatMap((piece) =>
    widthOf(piece.trimEnd()) <= width ? [piece] : Array.from(graphemes.segment(piece), ({ segment }) => segment),
  );
}
