import { expect } from "chai";
import type { Attachment } from "../../protocol/document/attachment.ts";
import { growEvent } from "../../protocol/document/epcis.ts";
import { plotMaster } from "../../protocol/document/master.ts";
import type { SealedWhat } from "../../protocol/document/sealed.ts";
import type { Heads } from "../../protocol/verify/report.ts";
import { verify } from "../../protocol/verify.ts";
import { way } from "../../scan-web/scan/entries.ts";
import { tellStory } from "../../scan-web/scan/tell.ts";
import { speaker } from "../../scan-web/ui/words.ts";
import { printReport } from "../../scripts/verify/print.ts";
import { primitives } from "../support/primitives.ts";
import { makeTea, type Tea } from "../support/tea.ts";

const SEALED = "application/jose+json";
const cid = (n: number) => `bafkrei${String.fromCharCode(97 + n).repeat(52)}`;
const seal = (n: number, what: SealedWhat, mediaType: string): Attachment => ({
  ...{ cid: cid(n), mediaType: SEALED, size: 57_190, name: `${what}.json`, sealed: { mediaType, what } },
});
const notes = [seal(0, "voice", "audio/webm"), seal(1, "sheet", "image/jpeg"), seal(2, "sheet", "image/jpeg")];

/** The fields of attachments as a document carries them. */
const listed = (attachments: readonly Attachment[]): unknown =>
  growEvent({
    ...{
      subject: `0x${"00".repeat(32)}`,
      occurredAtS: 0,
      eventId: "00000000-0000-4000-8000-000000000000",
      attachments,
    },
    work: { id: "weeding", zh: "除草", en: "weeding" },
  })["furrow:attachments"];

describe("A record with sealed files", () => {
  let tea: Tea;
  before(async () => {
    let isFirst = true;
    tea = await makeTea({
      reworded(document) {
        if (document.bizStep !== "furrow:spraying" || !isFirst) return document;
        isFirst = false;
        return { ...document, "furrow:attachments": listed(notes) } as typeof document;
      },
    });
  });

  it("says how many of each sort are sealed, and for whom", () => {
    for (const [lang, voice, sheets] of [
      ["en", "1 sealed voice note, for the co-operative alone", "2 sealed record sheets, for the co-operative alone"],
      ["zh-CN", "1 段封存的语音，只留给合作社自己", "2 张封存的记录单，只留给合作社自己"],
    ] as const) {
      const page = way(tellStory(tea.history), speaker(lang)).markup;
      expect(page).to.include(voice);
      expect(page).to.include(sheets);
    }
  });

  it("offers nothing of them to be opened, played or shown", () => {
    const story = tellStory(tea.history);
    const page = way(story, speaker("en")).markup;

    for (const file of notes) {
      expect(page).not.to.include(`href="/ipfs/${file.cid}"`);
      expect(page).not.to.include(`src="/ipfs/${file.cid}"`);
      expect(page).not.to.include(file.name);
      // Its bytes are checked all the same, when somebody opens the proof.
      expect(page).to.include(`<span data-file="${file.cid}">`);
    }
    expect(page).not.to.match(/<(audio|video)/);
    expect(JSON.stringify(story.pictures)).not.to.include(SEALED);
  });

  it("counts them among the files, and says that what is in them cannot be told", async () => {
    const report = await verify(tea.history, headsOf(tea), primitives);
    const plain = await makeTea();
    const before = await verify(plain.history, headsOf(plain), primitives);

    expect(report.attachments.length - before.attachments.length).to.equal(3);
    expect(report.attachments.filter(({ sealed }) => sealed !== undefined)).to.have.length(3);
    expect(report.findings.filter(({ code }) => code.startsWith("file-"))).to.deep.equal([]);
    expect(printReport(report, tea.history, headsOf(tea))).to.include(
      "3 of them sealed: what is in those only the co-operative can tell.",
    );
    expect(printReport(before, plain.history, headsOf(plain))).not.to.include("sealed");
  });

  it("shows that a plot's outline is sealed, and draws none", async () => {
    const outline = seal(3, "outline", "application/json");
    const sealed = await makeTea({
      reworded(document) {
        const text = JSON.stringify(document);
        if (!text.includes("furrow:area_mu")) return document;
        const { attribute } = attributesOf(
          plotMaster({
            ...{ subject: `0x${"00".repeat(32)}`, createdAtS: 0, code: "x", level: "field", area: 1n },
            pictures: [outline],
          }),
        ).find(({ id }) => id === "furrow:pictures") ?? { attribute: null };
        const copy = JSON.parse(text) as typeof document;
        const attributes = attributesOf(copy).filter(({ id }) => id !== "furrow:pictures" && id !== "furrow:outline");
        attributesOf(copy).splice(0, Infinity, ...attributes, { id: "furrow:pictures", attribute });
        return copy;
      },
    });
    const story = tellStory(sealed.history);

    expect(way(story, speaker("en")).markup).to.match(
      /\d? ?sealed outlines? of (a )?plots?, for the co-operative alone/,
    );
    expect(story.plots.every(({ outline: drawn }) => drawn.length === 0)).to.equal(true);
  });
});

function headsOf({ words, history }: Tea): Heads {
  const { ledger, codeHash } = history.deployment;
  return {
    ...{ words, block: 99, source: "rpc", origin: "test", chainId: 77 },
    codeHashes: { [ledger]: codeHash },
  };
}

interface Attribute {
  readonly id: string;
  readonly attribute: unknown;
}

function attributesOf(document: unknown): Attribute[] {
  const { epcisHeader } = document as {
    epcisHeader: {
      epcisMasterData: { vocabularyList: [{ vocabularyElementList: [{ attributes: Attribute[] }] }] };
    };
  };
  return epcisHeader.epcisMasterData.vocabularyList[0].vocabularyElementList[0].attributes;
}
