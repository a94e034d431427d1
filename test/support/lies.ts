/**
 * Lies: ways in which a server, a relay, a recorder or a chain could tell an honest history otherwise, each with the finding that must
 * name it. Each takes a fresh honest history and changes only what it says.
 */
import { bytesOf, type Hex, hexOf } from "../../protocol/bytes.ts";
import { growEvent, harvestEvent, noteEvent } from "../../protocol/document/epcis.ts";
import { readStamp, stampOf } from "../../protocol/fold.ts";
import type { History, Move } from "../../protocol/history.ts";
import { fingerprint, makeSerial } from "../../protocol/label.ts";
import type { FindingCode } from "../../protocol/verify/findings.ts";
import type { Heads, VerifyOptions } from "../../protocol/verify/report.ts";
import { DAY, type Honest } from "./history.ts";
import type { Drafted } from "./world.ts";

export type { Lie, Told };
export { lies };

type Mutable<T> = { -readonly [Key in keyof T]: Mutable<T[Key]> };

/** What the reader is told, and the finding that must come of it. */
interface Told {
  readonly history: History;
  readonly heads: Heads;
  readonly options?: VerifyOptions;
  /** Undefined parts are not compared. */
  readonly at: { readonly subject: Hex | null; readonly seq?: number };
}

interface Lie {
  readonly name: string;
  readonly code: FindingCode;
  /** Others that say the same fact of other subjects. */
  readonly also?: readonly FindingCode[];
  tell(honest: Honest): Promise<Told> | Told;
}

type Draft = Mutable<History>;

const WORK = { id: "weeding", zh: "除草", en: "weeding" };

