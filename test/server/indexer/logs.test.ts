import { expect } from "chai";
import { AbiCoder } from "ethers";
import type { Hex } from "../../../protocol/bytes.ts";
import { TOPICS } from "../../../protocol/ledger-abi.ts";
import type { RawLog } from "../../../server/chain/chain.ts";
import { decodeLog, UnreadableLog } from "../../../server/indexer/logs.ts";

const coder = AbiCoder.defaultAbiCoder();
const WORD: Hex = `0x${"ab".repeat(32)}`;

describe("The ledger's logs", () => {
  for (const length of [0, 1, 31, 32, 33, 64, 1_000]) {
    it(`give a group of ${length} bytes as it was logged`, () => {
      const bytes: Hex = `0x${"5a".repeat(length)}`;

      const log = decodeLog(raw("Recorded", coder.encode(["uint64", "bytes"], [(7n << 32n) | (3n << 16n), bytes])));

      expect(log).to.include({ name: "Recorded", subject: WORD, batch: WORD, seq: 7, group: 3, bytes });
    });
  }

  it("give the numbers and words of the others", () => {
    const accepted = coder.encode(
      ["bytes32", "uint64", "bytes32", "bytes32", "bytes32"],
      [WORD, 2n ** 64n - 1n, WORD, WORD, WORD],
    );
    const touched = coder.encode(["uint64", "bytes32"], [(1n << 32n) | (2n << 16n) | 3n, WORD]);

    expect(decodeLog(raw("Accepted", accepted))).to.include({ nonce: "18446744073709551615", stamp: WORD, r: WORD });
    expect(decodeLog(raw("Touched", touched))).to.include({ seq: 1, group: 2, entry: 3, word: WORD });
  });

  const whole = coder.encode(["uint64", "bytes"], [1n << 32n, "0x1234"]);
  for (const [what, data] of [
    ["a byte too few", whole.slice(0, -2)],
    ["a word too many", `${whole}${"00".repeat(32)}`],
    ["a digit that is none", `${whole.slice(0, 200)}g${whole.slice(201)}`],
    ["bytes that begin elsewhere", whole.replace("40", "60")],
    ["more bytes than there are", `${whole.slice(0, 192)}22${whole.slice(194)}`],
    ["something after its bytes", `${whole.slice(0, -1)}1`],
    ["a number that is too large", `0x01${whole.slice(4)}`],
    ["nothing", "0x"],
  ] as const) {
    it(`are refused with ${what}`, () => {
      expect(() => decodeLog(raw("Recorded", data))).to.throw(UnreadableLog);
    });
  }
});

function raw(name: keyof typeof TOPICS, data: string): RawLog {
  const at = { blockNumber: 1, blockHash: WORD, transactionHash: WORD, index: 0 };
  return { address: `0x${"11".repeat(20)}`, topics: [TOPICS[name], WORD, WORD], data: data as Hex, ...at };
}
