/**
 * The font that pictures are drawn with (scan-web/ui/fonts), and which characters it has: OpenType `cmap`, formats 4 and 12.
 * What a font lacks is drawn as nothing, so whoever draws asks first. Reads one file.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export type { Font };
export { FAMILY, openFont };

interface Font {
  readonly bytes: Uint8Array;
  /** Characters of `text` that it cannot draw, each once. */
  readonly missing: (text: string) => readonly string[];
}

/** As the file itself is named. */
const FAMILY = "Noto Sans SC";
const FILE = new URL("../../scan-web/ui/fonts/NotoSansSC-GB2312.ttf", import.meta.url);

let opened: Font | null = null;

/** Read once. */
function openFont(): Font {
  opened ??= fontOf(readFileSync(fileURLToPath(FILE)));
  return opened;
}

function fontOf(bytes: Uint8Array): Font {
  const has = charactersOf(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return {
    bytes,
    missing: (text) => [...new Set(text)].filter((one) => one.trim() !== "" && !has(one.codePointAt(0) ?? 0)),
  };
}

function charactersOf(view: DataView): (codePoint: number) => boolean {
  const cmap = tableAt(view, "cmap");
  const subtables = Array.from(
    { length: view.getUint16(cmap + 2) },
    (_, n) => cmap + view.getUint32(cmap + 4 + 8 * n + 4),
  );
  const checks = subtables.flatMap((at) => {
    const format = view.getUint16(at);
    if (format === 4) return [segments(view, at)];
    return format === 12 ? [groups(view, at)] : [];
  });
  return (codePoint) => checks.some((has) => has(codePoint));
}

function tableAt(view: DataView, tag: string): number {
  for (let n = 0; n < view.getUint16(4); n++) {
    const at = 12 + 16 * n;
    const name = String.fromCharCode(...[0, 1, 2, 3].map((k) => view.getUint8(at + k)));
    if (name === tag) return view.getUint32(at + 8);
  }
  throw new RangeError(`the font has no table ${tag}`);
}

/** Format 4: segments of the first 65,536 characters. */
function segments(view: DataView, at: number): (codePoint: number) => boolean {
  const twice = view.getUint16(at + 6);
  const [ends, starts] = [at + 14, at + 16 + twice];
  const [deltas, offsets] = [starts + twice, starts + 2 * twice];
  return (codePoint) => {
    for (let n = 0; n < twice; n += 2) {
      if (view.getUint16(ends + n) < codePoint) continue;
      const start = view.getUint16(starts + n);
      if (start > codePoint) return false;
      const offset = view.getUint16(offsets + n);
      if (offset === 0) return ((codePoint + view.getUint16(deltas + n)) & 0xffff) !== 0;
      return view.getUint16(offsets + n + offset + 2 * (codePoint - start)) !== 0;
    }
    return false;
  };
}

/** Format 12: groups of any characters. */
function groups(view: DataView, at: number): (codePoint: number) => boolean {
  const count = view.getUint32(at + 12);
  return (codePoint) => {
    for (let n = 0; n < count; n++) {
      const group = at + 16 + 12 * n;
      if (codePoint >= view.getUint32(group) && codePoint <= view.getUint32(group + 4)) return true;
    }
    return false;
  };
}
