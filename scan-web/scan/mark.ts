/**
 * What runs on the reader's phone: loads the history, reads the heads from the chain itself, works everything out again with
 * `protocol/verify`, and marks the page that is already there. It trusts neither the page nor the history; what it cannot rule out
 * (that this very script was changed) the page says.
 */

import { bytesOf } from "../../protocol/bytes.ts";
import { cidOf } from "../../protocol/cid.ts";
import type { History } from "../../protocol/history.ts";
import { type Primitives, webPrimitives } from "../../protocol/sign.ts";
import type { Report } from "../../protocol/verify/report.ts";
import { verify } from "../../protocol/verify.ts";
import { type Lang, type Messages, type Speaker, said, speak } from "../ui/i18n.ts";
import { type Altered, alter } from "./alter.ts";
import { watchFiles } from "./files.ts";
import { wakeFolds } from "./folds.ts";
import { type HeadsRead, readHeads } from "./heads.ts";
import { Marks } from "./marks.ts";
import type { PageFinding } from "./points.ts";
import { pageFindings } from "./same.ts";
import { showFacts } from "./refreshed.ts";
import { showSpoiled } from "./spoiled.ts";
import { tellStory } from "./tell.ts";
import { wakeActions, wakePrint } from "./tools.ts";

/** While the record grows under our eyes, heads and history may be of two moments. */
const ATTEMPTS = 3;

interface Checked {
  /** As the server gave it: what the page was made of. `history` has the documents besides that were fetched one by one. */
  readonly given: History;
  readonly history: History;
  readonly heads: HeadsRead;
  readonly report: Report;
  /** What the visitor had spoiled in this copy. */
  readonly spoiled: Altered | null;
}

async function words(): Promise<Speaker> {
  const lang: Lang = document.documentElement.lang === "en" ? "en" : "zh-CN";
  const messages: { default: Messages } =
    lang === "en" ? await import("../ui/messages/en.json") : await import("../ui/messages/zh-CN.json");
  return speak(lang, messages.default);
}

/** WebCrypto where the page is secure, else our own arithmetic, which is loaded only then. */
async function primitivesHere(): Promise<{ readonly primitives: Primitives; readonly isSecure: boolean }> {
  const { subtle } = globalThis.crypto ?? {};
  if (subtle !== undefined) return { primitives: webPrimitives(subtle), isSecure: true };
  const { softPrimitives } = await import("./soft.ts");
  return { primitives: softPrimitives, isSecure: false };
}

async function run(speaker: Speaker, marks: Marks, main: HTMLElement): Promise<void> {
  const { primitives, isSecure } = await primitivesHere();
  const wantsAlter = new URLSearchParams(location.search).get("try") === "alter";
  marks.clear();
  marks.checking(0, Number(main.dataset.total ?? 0));
  const checked = await check(marks, main, primitives, wantsAlter);
  if (checked === null) {
    marks.offer(speaker.say("verdict.again"), () => start(speaker, marks, main));
    return;
  }
  const { given, history, heads, report, spoiled } = checked;
  const findings: PageFinding[] = [...report.findings];
  if (!heads.sameChain) findings.unshift(blockMismatch(history));
  // A spoiled copy is not what the page was made of, so there is nothing to compare it with.
  if (spoiled === null) {
    const isLangAsked = new URLSearchParams(location.search).get("lang") !== null;
    const shown = { block: Number(main.dataset.block), known: knownBlock(history.asOf.number), isLangAsked };
    findings.push(...pageFindings(given, tellStory(given), shown, speaker));
  }
  const spoiledAt = spoiled === null ? undefined : showSpoiled(spoiled, speaker);
  const show = (): void => {
    marks.clear();
    if (spoiled !== null) marks.line(said("verdict.tampered", { what: spoiled.what }), spoiledAt);
    if (!isSecure) marks.line(said("verdict.insecure"));
    marks.show(history, report, findings, heads);
  };
  show();
  // Of what was left out, the page could say only that it was not there; now it is, and checked.
  const isWhole = spoiled === null && findings.every(({ grade }) => grade !== "mismatch");
  if (history !== given && isWhole) showFacts(tellStory(history), speaker);
  watchFiles(primitives.sha256, (cid, mark) => {
    marks.file(cid, mark);
    if (mark !== "altered" && mark !== "missing") return;
    const attachment = report.attachments.find((file) => file.cid === cid);
    const { subject = null, seq = null, batch = null, entry = null } = attachment ?? {};
    findings.unshift({ code: `file-${mark}`, grade: "mismatch", subject, seq, batch, entry, detail: { cid } });
    show();
  });
  wakePrint(speaker, async (fingerprint) => (await verify(history, heads, primitives, { fingerprint })).fingerprint);
}

