import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ROOT } from "../../scripts/house/root.ts";
import { type Grown, growExample } from "../support/example.ts";

/** A command of the page, and the answers that it shows below it, one a line of output. */
interface Shown {
  readonly line: number;
  readonly command: string;
  readonly answers: { readonly language: string; readonly text: string }[];
}

/** What the shell says between the commands. */
const MARK = "=== next ===";

describe("docs/using-the-api.md", function () {
  this.timeout(120_000);

  const shown = commandsOf(readFileSync(join(ROOT, "docs/using-the-api.md"), "utf8"));
  let grown: Grown;
  let outputs: readonly string[];

  before(async () => {
    grown = await growExample();
    outputs = await run(
      shown.map(({ command }) => command),
      grown.furrow.address,
    );
  });

  after(() => grown.end());

  it("shows at least ten commands, each with its answer", () => {
    expect(shown.length).to.be.at.least(10);
    expect(shown.filter(({ answers }) => answers.length === 0).map(({ command }) => command)).to.deep.equal([]);
  });

  for (const [n, { line, command, answers }] of shown.entries()) {
    it(`line ${line}: ${command.trim().split("\n").at(-1)?.trim().slice(0, 90)}`, () => {
      const lines = (outputs[n] ?? "").trim().split("\n");

      expect(lines, outputs[n]).to.have.length(answers.length);
      for (const [at, { language, text }] of answers.entries()) {
        const told = lines[at]?.trim() ?? "";
        if (language === "json") expectShape(JSON.parse(told), JSON.parse(text), "");
        else expect(told).to.match(patternOf(text.trim()));
      }
    });
  }
});

/** All commands in one shell, for a later one uses what an earlier one set. */
async function run(commands: readonly string[], address: string): Promise<readonly string[]> {
  const script = commands.join(`\nprintf '\\n%s\\n' '${MARK}'\n`);
  const child = spawn("bash", ["-euo", "pipefail", "-c", script], {
    env: { ...process.env, FURROW: address },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let errors = "";
  child.stdout.on("data", (part) => {
    output += String(part);
  });
  child.stderr.on("data", (part) => {
    errors += String(part);
  });
  const code = await new Promise((done) => child.on("close", done));
  if (code !== 0) throw new Error(`the commands ended with ${String(code)}: ${errors}\n${output.slice(-2_000)}`);
  return output.split(`\n${MARK}\n`);
}

/** Blocks of `sh`, and those of `json` or `text` that follow each. */
function commandsOf(page: string): readonly Shown[] {
  const found: Shown[] = [];
  for (const { 1: indent = "", 2: language = "", 3: body = "", index } of page.matchAll(
    /^( *)```(sh|json|text)\n(.*?)^ *```$/gms,
  )) {
    const text = body.replaceAll(new RegExp(`^${indent}`, "gm"), "");
    if (language === "sh") found.push({ line: page.slice(0, index).split("\n").length, command: text, answers: [] });
    else found.at(-1)?.answers.push({ language, text });
  }
  return found;
}

/** The same fields; numbers are numbers, in texts too, and … in a text stands for anything. */
function expectShape(told: unknown, said: unknown, at: string): void {
  if (Array.isArray(said)) {
    expect(told, at).to.be.an("array").that.is.not.empty;
    for (const item of told as unknown[]) expectShape(item, said[0], `${at}/0`);
  } else if (typeof said === "object" && said !== null) {
    expect(told, at).to.have.all.keys(Object.keys(said));
    for (const [key, value] of Object.entries(said))
      expectShape((told as Record<string, unknown>)[key], value, `${at}/${key}`);
  } else if (typeof said === "string" && (typeof told === "string" || told === null)) {
    if (told !== null) expect(told, at).to.match(isNumber(said) ? NUMBER : patternOf(said));
  } else expect(typeof told, at).to.equal(typeof said);
}

const NUMBER = /^\d+(?:\.\d+)?$/;

function isNumber(text: string): boolean {
  return NUMBER.test(text);
}

function patternOf(text: string): RegExp {
  const parts = text.split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}