const lies: readonly Lie[] = [
  {
    name: "the last entry of the lot is dropped",
    code: "entry-missing",
    tell: (honest) => inLot(honest, (moves) => ({ seq: moves.length, moves: moves.slice(0, -1) })),
  },
  {
    name: "an entry is dropped in the middle",
    code: "move-out-of-order",
    tell: (honest) => inPlanting(honest, (moves) => ({ seq: 3, moves: moves.filter((_, n) => n !== 2) })),
  },
  {
    name: "an entry is dropped in the middle and the rest renumbered",
    code: "entry-missing",
    tell: (honest) =>
      inPlanting(honest, (moves) => ({ seq: moves.length, moves: renumbered(moves.filter((_, n) => n !== 2)) })),
  },
  {
    name: "two entries are swapped",
    code: "move-out-of-order",
    tell: (honest) => inPlanting(honest, (moves) => ({ seq: 3, moves: swapped(moves, 2) })),
  },
  {
    name: "two entries are swapped and renumbered",
    code: "move-out-of-order",
    tell: (honest) => inPlanting(honest, (moves) => ({ seq: 4, moves: renumbered(swapped(moves, 2)) })),
  },
  {
    name: "an entry is shown twice",
    code: "move-out-of-order",
    tell: (honest) =>
      inPlanting(honest, (moves) => ({ seq: 4, moves: [...moves.slice(0, 3), ...moves.slice(2)] as Move[] })),
  },
  {
    name: "an entry is shown twice and the rest renumbered",
    code: "move-out-of-order",
    tell: (honest) =>
      inPlanting(honest, (moves) => ({ seq: 4, moves: renumbered([...moves.slice(0, 3), ...moves.slice(2)]) })),
  },
  {
    name: "the chain is set back: the lot's head is that of an entry before",
    code: "entry-surplus",
    async tell(honest) {
      const heads = honest.world.heads() as Mutable<Heads>;
      const before = honest.world.words.get(honest.lot) ?? new Uint8Array(32);
      await note(honest, honest.lot, honest.world.latest.timeS + DAY);
      heads.words[honest.lot] = hexOf(before);
      const history = await honest.world.again(honest.history);
      return { history, heads, at: { subject: honest.lot, seq: history.subjects[1]?.moves.length ?? 0 } };
    },
  },
  {
    name: "the head on chain is another one",
    code: "head-mismatch",
    tell({ history, heads, lot }) {
      const words = { ...heads.words, [lot]: flipped(heads.words[lot] ?? "0x", 5) };
      return { history, heads: { ...heads, words }, at: { subject: lot } };
    },
  },
  {
    name: "an entry is said to have been recorded a second earlier",
    code: "head-mismatch",
    tell: ({ history, heads, lot }) => {
      const told = copy(history);
      const last = logOf(told, lot).moves.at(-1);
      const batch = told.batches[last?.batch ?? "0x"];
      if (batch === undefined) throw new Error("the lot has an entry");
      const stamp = readStamp(bytesOf(batch.stamp));
      batch.stamp = hexOf(stampOf({ ...stamp, recordedAtS: stamp.recordedAtS - 1 }));
      return { history: told, heads, at: { subject: lot } };
    },
  },
  {
    name: "one bit of an entry is changed",
    code: "group-not-in-batch",
    tell({ history, heads, lot }) {
      const told = copy(history);
      const move = logOf(told, lot).moves.at(-1);
      const group = told.batches[move?.batch ?? "0x"]?.groups.find(({ index }) => index === move?.group);
      if (group === undefined || move === undefined) throw new Error("the lot has an entry");
      group.bytes = flipped(group.bytes, 36 + 3);
      return { history: told, heads, at: { subject: lot, seq: move.seq } };
    },
  },
  {
    name: "a signature is another one",
    code: "signature-invalid",
    tell({ history, heads, lot }) {
      const told = copy(history);
      const move = logOf(told, lot).moves.at(-1);
      const batch = told.batches[move?.batch ?? "0x"];
      if (batch === undefined || move === undefined) throw new Error("the lot has an entry");
      batch.r = flipped(batch.r, 7);
      return { history: told, heads, at: { subject: lot, seq: move.seq } };
    },
  },
  {
    name: "a log of another contract is passed off as the ledger's",
    code: "log-foreign",
    tell({ history, heads, lot }) {
      const told = copy(history);
      const move = logOf(told, lot).moves.at(-1);
      const batch = told.batches[move?.batch ?? "0x"];
      if (batch === undefined || move === undefined) throw new Error("the lot has an entry");
      batch.emitter = `0x${"4e".repeat(20)}`;
      return { history: told, heads, at: { subject: lot, seq: move.seq } };
    },
  },
  {
    name: "a key that nobody enrolled has signed",
    code: "key-unknown",
    async tell(honest) {
      const stranger = await honest.world.newPhone(1);
      return noted({ ...honest, manager: stranger });
    },
  },
  {
    name: "an expelled key has signed",
    code: "key-expelled",
    async tell(honest) {
      const phone = await honest.world.enrol(honest.manager, honest.world.latest.timeS + 60);
      await honest.world.expel(honest.manager, phone, honest.world.latest.timeS + 60);
      return noted({ ...honest, manager: phone });
    },
  },
  {
    name: "an organisation writes after it was stopped",
    code: "key-expelled",
    tell(honest) {
      honest.world.act(1, 3, honest.world.latest.timeS + 60);
      return noted(honest);
    },
  },
  {
    name: "an organisation writes that was never admitted",
    code: "organisation-unknown",
    async tell(honest) {
      return noted({ ...honest, manager: await honest.world.newPhone(9) });
    },
  },
  {
    name: "a document is changed",
    code: "document-altered",
    tell: (honest) => withDocument(honest, (text) => text.replace("入库", "出库")),
  },
  {
    name: "a document is missing",
    code: "document-missing",
    tell: (honest) => withDocument(honest, () => undefined),
  },
  {
    name: "the document of another lot is signed for this one",
    code: "document-of-other-subject",
    async tell(honest) {
      const [other = honest.run] = honest.otherLots;
      return signedAs(honest, noteDraft(honest, other, honest.world.latest.timeS + DAY));
    },
  },
  {
    name: "what is signed is no document",
    code: "document-of-other-subject",
    tell: (honest) =>
      signedAs(honest, { ...noteDraft(honest, honest.lot, honest.world.latest.timeS + DAY), document: {} }),
  },
  ...(["altered", "missing"] as const).map((state): Lie => ({
    name: `a picture is ${state}`,
    code: `file-${state}`,
    tell({ history, heads, lot }) {
      const [, cid = ""] =
        /"furrow:cid":"(bafk[a-z0-9]+)","furrow:mediaType":"image/.exec(
          JSON.stringify(history.documents).replaceAll("\\", ""),
        ) ?? [];
      return { history, heads, options: { files: { [cid]: state } }, at: { subject: lot } };
    },
  })),
  {
    name: "the serial is off by one letter",
    code: "serial-not-issued",
    tell: (honest) =>
      withCode(honest, honest.run, (code) => ({
        serial: code.serial.replace(/.$/, (last) => (last === "0" ? "1" : "0")),
      })),
  },
  {
    name: "the serial was never issued",
    code: "serial-not-issued",
    tell: (honest) => withCode(honest, honest.run, () => ({ serial: makeSerial(new Uint8Array(13).fill(31)) })),
  },
  {
    name: "the history is that of another code than the one in hand",
    code: "serial-not-issued",
    tell({ history, heads, run }) {
      const code = { gtin: null, lotNumber: null, serial: makeSerial(new Uint8Array(13)) };
      return { history, heads, options: { code }, at: { subject: run } };
    },
  },
  {
    name: "the code in hand names another lot than the history's",
    code: "code-of-other-lot",
    tell({ history, heads, lot }) {
      const code = { gtin: "09520123456788", lotNumber: "26-9999", serial: history.code?.serial ?? "" };
      return { history, heads, options: { code }, at: { subject: lot } };
    },
  },
  {
    name: "the article number in the address is another one",
    code: "code-of-other-lot",
    tell: (honest) =>
      withCode(honest, honest.lot, (code) => ({ gtin: "09521234543213", lotNumber: code.lotNumber ?? "26-1" })),
  },
  {
    name: "the lot number in the address is another one",
    code: "code-of-other-lot",
    tell: (honest) => withCode(honest, honest.lot, () => ({ gtin: "09520123456788", lotNumber: "26-9999" })),
  },
  {
    name: "the code is shown with the history of another lot",
    code: "code-of-other-lot",
    tell({ history, heads, otherLots: [other = "0x"] }) {
      const told = copy(history);
      told.lot = other;
      if (told.code !== null) Object.assign(told.code, { gtin: null, lotNumber: null });
      return { history: told, heads, at: { subject: other } };
    },
  },
  {
    name: "the fingerprint is off by one letter",
    code: "fingerprint-mismatch",
    tell({ history, heads, lot, world }) {
      const printed = fingerprint(world.words.get(lot) ?? new Uint8Array(32));
      const wrong = printed.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
      return { history, heads, options: { fingerprint: wrong }, at: { subject: lot } };
    },
  },
  {
    name: "the door answers for another chain",
    code: "wrong-chain",
    tell: ({ history, heads }) => ({ history, heads: { ...heads, chainId: 1 }, at: { subject: null } }),
  },
  {
    name: "there is no code at the ledger's address",
    code: "wrong-ledger",
    tell({ history, heads }) {
      const codeHashes = Object.fromEntries(Object.entries(heads.codeHashes ?? {}).slice(1));
      return { history, heads: { ...heads, codeHashes }, at: { subject: null } };
    },
  },
  {
    name: "a library has other code",
    code: "code-hash-mismatch",
    tell({ history, heads }) {
      const changed = Object.entries(heads.codeHashes ?? {}).map(([at, hash], n) => [
        at,
        n === 1 ? flipped(hash, 3) : hash,
      ]);
      return { history, heads: { ...heads, codeHashes: Object.fromEntries(changed) }, at: { subject: null } };
    },
  },
  {
    name: "a touch is passed off as an entry of the lot's own",
    code: "touch-unexplained",
    tell({ history, heads, lot }) {
      const told = copy(history);
      const move = logOf(told, lot).moves.find(({ entry }) => entry !== null);
      if (move === undefined) throw new Error("the lot was labelled");
      move.entry = null;
      return { history: told, heads, at: { subject: lot, seq: move.seq } };
    },
  },
  {
    name: "a planting is left out of what a lot came from",
    code: "birth-mismatch",
    tell({ history, heads, world }) {
      const told = copy(history);
      const planting = plantingOf(told);
      told.subjects = told.subjects.filter(({ id }) => id !== planting);
      const [child = "0x"] = [...world.inputs].find(([, inputs]) => inputs.includes(planting)) ?? [];
      return { history: told, heads, at: { subject: child, seq: 1 } };
    },
  },
  {
    name: "a log begins after its birth",
    code: "birth-mismatch",
    also: ["move-out-of-order"],
    tell: (honest) => inPlanting(honest, (moves) => ({ seq: 1, moves: moves.slice(1) })),
  },
  {
    name: "a log is emptied, and its head said to be nothing",
    code: "birth-mismatch",
    tell({ history, heads }) {
      const planting = plantingOf(history);
      const told = copy(history);
      logOf(told, planting).moves = [];
      const words = { ...heads.words, [planting]: `0x${"00".repeat(32)}` as const };
      return { history: told, heads: { ...heads, words }, at: { subject: planting } };
    },
  },
  {
    name: "the lot's own log is not there",
    code: "entry-missing",
    also: ["birth-mismatch"],
    tell({ history, heads, lot }) {
      const told = copy(history);
      told.subjects = told.subjects.filter(({ id }) => id !== lot);
      return { history: told, heads, at: { subject: lot, seq: 1 } };
    },
  },
  {
    name: "more is harvested than the planting may bear",
    code: "sums-mismatch",
    async tell(honest) {
      const { world, manager } = honest;
      const planting = plantingOf(honest.history);
      const atS = world.latest.timeS + 60;
      const [subject, amount] = [await world.newId(manager), (1n << 40n) - 1n];
      const form = { ...formOf(subject, atS), lot: { gtin: null, lotNumber: "L" }, uom: "KGM" as const };
      const inputs = [{ subject: planting, lot: form.lot, amount }];
      const document = harvestEvent({ ...form, product: { subject: planting, name: { zh: "鲜叶" } }, inputs });
      const args = { index: 0, inputs: [{ id: bytesOf(planting), amount }] };
      await world.submit(manager, [{ subject, entries: [{ kind: "HARVEST", args, document, occurredAtS: atS }] }], atS);
      const history = await world.again(honest.history);
      return { history, heads: world.heads(), at: { subject: planting, seq: logOf(history, planting).moves.length } };
    },
  },
  {
    name: "a document states more than was booked",
    code: "sums-mismatch",
    also: ["field-gap"],
    async tell(honest) {
      const { world, manager } = honest;
      const planting = plantingOf(honest.history);
      const atS = world.latest.timeS + 60;
      const subject = await world.newId(manager);
      const form = { ...formOf(subject, atS), lot: { gtin: null, lotNumber: "L" }, uom: "KGM" as const };
      const inputs = [{ subject: planting, lot: form.lot, amount: 2000n }];
      const document = harvestEvent({ ...form, product: { subject: planting, name: { zh: "鲜叶" } }, inputs });
      const args = { index: 0, inputs: [{ id: bytesOf(planting), amount: 1000n }] };
      await world.submit(manager, [{ subject, entries: [{ kind: "HARVEST", args, document, occurredAtS: atS }] }], atS);
      const ids = [...honest.history.subjects.map(({ id }) => id), subject];
      const history = await world.history(subject, ids);
      return { history, heads: world.heads(), at: { subject, seq: 1 } };
    },
  },
  {
    name: "a number stands where there is none",
    code: "malformed-entry",
    also: ["entry-missing"],
    tell({ history, heads, lot }) {
      const told = copy(history);
      const move = logOf(told, lot).moves.at(-1);
      if (move !== undefined) Object.assign(move, { seq: "five" });
      return { history: told, heads, at: { subject: null } };
    },
  },
  {
    name: "the heads are the server's own",
    code: "head-from-server",
    tell: ({ history, heads }) => ({ history, heads: { ...heads, source: "server" }, at: { subject: null } }),
  },
  {
    name: "a record is dated tomorrow",
    code: "future-date",
    tell: (honest) => signedAs(honest, noteDraft(honest, honest.lot, honest.world.latest.timeS + 3 * DAY)),
  },
  {
    name: "a batch names a block that nobody knows",
    code: "seen-unknown",
    tell: (honest) => noted(honest, `0x${"77".repeat(32)}`),
  },
  {
    name: "a batch names a block that is later than its own",
    code: "before-seen",
    async tell(honest) {
      const later = { number: 9999, hash: `0x${"78".repeat(32)}`, timeS: honest.world.latest.timeS + 9 * DAY } as const;
      const told = await noted(honest, later.hash);
      return { ...told, history: { ...told.history, blocks: [...told.history.blocks, later] } };
    },
  },
  {
    name: "a fortnight's field work is written down at once",
    code: "many-at-once",
    also: ["late-record"],
    async tell(honest) {
      const { world, manager, history } = honest;
      const planting = plantingOf(history);
      const nowS = world.latest.timeS + 60;
      const entries = Array.from({ length: 14 }, (_, n): Drafted => {
        const occurredAtS = nowS - (14 - n) * DAY + 3600;
        const document = growEvent({ ...formOf(planting, occurredAtS), work: WORK });
        return { kind: "GROW", args: {}, document, occurredAtS };
      });
      await world.submit(manager, [{ subject: planting, entries }], nowS);
      const told = await world.again(history);
      return {
        history: told,
        heads: world.heads(),
        at: { subject: planting, seq: logOf(told, planting).moves.length },
      };
    },
  },
];

