/**
 * `npm run labels -- --codes FILE --out DIR`: labels of a whole run for a print shop, by a running server's own API. The list is read
 * and the pages are written piece by piece, so a run of any length needs no more memory than one piece (besides the numbers
 * themselves, which are kept to find one that stands there twice).
 * Exit code 0: all written · 1: the server refuses, the line is named · 2: the question makes no sense, or nothing answers.
 */
import { createWriteStream } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { setTimeout } from "node:timers/promises";
import { Command, Option } from "commander";
import { printSerial } from "../protocol/label.ts";
import { ConfigError, readConfig } from "../server/config.ts";
import { LabelsError, type Line, pieces } from "./labels/list.ts";

interface Options {
  readonly codes?: string;
  readonly calibration?: true;
  readonly format: string;
  readonly png?: true;
  readonly out: string;
  readonly server?: string;
  readonly lang: string;
  readonly host?: string;
  readonly x: string;
  readonly y: string;
  readonly pitchX: string;
  readonly pitchY: string;
  readonly skip: string;
}

interface Post {
  readonly body: string;
  /** Where its serials stand in the list. */
  readonly lines: readonly Line[];
}

/** 25 sheets of 40; what the API takes at once. */
const PIECE = 1000;
const TIMEOUT_MS = 120_000;
/** Names of what this script writes. */
const LABELS = /^(?:labels-\d{4,}\.html|[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{6}\.png)$/;
/** How often a busy server is asked again. */
const TRIES = 20;

const options = new Command("labels")
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .description("Draws the labels of codes that were issued: pages to print, or a picture each.")
  .option("--codes <file>", "one code a line: serial, path or whole address, all of one label run")
  .option("--calibration", "writes the page that shows how far a printer is off, and no label")
  .addOption(
    new Option("--format <size>", "sheets of A4, or the label's size in mm")
      .choices(["a4", "60x40", "40x30"])
      .default("a4"),
  )
  .option("--png", "a picture of each label at 203 dpi (60x40 and 40x30)")
  .requiredOption("--out <folder>", "where the files go")
  .option("--server <address>", "the server that holds the run (default: this machine, at PORT)")
  .addOption(new Option("--lang <language>", "which language comes first").choices(["zh-CN", "en"]).default("zh-CN"))
  .option("--host <address>", "what the codes carry (default: the server's PUBLIC_URL)")
  .option("--x <tenths>", "shift to the right, tenths of a millimetre", "0")
  .option("--y <tenths>", "shift down", "0")
  .option("--pitch-x <tenths>", "added from column to column", "0")
  .option("--pitch-y <tenths>", "added from row to row", "0")
  .option("--skip <labels>", "labels of the first sheet that are used up", "0")
  .parse()
  .opts<Options>();

try {
  await mkdir(options.out, { recursive: true });
  if (options.calibration) await writeCalibration();
  else await writeLabels();
} catch (cause) {
  if (!(cause instanceof LabelsError || cause instanceof ConfigError)) throw cause;
  console.error(`labels: ${cause.message}`);
  process.exitCode = cause instanceof LabelsError ? cause.code : 2;
}

async function writeLabels(): Promise<void> {
  const { codes, format, png, lang, host } = options;
  if (codes === undefined) throw new LabelsError("give the list of codes: --codes FILE");
  if (png && format === "a4") throw new LabelsError("pictures are of single labels: give --format 60x40 or 40x30");
  const skip = whole("--skip", options.skip);
  await checkEmpty(options.out);
  const asked = { format, lang, shift: shift(), ...(host === undefined ? {} : { host }) };
  // Nothing is written before every code was found: a wrong label costs a print run.
  let run: string | undefined;
  for await (const lines of pieces(codes, PIECE, 0)) run = await checked(lines, { ...asked, run });
  if (run === undefined) throw new LabelsError(`${codes} holds no codes`);
  let [written, files] = [0, 0];
  // The first piece is shorter by what is used up, so that every file but the last ends with a full sheet.
  for await (const lines of pieces(codes, png ? 1 : PIECE, png ? 0 : skip)) {
    const isFirst = files === 0;
    files += 1;
    const [first] = lines;
    const name = png ? `${printSerial(first?.serial ?? "")}.png` : `labels-${String(files).padStart(4, "0")}.html`;
    const body = {
      ...asked,
      run,
      serials: lines.map(({ text }) => text),
      ...(png ? { as: "png" } : {}),
      ...(isFirst && skip > 0 ? { skip } : {}),
    };
    await fetchInto(name, "/api/label-sheets", { body: JSON.stringify(body), lines });
    written += lines.length;
    if (!png || files % 100 === 0) console.error(`· ${counted(written, "label")}`);
  }
  console.log(`${counted(written, "label")} in ${counted(files, "file")} in ${options.out}`);
}

/** A longer run's last sheets would stay, and be printed with this one's. */
async function checkEmpty(folder: string): Promise<void> {
  const [old] = (await readdir(folder)).filter((name) => LABELS.test(name)).sort();
  if (old !== undefined)
    throw new LabelsError(`${folder} holds labels of another run (${old}): empty it, or name another folder by --out`);
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

async function writeCalibration(): Promise<void> {
  const { format, lang, host } = options;
  const query = new URLSearchParams({ format, lang, ...(host === undefined ? {} : { host }) });
  for (const [name, value] of Object.entries(shift())) query.set(name, String(value));
  const name = `calibration-${format}.html`;
  await fetchInto(name, `/api/label-calibration?${query}`, null);
  console.log(`${join(options.out, name)}: print it at 100 %, then read docs/labels.md`);
}

/** The run that all of them are of. `asked.run`: undefined for the first piece. */
async function checked(lines: readonly Line[], asked: object): Promise<string> {
  const body = { ...asked, serials: lines.map(({ text }) => text), as: "check" };
  const response = await ask("/api/label-sheets", { body: JSON.stringify(body), lines });
  return String(((await response.json()) as { readonly run?: unknown }).run);
}

/** Written under another name first: a file that stands there is whole. */
async function fetchInto(name: string, path: string, post: Post | null): Promise<void> {
  const response = await ask(path, post);
  const [whole, draft] = [join(options.out, name), join(options.out, `.${name}.part`)];
  try {
    await pipeline(Readable.fromWeb(response.body as ReadableStream), createWriteStream(draft));
    await rename(draft, whole);
  } finally {
    await rm(draft, { force: true });
  }
}

/** @throws LabelsError with what the server says, or that it says nothing */
async function ask(path: string, post: Post | null): Promise<Response> {
  const server = options.server ?? `http://localhost:${readConfig(process.env, {}).port}`;
  const init = post === null ? {} : { method: "POST", body: post.body };
  // Not packed: on one machine that costs more than it saves.
  const headers = { "accept-encoding": "identity", "content-type": "application/json" };
  const url = `${server.replace(/\/+$/, "")}${path}`;
  const fetched = () =>
    fetch(url, { ...init, headers, signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(() => {
      throw new LabelsError(`${server} does not answer: start the server, or name another by --server`);
    });
  let response = await fetched();
  for (let n = 1; response.status === 429 && n < TRIES; n++) {
    await response.body?.cancel();
    await setTimeout(1000 * (Number(response.headers.get("retry-after")) || 1));
    response = await fetched();
  }
  if (!response.ok || response.body === null) throw new LabelsError(await refusalOf(response, post?.lines ?? []), 1);
  return response;
}

/** The problem's own words, with the line of the list instead of its place in the request. */
async function refusalOf(response: Response, lines: readonly Line[]): Promise<string> {
  const problem = (await response.json().catch(() => null)) as Record<string, unknown> | null;
  if (problem === null) return `the server answers ${response.status}`;
  const place = /^\/serials\/(\d+)/.exec(String(problem.pointer))?.[1];
  const line = place === undefined ? undefined : lines[Number(place)];
  const where = line === undefined ? `${String(problem.pointer)}: ` : `line ${line.at}: `;
  return `${where}${String(problem.detail)}. ${String(problem.mend)}`;
}

function shift(): Record<"x" | "y" | "pitchX" | "pitchY", number> {
  const { x, y, pitchX, pitchY } = options;
  return {
    ...{ x: whole("--x", x), y: whole("--y", y) },
    ...{ pitchX: whole("--pitch-x", pitchX), pitchY: whole("--pitch-y", pitchY) },
  };
}

function whole(option: string, text: string): number {
  if (!/^-?\d{1,4}$/.test(text)) throw new LabelsError(`${option} wants a whole number, not “${text}”`);
  return Number(text);
}