/** Until heads and history are of one moment; null where one of them cannot be had (the page says which). */
async function check(
  marks: Marks,
  main: HTMLElement,
  primitives: Primitives,
  wantsAlter: boolean,
): Promise<Checked | null> {
  for (let attempt = 1; ; attempt++) {
    const loaded = await loadHistory(main.dataset.history ?? "");
    if (loaded === null) {
      marks.failed("verdict.failed.history");
      return null;
    }
    const spoiled = wantsAlter ? alter(loaded) : null;
    const given = spoiled?.history ?? loaded;
    const sha256 = async (bytes: Uint8Array) => primitives.sha256(bytes);
    const heads = await readHeads(given, { fetch: fetch.bind(globalThis), sha256, base: location.href });
    if (heads === null) {
      marks.failed("verdict.failed.head");
      return null;
    }
    const onProgress = painter(marks);
    const first = await verify(given, heads, primitives, { onProgress });
    const history = await withDocuments(given, first);
    const report = history === given ? first : await verify(history, heads, primitives, { onProgress });
    const isOlder =
      heads.block > history.asOf.number &&
      report.findings.some(({ code }) => code === "entry-missing" || code === "act-mismatch");
    if (!isOlder || attempt === ATTEMPTS) return { given, history, heads, report, spoiled };
  }
}

/** At which block this tab last saw the record, and that it has seen it at this one now. */
function knownBlock(block: number): number {
  const name = `furrow ${location.pathname}`;
  try {
    const known = Number(sessionStorage.getItem(name) ?? 0);
    sessionStorage.setItem(name, String(Math.max(known, block)));
    return known;
  } catch {
    return 0; // storage is switched off: then every page counts as the first
  }
}

/** Numbers that change faster than a screen are drawn would only cost time. */
function painter(marks: Marks): (done: number, total: number) => void {
  let next = 0;
  return (done, total) => {
    const now = performance.now();
    if (now < next && done < total) return;
    next = now + 60;
    marks.checking(done, total);
  };
}

async function loadHistory(address: string): Promise<History | null> {
  try {
    const response = await fetch(address, { cache: "no-store", credentials: "omit" });
    return response.ok ? ((await response.json()) as History) : null;
  } catch {
    return null;
  }
}

/** Documents that the server left out are asked for by their address; whoever has them may give them, for they are hashed. */
async function withDocuments(history: History, { statements, findings }: Report): Promise<History> {
  if (!findings.some(({ code }) => code === "document-missing")) return history;
  const named = [
    ...statements.flatMap(({ document }) => document ?? []),
    ...history.acts.map(({ content }) => cidOf(bytesOf(content), "json")),
  ];
  const wanted = [...new Set(named)].filter((cid) => history.documents[cid] === undefined).slice(0, MAX_FETCHED);
  const documents: Record<string, string> = {};
  for (let start = 0; start < wanted.length; start += AT_ONCE) {
    const texts = wanted.slice(start, start + AT_ONCE).map(async (cid) => [cid, await textAt(cid)] as const);
    for (const [cid, text] of await Promise.all(texts)) if (text !== null) documents[cid] = text;
  }
  return { ...history, documents: { ...history.documents, ...documents } };
}

/** A blend of a hundred gardens names some hundreds; a page that names more is not a phone's work. */
const MAX_FETCHED = 1000;
const AT_ONCE = 20;

async function textAt(cid: string): Promise<string | null> {
  try {
    const response = await fetch(`/ipfs/${cid}`, { credentials: "omit" });
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
}

function blockMismatch({ asOf }: History): PageFinding {
  const none = { subject: null, seq: null, batch: null, entry: null };
  return { code: "block-mismatch", grade: "mismatch", ...none, detail: { block: asOf.number } };
}

function start(speaker: Speaker, marks: Marks, main: HTMLElement): void {
  run(speaker, marks, main).catch(() => marks.failed("verdict.failed.script"));
}

const main = document.getElementById("main");
if (main?.dataset.history !== undefined) {
  words().then((speaker) => {
    const marks = new Marks(speaker);
    marks.awake();
    wakeActions(speaker);
    wakeFolds();
    if (main.dataset.start === "now") {
      start(speaker, marks, main);
      return;
    }
    const bytes = { bytes: Number(main.dataset.bytes) };
    marks.line(said("verdict.large", { size: bytes }));
    marks.offer(speaker.say("verdict.large.do", { size: bytes }), () => start(speaker, marks, main));
  }, console.error);
}
