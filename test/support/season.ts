/**
 * One small season by one real phone, over HTTP: two products, a plot, its planting, field work with a picture, a large file,
 * a harvest, what was packed of it, and labelled bags. The shortest way that has every kind of thing in it; example data.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { parseAmount, unitNumber } from "../../protocol/amount.ts";
import { bytesOf, type Hex, hexOf, utf8 } from "../../protocol/bytes.ts";
import type { Attachment } from "../../protocol/document/attachment.ts";
import {
  growEvent,
  harvestEvent,
  labelEvent,
  noteEvent,
  plantEvent,
  transformEvent,
} from "../../protocol/document/epcis.ts";
import { plotMaster, productMaster } from "../../protocol/document/master.ts";
import { LEVELS } from "../../protocol/kinds/place.ts";
import { STEPS } from "../../protocol/kinds/transform.ts";
import { codePath, makeSerial, serialLeaves } from "../../protocol/label.ts";
import { treeRoot } from "../../protocol/merkle.ts";
import { type Draft, Phone, primitives } from "../../scripts/example/phone.ts";
import { httpField } from "../../scripts/example/field.ts";
import { PICTURES, readPicture } from "../../scripts/example/pictures.ts";
import { addFile } from "../../server/blocks/file.ts";

export type { Season };
export { recordSeason };

interface Season {
  /** Path of the first bag's address. */
  readonly code: string;
  readonly lotNumber: string;
  /** Entries and touches that the first bag's page counts. */
  readonly records: number;
  /** The field work with the picture: its document's CID and bytes, and words that stand in it alone. */
  readonly work: { readonly cid: string; readonly bytes: Uint8Array; readonly says: string };
  /** What the phone was told when it weighed in more than the plot can bear. */
  readonly refused: string;
  /** More than 1 MiB: a tree of blocks. */
  readonly large: { readonly cid: string; readonly bytes: Uint8Array };
}

const DAY_S = 86_400;
const GTIN = "09520123456788";
const KGM = unitNumber("KGM");
const AREA = 2_800_000n;
const CAP = 9_000_000n;
const LEAF = { zh: "鲜叶", en: "Fresh leaf" };
const BAG = { zh: "云山绿茶", en: "Yunshan green tea" };
const PLOT = "YS-E1";
const SAYS = "Weeded by hand between the rows.";
const COUNT = 12;
const NET = 250n;