function copy(history: History): Draft {
  return structuredClone(history) as Draft;
}

function logOf(history: History | Draft, id: Hex): Draft["subjects"][number] {
  const log = history.subjects.find((subject) => subject.id === id);
  if (log === undefined) throw new Error(`the history has no log of ${id}`);
  return log as Draft["subjects"][number];
}

/** A planting with field records: its log is long enough to be lied about. */
function plantingOf(history: History | Draft): Hex {
  const log = [...history.subjects].slice(2, -4).sort((a, b) => b.moves.length - a.moves.length)[0];
  if (log === undefined || log.moves.length < 6) throw new Error("the example has a planting with field records");
  return log.id;
}

function inLot(honest: Honest, change: (moves: readonly Move[]) => { seq: number; moves: readonly Move[] }): Told {
  return inLog(honest, honest.lot, change);
}

function inPlanting(honest: Honest, change: (moves: readonly Move[]) => { seq: number; moves: readonly Move[] }): Told {
  return inLog(honest, plantingOf(honest.history), change);
}

function inLog(
  { history, heads }: Honest,
  id: Hex,
  change: (moves: readonly Move[]) => { seq: number; moves: readonly Move[] },
): Told {
  const told = copy(history);
  const log = logOf(told, id);
  const { seq, moves } = change(log.moves);
  log.moves = structuredClone(moves) as Draft["subjects"][number]["moves"];
  return { history: told, heads, at: { subject: id, seq } };
}

