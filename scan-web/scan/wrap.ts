/** Lines for drawings, where no browser breaks them: Chinese between any two letters, other words whole unless they are longer than a line. Pure. */
export { wrapped };

/** @param wide how many Chinese letters fit into a line; others count for about half of one */
function wrapped(text: string, wide: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  let used = 0;
  for (const piece of (text.match(PIECES) ?? []).flatMap((whole) => broken(whole, wide))) {
    const size = sizeOf(piece);
    if (used + size > wide && line.trim() !== "" && !NO_BEGIN.test(piece)) {
      lines.push(line.trimEnd());
      [line, used] = ["", 0];
    }
    line += line === "" ? piece.trimStart() : piece;
    used += size;
  }
  if (line.trim() !== "") lines.push(line.trimEnd());
  return lines;
}

/** A wide letter, or a run of others with the space after it. */
const PIECES =
  /[（(]?[\d.]+ : [\d.]+\S*|[\d.,]+ [\u2e80-\u9fff]{1,2}|[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+\s?|\s/gu;
/** Marks that do not begin a line. */
const NO_BEGIN = /^[，。、；：）！？%)]/;

/** A piece that no line holds, in parts that one does. */
function broken(piece: string, wide: number): readonly string[] {
  if (sizeOf(piece) <= wide) return [piece];
  const parts: string[] = [];
  let [part, used] = ["", 0];
  for (const letter of piece) {
    const size = sizeOf(letter);
    if (used + size > wide && part !== "") {
      parts.push(part);
      [part, used] = ["", 0];
    }
    part += letter;
    used += size;
  }
  return [...parts, part];
}

function sizeOf(piece: string): number {
  let size = 0;
  for (const letter of piece) {
    if (UNSEEN.test(letter)) continue;
    size += WIDE.test(letter) ? 1 : letter === " " ? 0.28 : 0.56;
  }
  return size;
}

const WIDE = /[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]/u;
/** Isolates stand around every name and take no room. */
const UNSEEN = /[\u2066-\u2069]/;