/** @param admit the phone's key as the first manager's, by whatever way the operator has */
async function recordSeason(address: string, admit: (phone: Phone) => Promise<void>): Promise<Season> {
  const field = httpField({ address, token: null });
  const phone = await Phone.make(field, { kept: false });
  await admit(phone);
  const nowS = Math.floor(Date.now() / 1000);
  let records = 0;
  const record = async <Made>(counted: number, write: (draft: Draft) => Promise<Made>): Promise<Made> => {
    records += counted;
    return (await phone.record(write)).made;
  };
  const about = (subject: Hex, daysAgo: number) => {
    const occurredAtS = nowS - daysAgo * DAY_S;
    return { subject, eventId: randomUUID(), occurredAtS, place: PLOT, example: true } as const;
  };

  const ground = await record(1, async (draft) => {
    const product = async (name: typeof LEAF, gtin: string | null, net: bigint) => {
      const { index, id, hex } = await draft.newSubject();
      const form = { subject: hex, createdAtS: nowS, name, gtin, net, loss: 0, uom: "KGM", example: true } as const;
      await draft.write("PRODUCT", {
        ...{ subject: id, occurredAtS: nowS, document: productMaster(form) },
        args: { index, unit: KGM, net, loss: 0 },
      });
      return { id, ref: { subject: hex, name } };
    };
    const leaf = await product(LEAF, null, 0n);
    const bag = await product(BAG, GTIN, NET);
    const { index, id, hex } = await draft.newSubject();
    const form = { subject: hex, createdAtS: nowS, code: PLOT, name: { zh: "东一号", en: "East 1" } };
    await draft.write("PLOT", {
      ...{ subject: id, occurredAtS: nowS },
      document: plotMaster({ ...form, level: "field", area: AREA, example: true }),
      args: { index, level: LEVELS.indexOf("field"), area: AREA },
    });
    return { leaf, bag, plot: { id, hex } };
  });

  // The plot is touched by its planting, and so is all that is used up below: each is one more.
  const planting = await record(2, async (draft) => {
    const { index, id, hex } = await draft.newSubject();
    const said = about(hex, 60);
    const name = { gtin: null, lotNumber: `${PLOT}-season` };
    await draft.write("PLANT", {
      ...{ subject: id, occurredAtS: said.occurredAtS },
      document: plantEvent({
        ...{ ...said, planting: name, area: AREA, cap: CAP, product: ground.leaf.ref },
        plot: { subject: ground.plot.hex, code: PLOT },
      }),
      args: { index, plot: ground.plot.id, product: ground.leaf.id, area: AREA, cap: CAP },
    });
    return { id, subject: hex, lot: name };
  });

  const large = utf8(readings(60_000));
  const largeCid = (await addFile(async () => {}, large)).cid.toString();
  const work = await record(2, async (draft) => {
    const { file, caption, credit } = PICTURES.garden;
    const picture = await draft.attach(await readPicture(PICTURES.garden), {
      ...{ mediaType: "image/jpeg", name: file, caption, credit },
    });
    const said = about(planting.subject, 30);
    const weeding = { id: "weeding", zh: "除草", en: "Weeding" };
    const before = new Set(draft.documents.keys());
    await draft.write("GROW", {
      ...{ subject: planting.id, occurredAtS: said.occurredAtS, args: {} },
      document: growEvent({
        ...{ ...said, lot: planting.lot, work: weeding, notes: { en: SAYS }, attachments: [picture] },
      }),
    });
    const [written] = [...draft.documents].filter(([cid]) => !before.has(cid));
    const list: Attachment = { cid: largeCid, mediaType: "text/csv", name: "readings.csv", size: large.length };
    draft.files.set(list.cid, { cid: list.cid, mediaType: list.mediaType, bytes: large });
    const noted = about(planting.subject, 29);
    await draft.write("NOTE", {
      ...{ subject: planting.id, occurredAtS: noted.occurredAtS, args: {} },
      document: noteEvent({ ...noted, lot: planting.lot, notes: { en: "Readings." }, attachments: [list] }),
    });
    if (written === undefined) throw new Error("the field work left no document");
    return { cid: written[0], bytes: written[1], says: SAYS };
  });

  const amount = parseAmount("12.5");
  const picked = await record(2, async (draft) => {
    const { index, id, hex } = await draft.newSubject();
    const said = about(hex, 2);
    const lot = { gtin: null, lotNumber: `L${randomBytes(3).toString("hex")}` };
    await draft.write("HARVEST", {
      ...{ subject: id, occurredAtS: said.occurredAtS },
      document: harvestEvent({
        ...{ ...said, lot, product: ground.leaf.ref, uom: "KGM" },
        inputs: [{ subject: planting.subject, lot: planting.lot, amount }],
      }),
      args: { index, inputs: [{ id: planting.id, amount }] },
    });
    return { id, subject: hex, lot };
  });

  const tooMuch = parseAmount("300000");
  const refused = await record(0, async (draft) => {
    const { index, id, hex } = await draft.newSubject();
    const said = about(hex, 2);
    await draft.write("HARVEST", {
      ...{ subject: id, occurredAtS: said.occurredAtS },
      document: harvestEvent({
        ...{ ...said, lot: { gtin: null, lotNumber: "too much" }, product: ground.leaf.ref, uom: "KGM" },
        inputs: [{ subject: planting.subject, lot: planting.lot, amount: tooMuch }],
      }),
      args: { index, inputs: [{ id: planting.id, amount: tooMuch }] },
    });
  }).then(
    () => "",
    (cause: unknown) => String(cause),
  );

  const made = parseAmount("3");
  const packed = await record(2, async (draft) => {
    const { index, id, hex } = await draft.newSubject();
    const said = about(hex, 1);
    const lot = { gtin: GTIN, lotNumber: `E${randomBytes(3).toString("hex")}` };
    await draft.write("TRANSFORM", {
      ...{ subject: id, occurredAtS: said.occurredAtS },
      document: transformEvent({
        ...{ ...said, step: "pack", uom: "KGM" },
        inputs: [{ subject: picked.subject, lot: picked.lot, amount }],
        outputs: [{ subject: hex, lot, amount: made, product: ground.bag.ref }],
      }),
      args: {
        ...{ index, step: STEPS.pack, inputs: [{ id: picked.id, amount }] },
        outputs: [{ id: ground.bag.id, amount: made }],
      },
    });
    return { id, subject: hex, lot };
  });

  const serials = Array.from({ length: COUNT }, () => makeSerial(randomBytes(13)));
  const leaves = await serialLeaves(primitives, serials);
  const root = await treeRoot(primitives, leaves);
  await record(2, async (draft) => {
    const { index, id, hex } = await draft.newSubject();
    const said = about(hex, 0);
    const text = leaves.map((leaf) => `${hexOf(leaf)}\n`).join("");
    const list = await draft.attach(utf8(text), { mediaType: "text/csv", name: "label-leaves.csv" });
    await draft.write("LABEL", {
      ...{ subject: id, occurredAtS: said.occurredAtS },
      document: labelEvent({
        ...{ ...said, lot: packed.lot, lotSubject: packed.subject, count: COUNT, net: NET, uom: "KGM" },
        ...{ root: hexOf(root), leaves: list },
      }),
      args: { index, lot: bytesOf(packed.subject), certificate: new Uint8Array(32), count: BigInt(COUNT), root },
    });
  });

  const code = codePath({ gtin: GTIN, lotNumber: packed.lot.lotNumber, serial: serials[0] ?? "" });
  return { code, lotNumber: packed.lot.lotNumber, records, work, refused, large: { cid: largeCid, bytes: large } };
}

/** A table of more than 1 MiB. */
function readings(rows: number): string {
  const lines = Array.from({ length: rows }, (_, n) => `${n},${(18 + (n % 97) / 10).toFixed(1)},${40 + (n % 31)}`);
  return `${["minute,celsius,humidity", ...lines].join("\n")}\n`;
}
