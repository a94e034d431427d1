import { expect } from "chai";
import fc from "fast-check";
import { bytesOf, equalBytes, hexOf, uint } from "../../protocol/bytes.ts";
import { highS, isStrict, lowS, ORDER, recorderId, webPrimitives, webSigner } from "../../protocol/sign.ts";
import { primitives } from "../support/primitives.ts";
import wycheproof from "../vectors/wycheproof/ecdsa_secp256r1_sha256_p1363_test.json" with { type: "json" };

const { subtle } = globalThis.crypto;
const newPair = () => subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);

/** The vectors' coordinates carry a zero byte in front where the first bit is set. */
const coordinate = (hex: string) => bytesOf(`0x${hex.slice(-64).padStart(64, "0")}`);

describe("Signatures", () => {
  it("are verified as Wycheproof says, except that s above n/2 is refused: 103 accepted", async () => {
    let accepted = 0;
    for (const { publicKey, tests } of wycheproof.testGroups) {
      const key = { x: coordinate(publicKey.wx), y: coordinate(publicKey.wy) };
      for (const { msg, sig, result, tcId } of tests) {
        const signature = bytesOf(`0x${sig}`);
        const low = signature.length === 64 && BigInt(hexOf(signature.slice(32))) <= ORDER / 2n;
        const valid = await primitives.verifyP256(key, bytesOf(`0x${msg}`), signature);
        expect(valid, `case ${tcId}`).to.equal(result === "valid" && low);
        if (valid) accepted++;
      }
    }

    expect(accepted).to.equal(103);
  });

  it("by WebCrypto are given low s, by a key that cannot leave", async () => {
    const signer = await webSigner(primitives, subtle, await newPair());
    for (let n = 0; n < 16; n++) {
      const message = Uint8Array.of(n);
      const signature = await signer.sign(message);

      expect(isStrict(signature)).to.equal(true);
      expect(await primitives.verifyP256(signer.key, message, signature)).to.equal(true);
      expect(await primitives.verifyP256(signer.key, message, highS(signature))).to.equal(false);
      expect(await primitives.verifyP256(signer.key, Uint8Array.of(n + 1), signature)).to.equal(false);
    }
  });

  it("come back from high s to low s", () => {
    const scalar = fc.bigInt(1n, ORDER - 1n);
    fc.assert(
      fc.property(scalar, scalar, (r, s) => {
        const signature = Uint8Array.from([...uint(r, 32), ...uint(s, 32)]);
        expect(isStrict(lowS(signature))).to.equal(true);
        expect(isStrict(highS(signature))).to.equal(false);
        expect(equalBytes(lowS(highS(signature)), lowS(signature))).to.equal(true);
        expect(equalBytes(lowS(signature), signature) || equalBytes(highS(signature), signature)).to.equal(true);
      }),
    );
  });

  for (const [what, r, s] of [
    ["r = 0", 0n, 1n],
    ["r = n", ORDER, 1n],
    ["s = 0", 1n, 0n],
    ["s = n", 1n, ORDER],
    ["s just above n/2", 1n, ORDER / 2n + 1n],
  ] as const) {
    it(`are refused with ${what}`, () => {
      expect(isStrict(Uint8Array.from([...uint(r, 32), ...uint(s, 32)]))).to.equal(false);
    });
  }

  it("are accepted by their form at the edges", () => {
    expect(isStrict(Uint8Array.from([...uint(1n, 32), ...uint(1n, 32)]))).to.equal(true);
    expect(isStrict(Uint8Array.from([...uint(ORDER - 1n, 32), ...uint(ORDER / 2n, 32)]))).to.equal(true);
  });

  it("are false, not an error, for a key that is no point of the curve and for other lengths", async () => {
    const signature = Uint8Array.from([...uint(1n, 32), ...uint(1n, 32)]);
    const off = { x: uint(5n, 32), y: uint(5n, 32) };

    expect(await primitives.verifyP256(off, new Uint8Array(), signature)).to.equal(false);
    expect(await primitives.verifyP256({ x: uint(5n, 31), y: uint(5n, 32) }, new Uint8Array(), signature)).to.equal(
      false,
    );
    expect(await primitives.verifyP256(off, new Uint8Array(), signature.slice(1))).to.equal(false);
  });
});

describe("A recorder", () => {
  it("is the first 20 bytes of sha256(x ‖ y)", async () => {
    const pair = await newPair();
    const signer = await webSigner(webPrimitives(subtle), subtle, pair);
    const raw = new Uint8Array(await subtle.exportKey("raw", pair.publicKey));
    const digest = new Uint8Array(await subtle.digest("SHA-256", raw.slice(1)));

    expect(hexOf(signer.recorder)).to.equal(hexOf(digest.slice(0, 20)));
    expect(hexOf(await recorderId(primitives, signer.key))).to.equal(hexOf(signer.recorder));
  });
});
