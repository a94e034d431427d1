import { expect } from "chai";
import fc from "fast-check";
import type { Batch, Group } from "../../protocol/batch.ts";
import {
  batchHash,
  batchRoot,
  decodeBatch,
  decodeGroup,
  decodeHeader,
  encodeBatch,
  encodeGroup,
  encodeHeader,
  MAX_BATCH_BYTES,
  newIndexes,
  newSubjectId,
  organisationId,
  signBatch,
  signedBytes,
} from "../../protocol/batch.ts";
import { concat, equalBytes, hexOf, uint } from "../../protocol/bytes.ts";
import { makeEntry } from "../../protocol/entry.ts";
import { Problem } from "../../protocol/problem.ts";
import { webSigner } from "../../protocol/sign.ts";
import { anyBatch, anyHeader } from "../support/arbitrary.ts";
import { primitives } from "../support/primitives.ts";
import { refusal } from "../support/refusal.ts";

const { subtle } = globalThis.crypto;
const newSigner = async () =>
  webSigner(
    primitives,
    subtle,
    await subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]),
  );
const note = makeEntry("NOTE", { occurredAtS: 1_775_000_000, content: new Uint8Array(32), args: {} });
const ground = { chainId: 7n, ledger: new Uint8Array(20), nonce: 3n, seen: new Uint8Array(32) };
const hashOf = async ({ header, groups }: Pick<Batch, "header" | "groups">) =>
  hexOf(await batchHash(primitives, header, await batchRoot(primitives, groups)));

