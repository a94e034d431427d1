/** The list of codes that labels are printed of, read piece by piece. */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { printSerial, readCode } from "../../protocol/label.ts";
import { Problem } from "../../protocol/problem.ts";

export type { Line };
export { LabelsError, pieces };

/** A line of the list, for people, and what stands on it. */
interface Line {
  readonly at: number;
  readonly text: string;
  readonly serial: string;
}

/** The message is one sentence for whoever runs this. */
class LabelsError extends Error {
  readonly code: 1 | 2;

  constructor(message: string, code: 1 | 2 = 2) {
    super(message);
    this.code = code;
  }
}

/** Lines of the list, so many at a time, the first time `less` fewer. @throws LabelsError for what is no code, or stands there twice */
async function* pieces(file: string, most: number, less: number): AsyncGenerator<readonly Line[]> {
  const seen = new Set<string>();
  let lines: Line[] = [];
  let room = most - less;
  for await (const line of linesOf(file)) {
    if (seen.has(line.serial))
      throw new LabelsError(`line ${line.at}: ${printSerial(line.serial)} stands there twice`, 1);
    seen.add(line.serial);
    lines.push(line);
    if (lines.length < room) continue;
    yield lines;
    [lines, room] = [[], most];
  }
  if (lines.length > 0) yield lines;
}

/** Empty lines and those that begin with # are passed over. */
async function* linesOf(file: string): AsyncGenerator<Line> {
  const source = createReadStream(file, "utf8");
  let at = 0;
  try {
    for await (const raw of createInterface({ input: source, crlfDelay: Number.POSITIVE_INFINITY })) {
      at += 1;
      const text = raw.replace(/^\ufeff/, "").trim();
      if (text === "" || text.startsWith("#")) continue;
      yield { at, text, serial: serialOf(text, at) };
    }
  } catch (cause) {
    if (cause instanceof LabelsError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new LabelsError(`${file} cannot be read: ${why}`);
  }
}

function serialOf(text: string, at: number): string {
  try {
    return readCode(text).serial;
  } catch (cause) {
    if (!(cause instanceof Problem)) throw cause;
    throw new LabelsError(`line ${at}: “${text}” is no code: ${cause.detail}`, 1);
  }
}
