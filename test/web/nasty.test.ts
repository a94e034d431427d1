import { expect } from "chai";
import type { History } from "../../protocol/history.ts";
import { renderError } from "../../scan-web/home/error.ts";
import { renderHome } from "../../scan-web/home/page.ts";
import { renderScan } from "../../scan-web/scan/page.ts";
import { tellStory } from "../../scan-web/scan/tell.ts";
import { inert, isolated } from "../../scan-web/ui/html.ts";
import type { PageView } from "../../scan-web/ui/view.ts";
import { nastyStrings, reworded, textsIn } from "../support/nasty.ts";
import { HANDS, passage } from "../support/passage.ts";
import { acknowledged, answered, denied, discarded, fated, recalled, voided } from "../support/passage-words.ts";
import { makeTea, type Tea } from "../support/tea.ts";

type JsonObject = Parameters<typeof reworded>[0];

/** Bidi controls other than the isolates that we set, and what else cannot be seen. */
const HIDDEN =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2067\ufeff]/u;
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

describe("200 nasty strings", function () {
  this.timeout(120_000);

  const base: PageView = {
    lang: "zh-CN",
    here: "/x",
    isLangAsked: false,
    host: "http://localhost",
    assets: { css: { scan: "", home: "" }, mark: "/assets/mark.js" },
  };
  let tea: Tea;
  /** The season's record, and goods that pass through hands: between them every kind of document that a page tells. */
  let histories: readonly History[];

  before(async () => {
    tea = await makeTea();
    histories = [tea.history, await handedOn()];
  });

  it("are 200, each another one", () => {
    expect(nastyStrings).to.have.length(200);
    expect(new Set(nastyStrings.map(({ text }) => text)).size).to.equal(200);
  });

  it("turn nothing beside them when they are shown: what runs from right to left stands in an isolate that is closed", () => {
    for (const { text } of nastyStrings) {
      const shown = isolated(text);
      expect(shown, JSON.stringify(text)).not.to.match(HIDDEN);
      expect(outsideIsolates(shown), JSON.stringify(text)).not.to.match(RIGHT_TO_LEFT);
      expect(inert(inert(text)), JSON.stringify(text)).to.equal(inert(text));
    }
  });

  it("change no tag of the scan page, in whatever text of its documents they stand", () => {
    for (const [lang, history] of (["zh-CN", "en"] as const).flatMap((one) =>
      histories.map((two) => [one, two] as const),
    )) {
      const plain = skeleton(scan(lang, history, (_, text) => `x${text.length}`));
      for (const { text } of nastyStrings) {
        const markup = scan(lang, history, () => text);

        // A name of which nothing can be shown leaves its place out; all that stands is of our own making.
        const tags = new Set(skeleton(markup).map((tag) => tag.split(" ")[0]));
        const known = new Set(plain.map((tag) => tag.split(" ")[0]));
        expect(
          [...tags].filter((tag) => !known.has(tag)),
          JSON.stringify(text),
        ).to.deep.equal([]);
        expect(markup.match(/<script/g), JSON.stringify(text)).to.have.length(1);
        expect(markup, JSON.stringify(text)).not.to.match(HIDDEN);
        expect(outsideIsolates(markup), JSON.stringify(text)).not.to.match(RIGHT_TO_LEFT);
      }
    }
  });

  it("change no tag of home, nor of the page of a number that was typed", () => {
    for (const { text } of nastyStrings) {
      const home = renderHome({
        ...base,
        reach: "any",
        example: {
          ...{ state: "ready", records: 1, files: 1, fingerprint: "ABCD-EFGH", copied: null, more: [] },
          product: { zh: text, en: text },
          code: { code: "/T/A", printed: "A", address: "http://localhost/T/A", drawing: { size: 21, path: "M0 0" } },
        },
      }).markup;
      const typed = renderError({ ...base, state: "malformed", code: text, reason: null }).markup;

      for (const markup of [home, typed]) {
        expect(markup, JSON.stringify(text)).not.to.match(/<script|<img|<iframe|<svg onload/);
        expect(markup, JSON.stringify(text)).not.to.match(HIDDEN);
        expect(outsideIsolates(markup), JSON.stringify(text)).not.to.match(RIGHT_TO_LEFT);
      }
    }
  });

  it("stand in every text of the documents when they are put there", () => {
    const texts = Object.values(tea.history.documents).flatMap((text) => textsIn(JSON.parse(text) as JsonObject));

    expect(texts.length).to.be.greaterThan(50);
  });

  function scan(lang: "zh-CN" | "en", of: History, change: (at: string, text: string) => string): string {
    const documents = Object.fromEntries(
      Object.entries(of.documents).map(([cid, text]) => [
        cid,
        JSON.stringify(reworded(JSON.parse(text) as JsonObject, change)),
      ]),
    );
    const history: History = { ...of, documents };
    const view = {
      ...base,
      ...{ lang, code: tea.codes[0], history, historyAt: "/api/x", historyBytes: 1, isPlanted: false, opened: null },
    };
    return renderScan(view, tellStory(history)).markup;
  }
});

/** With what SHIP, RECEIVE, SENSE, PROMISE, DISCARD, VOID, SUSPEND, DISPUTE, ANSWER, RECALL and ACKNOWLEDGE say. */
async function handedOn(): Promise<History> {
  const it = await passage();
  const { harvest, lot, run, certificate } = it.ids;
  await it.write("processor", lot, discarded(it.form(lot), { lot: it.name(), amount: 1000n }));
  const of = { lot: it.name(), lotSubject: lot, certificate, first: 0, number: 2 };
  await it.write("processor", run, voided(it.form(run), of));
  await it.write("certifier", certificate, fated(it.form(certificate), "SUSPEND"));
  const named = it.everybody[HANDS.laboratory - 1] ?? "0x";
  await it.write("laboratory", harvest, denied(it.form(harvest), HANDS.laboratory, { seq: 2, entry: 0, named }));
  const disputed = it.world.logs.get(harvest)?.length ?? 0;
  await it.write("grower", harvest, answered(it.form(harvest), HANDS.grower, disputed));
  await it.write("grower", harvest, recalled(it.form(harvest), HANDS.grower));
  const seq = it.world.logs.get(harvest)?.length ?? 0;
  await it.write("processor", lot, acknowledged(it.form(lot), HANDS.processor, { recalled: harvest, seq }));
  return (await it.told()).history;
}

/** Tags with the names of their attributes. */
function skeleton(markup: string): readonly string[] {
  return [...markup.matchAll(/<(\/?[a-z][\w-]*)((?:\s+[\w:-]+(?:="[^"]*")?)*)\s*>/gi)].map(
    ([, tag = "", attributes = ""]) => `${tag} ${[...attributes.matchAll(/([\w:-]+)(?:=|\s|$)/g)].length}`,
  );
}

/** The text at level 0: what stands between FSI and PDI is left out. */
function outsideIsolates(text: string): string {
  let depth = 0;
  let outside = "";
  for (const letter of text) {
    if (letter === "\u2068") depth++;
    else if (letter === "\u2069") depth--;
    else if (depth === 0) outside += letter;
    if (depth < 0) throw new Error("an isolate ends that never began");
  }
  if (depth !== 0) throw new Error("an isolate does not end");
  return outside;
}
