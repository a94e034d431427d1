/**
 * `npm run verify -- CODE [--rpc URL] [--gateway URL]`: checks a code's history from the chain and the gateway alone.
 * `npm run verify -- --reach SUBJECT [--server URL]`: what was made from a subject, as the heads prove it: how far a recall of it goes.
 * Exit code 0: whole · 1: it does not hold, is recalled, or the code was never issued · 2: it could not be checked.
 */
import { createHash, webcrypto } from "node:crypto";
import { readFile } from "node:fs/promises";
import { Command } from "commander";
import type { Deployment, Hex } from "../protocol/history.ts";
import { printSerial, readCode, readFingerprint } from "../protocol/label.ts";
import { Problem } from "../protocol/problem.ts";
import { type Primitives, webPrimitives } from "../protocol/sign.ts";
import { verify } from "../protocol/verify.ts";
import { collect } from "./verify/collect.ts";
import { printReport } from "./verify/print.ts";
import { printReach } from "./verify/print-reach.ts";
import { collectReach, namesOf } from "./verify/reach.ts";
import { ConfigError, readConfig } from "../server/config.ts";
import { connectRpc, openGateways, SourceError } from "./verify/sources.ts";

/** It could not be checked: what was asked makes no sense, or a source does not answer. */
const NOT_CHECKED = 2;

/** WebCrypto's digest takes a thread for each of the tens of thousands that a blend needs. */
const primitives: Primitives = {
  ...webPrimitives<webcrypto.CryptoKey>(webcrypto.subtle),
  sha256: (bytes) => new Uint8Array(createHash("sha256").update(bytes).digest()),
};

/** Who runs the chain, where a record does not say. */
const UNNAMED = { zh: "记录未写明", en: "somebody whom this record does not name" };

interface Options {
  readonly rpc?: string;
  readonly gateway?: readonly string[];
  readonly deployment?: string;
  readonly server?: string;
  readonly fingerprint?: string;
  readonly json?: true;
  readonly reach?: string;
}

const program = new Command("verify")
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : NOT_CHECKED))
  .description(
    "Checks a code's history from the chain and the IPFS gateway alone, without trusting the server's index.",
  )
  .argument("[code]", "a code: the whole address, /01/… or /T/…, or the serial printed on the bag")
  .option(
    "--reach <subject>",
    "instead of a code: all that was made from a lot, planting, plot or certificate (0x and 64 digits)",
  )
  .option(
    "--server <address>",
    "server that has the deployment record (default: the code's host, else this machine at PORT)",
  )
  .option("--rpc <url>", "JSON-RPC door of the chain (default: the first of the deployment record)")
  .option("--gateway <url...>", "trustless IPFS gateways (default: those of the deployment record)")
  .option(
    "--deployment <file or url>",
    "instead of the server's: deployment record that names ledger, chain id and code hashes",
  )
  .option("--fingerprint <text>", "the eight characters printed beside the code")
  .option(
    "--json",
    "print the report as JSON, amounts as text in thousandths of kg, L or piece (protocol/verify/report.ts)",
  )
  .action(async (text: string | undefined, options: Options) => {
    try {
      process.exitCode = await (options.reach === undefined ? run(text, options) : runReach(options.reach, options));
    } catch (cause) {
      if (!(cause instanceof SourceError || cause instanceof Problem || cause instanceof ConfigError)) throw cause;
      console.error(`verify: ${cause instanceof Problem ? `${cause.detail} (${cause.at})` : cause.message}`);
      process.exitCode = NOT_CHECKED;
    }
  });

async function run(text: string | undefined, options: Options): Promise<0 | 1> {
  if (text === undefined) throw new SourceError("give a code, or --reach and a subject");
  const { host, ...code } = readCode(text);
  if (options.fingerprint !== undefined) readFingerprint(options.fingerprint, "--fingerprint");
  const origin = host === null ? null : new URL(text.trim()).origin;
  const { rpc, deployment, gateways, say } = await connect(options, origin);
  say(`chain: ${rpc.url} · files: ${gateways.join(", ")}`);
  const collected = await collect({ rpc, gateway: openGateways(gateways), deployment, primitives, say }, code);
  if (collected === null) {
    const line = `${printSerial(code.serial)} was never issued: no label run of ledger ${deployment.ledger} holds it.`;
    console.log(
      options.json
        ? JSON.stringify({ state: "unknown", serial: code.serial, finding: "serial-not-issued" })
        : `NOT ISSUED · ${line}`,
    );
    return 1;
  }
  const { history, heads, files } = collected;
  const report = await verify(history, heads, primitives, {
    code,
    files,
    ...(options.fingerprint === undefined ? {} : { fingerprint: options.fingerprint }),
  });
  console.log(options.json ? JSON.stringify(report, asText) : printReport(report, history, heads));
  return report.findings.some(({ grade }) => grade === "mismatch" || grade === "alarm") ? 1 : 0;
}