function renumbered(moves: readonly Move[]): Move[] {
  return moves.map((move, n) => ({ ...move, seq: n + 1 }));
}

function swapped(moves: readonly Move[], n: number): Move[] {
  const [one, other] = [moves[n], moves[n + 1]];
  if (one === undefined || other === undefined) throw new Error("too few moves");
  return [...moves.slice(0, n), other, one, ...moves.slice(n + 2)];
}

function flipped(hex: Hex, byte: number): Hex {
  const bytes = bytesOf(hex);
  bytes[byte] = (bytes[byte] ?? 0) ^ 1;
  return hexOf(bytes);
}

function formOf(subject: Hex, occurredAtS: number) {
  return { subject, eventId: "0192f3c2-7b1e-7c33-9a55-0000000000ff", occurredAtS, example: true };
}

/** A note whose document speaks of `about`. */
function noteDraft(_honest: Honest, about: Hex, occurredAtS: number): Drafted<"NOTE"> {
  const document = noteEvent({ ...formOf(about, occurredAtS), notes: { zh: "示例" } });
  return { kind: "NOTE", args: {}, document, occurredAtS };
}

async function note(honest: Honest, subject: Hex, atS: number, seen?: Hex): Promise<void> {
  await honest.world.submit(honest.manager, [{ subject, entries: [noteDraft(honest, subject, atS)] }], atS, seen);
}