describe("A batch", () => {
  it("comes back from its bytes as it was, and has no second encoding", async () => {
    await fc.assert(
      fc.asyncProperty(anyBatch, async (made) => {
        const batch = await made;
        const bytes = encodeBatch(batch);
        expect(decodeBatch(bytes)).to.deep.equal(batch);
        expect(hexOf(encodeBatch(decodeBatch(bytes)))).to.equal(hexOf(bytes));
        for (const group of batch.groups) expect(decodeGroup(encodeGroup(group))).to.deep.equal(group);
      }),
    );
  });

  it("is another batch or none when any one bit is flipped", async () => {
    await fc.assert(
      fc.asyncProperty(anyBatch, fc.nat(), async (made, place) => {
        const batch = await made;
        const bytes = encodeBatch(batch);
        const bit = place % ((bytes.length - 64) * 8);
        const flipped = Uint8Array.from(bytes);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));

        try {
          expect(await hashOf(decodeBatch(flipped))).to.not.equal(await hashOf(batch));
        } catch (error) {
          expect(error).to.be.instanceOf(Problem);
        }
      }),
      { numRuns: 400 },
    );
  });

  it("is refused when any byte is dropped or doubled", async () => {
    await fc.assert(
      fc.asyncProperty(anyBatch, fc.nat(), fc.boolean(), async (made, place, doubled) => {
        const bytes = encodeBatch(await made);
        const at = place % bytes.length;
        const other = concat(bytes.slice(0, at + (doubled ? 1 : 0)), bytes.slice(at + (doubled ? 0 : 1)));

        try {
          // Random bytes may happen to be in form again; then they are another batch.
          expect(await hashOf(decodeBatch(other))).to.not.equal(await hashOf(decodeBatch(bytes)));
        } catch (error) {
          expect(error).to.be.instanceOf(Problem);
        }
      }),
    );
  });

  it("that was signed is not accepted with any one bit flipped", async () => {
    const signer = await newSigner();
    const plot = { index: 0, level: 0, area: 5n };
    const groups: Group[] = [
      { subject: organisationId(1), entries: [note, note] },
      {
        subject: await newSubjectId(primitives, signer.recorder, 3n, 0),
        entries: [makeEntry("PLOT", { occurredAtS: 1, content: uint(9, 32), args: plot }), note],
      },
    ];
    const { bytes } = await signBatch(primitives, signer, { ...ground, groups });
    const holds = async (sent: Uint8Array): Promise<boolean> => {
      try {
        const { header, groups, signature } = decodeBatch(sent);
        const message = signedBytes(header, await batchRoot(primitives, groups));
        return await primitives.verifyP256(signer.key, message, signature);
      } catch (error) {
        if (error instanceof Problem) return false;
        throw error;
      }
    };

    expect(await holds(bytes)).to.equal(true);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Uint8Array.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(await holds(flipped), `bit ${bit}`).to.equal(false);
    }
  });

  it("has the same hash whichever of two valid signatures it carries", async () => {
    const signer = await newSigner();
    const groups = [{ subject: organisationId(1), entries: [note] }];

    const one = await signBatch(primitives, signer, { ...ground, groups });
    const other = await signBatch(primitives, signer, { ...ground, groups });

    expect(equalBytes(one.bytes, other.bytes)).to.equal(false);
    expect(hexOf(one.hash)).to.equal(hexOf(other.hash));
  });

  it("holds 32,768 bytes and not one more", async () => {
    const header = { version: 1, recorder: new Uint8Array(20), ...ground };
    const signature = new Uint8Array(64);
    // 89 + 36 + 40 n + 64 bytes; the rest is filled by args of a harvest.
    const inputs = Array.from({ length: 200 }, (_, n) => ({ id: uint(n + 1, 32), amount: 1n }));
    const harvest = (count: number, index: number) => ({
      subject: uint(index + 1000, 32),
      entries: [
        makeEntry("HARVEST", {
          occurredAtS: 1,
          content: new Uint8Array(32),
          args: { index, inputs: inputs.slice(0, count) },
        }),
      ],
    });
    const fill = (groups: Group[], size: number) => encodeBatch({ header, groups, signature }).length - size;
    const whole = [0, 1, 2, 3].map((index) => harvest(200, index));
    const room = -fill(whole, MAX_BATCH_BYTES);
    const notes = (count: number) => ({
      subject: organisationId(1),
      entries: Array.from({ length: count }, () => note),
    });

    const most = Math.floor((room - 36) / 40);
    expect(fill([...whole, notes(most)], MAX_BATCH_BYTES)).to.be.within(-39, 0);
    expect(await refusal(() => fill([...whole, notes(most + 1)], 0))).to.equal("batch-too-large");
    expect(await refusal(() => decodeBatch(new Uint8Array(MAX_BATCH_BYTES + 1)))).to.equal("batch-too-large");
    expect(await refusal(() => decodeBatch(new Uint8Array(MAX_BATCH_BYTES)))).to.equal(
      "wrong-version at /header/version",
    );
  });

  it("is not signed when it is out of form", async () => {
    const signer = await newSigner();
    const subject = organisationId(1);
    const sign = (...groups: Group[]) => refusal(() => signBatch(primitives, signer, { ...ground, groups }));
    const plot = (index: number) =>
      makeEntry("PLOT", { occurredAtS: 1, content: new Uint8Array(32), args: { index, level: 0, area: 1n } });

    expect(await sign()).to.equal("malformed-batch at /groups");
    expect(await sign({ subject, entries: [] })).to.equal("malformed-batch at /groups/0/entries");
    expect(await sign({ subject, entries: [note] }, { subject, entries: [note] })).to.equal(
      "group-repeated at /groups/1",
    );
    expect(await sign({ subject, entries: [plot(0)] })).to.equal("wrong-subject-id at /groups/0/subject");
    const made = await newSubjectId(primitives, signer.recorder, 3n, 0);
    expect(await sign({ subject: made, entries: [note, plot(0)] })).to.equal("not-maker at /groups/0/entries/1");
    const twice = [
      { subject: made, entries: [plot(0)] },
      { subject, entries: [note] },
      { subject: made, entries: [plot(0)] },
    ];
    expect(await sign(...twice)).to.equal("subject-exists at /groups/2/entries/0/args/index");
  });
});

describe("A header", () => {
  it("comes back from its 89 bytes", async () => {
    fc.assert(
      fc.property(anyHeader, (header) => {
        expect(encodeHeader(header).length).to.equal(89);
        expect(decodeHeader(encodeHeader(header))).to.deep.equal(header);
      }),
    );
    expect(await refusal(() => decodeHeader(new Uint8Array(90)))).to.equal("wrong-version at /header/version");
    expect(await refusal(() => decodeHeader(Uint8Array.from({ length: 90 }, () => 1)))).to.equal(
      "malformed-batch at /header",
    );
  });
});

describe("A making entry", () => {
  it("takes one index for each subject it makes", () => {
    const share = { id: uint(1, 32), amount: 2n };
    const outputs = [1n, 1n].map((amount) => ({ id: uint(2, 32), amount }));
    const args = { index: 5, step: 3, inputs: [share], outputs };
    const split = makeEntry("TRANSFORM", { occurredAtS: 1, content: new Uint8Array(32), args });

    expect(newIndexes({ subject: new Uint8Array(32), entries: [split, note] })).to.deep.equal([5, 6]);
    expect(newIndexes({ subject: new Uint8Array(32), entries: [note] })).to.deep.equal([]);
  });
});