async function runReach(text: string, options: Options): Promise<0 | 1> {
  const subject = text.trim().toLowerCase();
  if (!/^0x[0-9a-f]{64}$/.test(subject))
    throw new SourceError(`--reach wants the id of a subject, 0x and 64 digits, not "${text}"`);
  const { rpc, deployment, gateways, say } = await connect(options, null);
  say(`chain: ${rpc.url}`);
  const gateway = gateways.length === 0 ? null : openGateways(gateways);
  const collected = await collectReach({ rpc, deployment, primitives, say }, subject as Hex);
  const { history, heads, reach } = collected;
  if (options.json) console.log(JSON.stringify(reach, asText));
  else console.log(printReach(reach, history, heads, await namesOf(gateway, collected, say)));
  return reach.whole ? 0 : 1;
}

/** The chain's door, and what says which ledger it is to be asked of. */
async function connect(options: Options, origin: string | null) {
  const { deployment, base, from } = await deploymentOf(options, origin);
  const say = (line: string) => options.json ?? console.error(`· ${line}`);
  say(`deployment record: ${from}`);
  const missing = [
    ...(options.rpc === undefined && deployment.rpc.length === 0 ? ["chain"] : []),
    ...(options.reach === undefined && options.gateway === undefined && deployment.gateways.length === 0
      ? ["files"]
      : []),
  ];
  if (missing.length > 0) throw new SourceError(unaddressed(missing));
  const rpc = connectRpc(given(options.rpc, "--rpc") ?? absolute(deployment.rpc[0], base, "--rpc"), {
    tellsFinal: options.rpc === undefined && deployment.rpc[0]?.startsWith("/") === true,
  });
  const gateways =
    options.gateway?.map((gateway) => given(gateway, "--gateway") ?? gateway) ??
    deployment.gateways.map((gateway) => absolute(gateway, base, "--gateway"));
  return { rpc, deployment, gateways, say };
}

/** Amounts are exact thousandths, and JSON has no such numbers: decimal digits. */
function asText(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

/** From the file or address given, else from the server given, else from the code's own host, else from this machine's server. */
async function deploymentOf(
  { deployment: file, server }: Options,
  host: string | null,
): Promise<{ readonly deployment: Deployment; readonly base: string | null; readonly from: string }> {
  const own = host ?? `http://localhost:${readConfig(process.env, {}).port}`;
  const origin = given(server, "--server")?.replace(/\/+$/, "") ?? own;
  const where = file ?? `${origin}/.well-known/furrow.json`;
  const isUrl = /^https?:\/\//.test(where);
  const text = isUrl ? await fetched(where) : await readFile(where, "utf8").catch(() => null);
  if (text === null) {
    const mend = file === undefined ? ": start the server, name another by --server, or give --deployment" : "";
    throw new SourceError(`the deployment record ${where} cannot be read${mend}`);
  }
  const deployment = readDeployment(text, where);
  const whose = {
    given: "given by you",
    code: "of the code's own host: compare it with one from elsewhere",
    server: "of the server itself: compare it with one from elsewhere",
  }[file !== undefined ? "given" : server === undefined && host !== null ? "code" : "server"];
  const base = isUrl ? new URL(where).origin : server === undefined ? host : origin;
  return { deployment, base, from: `${where} (${whose})` };
}

async function fetched(url: string): Promise<string | null> {
  const response = await fetch(url, { signal: AbortSignal.timeout(30_000) }).catch(() => null);
  return response?.ok === true ? response.text() : null;
}

/** What a server adds to the record of the ledger's place. */
type Told = "rpc" | "gateways" | "runBy" | "example";

function readDeployment(text: string, where: string): Deployment {
  try {
    const record = JSON.parse(text) as Partial<Deployment> & Omit<Deployment, Told>;
    if (record.furrow === 1 && /^0x[0-9a-f]{40}$/.test(record.ledger)) {
      // The one that `npm run deploy` writes says where the ledger lies, not who answers for it.
      const [rpc, gateways] = [addresses(record.rpc), addresses(record.gateways)];
      return { ...record, rpc, gateways, runBy: record.runBy ?? UNNAMED, example: record.example ?? null };
    }
  } catch {
    // said below, like a record of another shape
  }
  throw new SourceError(`${where} is not a deployment record of Furrow`);
}

function addresses(given: unknown): readonly string[] {
  return Array.isArray(given) ? given.filter((one) => typeof one === "string") : [];
}

/** @param missing `chain`, `files` or both */
function unaddressed(missing: readonly string[]): string {
  const give = missing.map((one) => (one === "chain" ? "--rpc URL" : "--gateway URL")).join(" and ");
  return `this deployment record names no address of the ${missing.join(" and the ")}: give ${give}`;
}

/** What the caller gave for an option, if it is an address. */
function given(address: string | undefined, option: string): string | undefined {
  if (address !== undefined && !(/^https?:\/\//.test(address) && URL.canParse(address))) {
    throw new SourceError(`${option} wants an address such as https://host/…, not "${address}"`);
  }
  return address;
}

function absolute(address: string | undefined, base: string | null, option: string): string {
  if (address !== undefined && /^https?:\/\//.test(address)) return address;
  if (address === undefined || base === null)
    throw new SourceError(`the deployment record does not say where to ask: give ${option}`);
  return new URL(address, base).href.replace(/\/$/, "");
}

await program.parseAsync();
