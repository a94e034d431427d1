/** Text files: strict UTF-8 without control characters; what a table is (RFC 4180), and what is meant as JSON. */
export { isCsv, looksLikeJson, readText };

/** Undefined when the bytes are not text. A byte order mark is dropped. */
function readText(bytes: Uint8Array): string | undefined {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
  // Control characters are what is looked for
  return /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text) ? undefined : text;
}

/** Begins as an object or a list does: a bare number or string is no file of data. */
function looksLikeJson(text: string): boolean {
  return /^\s*[[{]/.test(text);
}

/**
 * At least two columns, the same number in every row, quotes closed; or one column of digests, as the leaves of a label run are
 * published. Markup (`<` first) is no table.
 */
function isCsv(text: string): boolean {
  if (/^\s*</.test(text)) return false;
  if (/^(?:0x[0-9a-f]{64}\n)+$/.test(text)) return true;
  return [",", ";", "\t"].some((separator) => columnsOf(text, separator) >= 2);
}

/** The number of columns that every row has; 0 when rows differ or a quote is out of place. */
function columnsOf(text: string, separator: string): number {
  let columns = 0;
  let fields = 1;
  let quoted = false;
  let fieldStart = true;
  for (let at = 0; at <= text.length; at++) {
    const character = text[at];
    if (quoted) {
      if (character === undefined) return 0;
      if (character !== '"') continue;
      if (text[at + 1] === '"') at++;
      else quoted = false;
    } else if (character === '"') {
      if (!fieldStart) return 0;
      quoted = true;
      fieldStart = false;
    } else if (character === separator) {
      fields++;
      fieldStart = true;
    } else if (character === "\n" || character === undefined) {
      const empty = fields === 1 && (fieldStart || text[at - 1] === "\r");
      if (!empty && columns !== 0 && columns !== fields) return 0;
      if (!empty) columns = fields;
      fields = 1;
      fieldStart = true;
    } else if (character !== "\r") {
      fieldStart = false;
    }
  }
  return columns;
}
