/** The season of docs/ledger/sequence.json as logs: as they would come from a chain, for tests that need no chain. */
import sequenceFile from "../../docs/ledger/sequence.json" with { type: "json" };
import { decodeBatch, encodeGroup } from "../../protocol/batch.ts";
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import { stampOf } from "../../protocol/fold.ts";
import type { Deployment, Hex } from "../../protocol/history.ts";
import type { LedgerLog } from "../../server/indexer/logs.ts";

export { deployment, logsOfSeason, NONE, SEASON_ENDS, wordsAfter };

const NONE: Hex = `0x${"00".repeat(32)}`;
const ledger = sequenceFile.ledger as Hex;
/** Only what ledger and fold depend on is that of the file. */
const deployment: Deployment = {
  furrow: 1,
  ...{ chainId: Number(sequenceFile.chainId), ledger, codeHash: NONE, libraries: {}, access: ledger, block: 0 },
  ...{ finality: "latest", rpc: [], gateways: [], runBy: { zh: "示例", en: "an example" }, example: null },
};
/** Number of the last block. */
const SEASON_ENDS = sequenceFile.cases.length;

/** Organisations in block 0, then a block for each accepted batch. */
function logsOfSeason(): { readonly logs: LedgerLog[]; readonly made: (name: string, index?: number) => Hex } {
  const keys: Readonly<Record<string, { x: string; y: string; recorder: string }>> = sequenceFile.keys;
  const logs: LedgerLog[] = sequenceFile.organisations.flatMap(({ number, roles, manager }, n) => {
    const { x = NONE, y = NONE } = keys[manager] ?? {};
    const act = {
      name: "Organisation",
      emitter: ledger,
      block: 0,
      organisation: number,
      roles,
      content: NONE,
    } as const;
    const rights = { untilBlock: "0" };
    return [
      { ...act, ...rights, logIndex: 2 * n, act: 1, x: NONE, y: NONE },
      { ...act, ...rights, logIndex: 2 * n + 1, act: 5, x: x as Hex, y: y as Hex },
    ];
  });
  const births = new Map<string, readonly Hex[]>();
  for (const [n, one] of sequenceFile.cases.entries()) {
    if (one.bytes === undefined || one.batch === undefined) continue;
    const { header, groups, signature } = decodeBatch(bytesOf(one.bytes));
    const { organisation, recordedAtS } = one.in;
    const at = { emitter: ledger, block: n + 1, batch: one.batch as Hex };
    const by = { recorder: header.recorder, organisation, recordedAtS };
    const [r, s] = [hexOf(signature.slice(0, 32)), hexOf(signature.slice(32))];
    const said = { recorder: hexOf(header.recorder), nonce: String(header.nonce), seen: hexOf(header.seen), r, s };
    logs.push({ ...at, logIndex: 0, name: "Accepted", stamp: hexOf(stampOf(by)), ...said });
    births.set(
      one.name,
      (one.births ?? []).map(({ subject }) => subject as Hex),
    );
    for (const [k, { subject, seq, group, entry, word }] of (one.moves ?? []).entries()) {
      const move = { ...at, logIndex: k + 1, subject: subject as Hex, seq, group };
      const found = groups[group];
      if (found === undefined) throw new Error(`no group ${group} in ${one.name}`);
      if (entry === null) logs.push({ ...move, name: "Recorded", bytes: hexOf(encodeGroup(found)) });
      else logs.push({ ...move, name: "Touched", entry, word: word as Hex });
    }
  }
  return { logs, made: (name, index = 0) => births.get(name)?.[index] ?? NONE };
}

/** The head of every subject when the season is over; organisations that wrote nothing in their own log have that of their birth. */
function wordsAfter(): Record<Hex, Hex> {
  const words = { ...(sequenceFile.words as Record<Hex, Hex>) };
  for (const { moves = [] } of sequenceFile.cases) {
    for (const { subject, word } of moves) words[subject as Hex] = word as Hex;
  }
  return words;
}