/** The chain has taken a note on the lot that an honest one would not have taken. */
async function noted(honest: Honest, seen?: Hex): Promise<Told> {
  const { world, lot, history } = honest;
  await note(honest, lot, world.latest.timeS + DAY, seen);
  const told = await world.again(history);
  return { history: told, heads: world.heads(), at: { subject: lot, seq: logOf(told, lot).moves.length } };
}

async function signedAs(honest: Honest, draft: Drafted<"NOTE">): Promise<Told> {
  const { world, lot, history, manager } = honest;
  await world.submit(manager, [{ subject: lot, entries: [draft] }], world.latest.timeS + DAY);
  const told = await world.again(history);
  return { history: told, heads: world.heads(), at: { subject: lot, seq: logOf(told, lot).moves.length } };
}

/** Changes the document of the first note on the lot. */
function withDocument({ history, heads, lot }: Honest, change: (text: string) => string | undefined): Told {
  const told = copy(history);
  const [cid = "", text = ""] =
    Object.entries(told.documents).find(([, text]) => text.includes("入库") && text.includes(lot)) ?? [];
  const changed = change(text);
  if (changed === undefined) delete told.documents[cid];
  else told.documents[cid] = changed;
  return { history: told, heads, at: { subject: lot } };
}

function withCode(
  { history, heads }: Honest,
  subject: Hex,
  change: (code: NonNullable<History["code"]>) => Partial<NonNullable<History["code"]>>,
): Told {
  if (history.code === null) throw new Error("the example has a code");
  return { history: { ...history, code: { ...history.code, ...change(history.code) } }, heads, at: { subject } };
}
