import { webcrypto } from "node:crypto";
import { expect } from "chai";
import fc from "fast-check";
import { highS, webSigner } from "../../protocol/sign.ts";
import { softPrimitives } from "../../scan-web/scan/soft.ts";
import { primitives } from "../support/primitives.ts";

describe("The verifier for pages without WebCrypto", () => {
  it("digests as WebCrypto does", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        expect(await softPrimitives.sha256(bytes)).to.deep.equal(await primitives.sha256(bytes));
      }),
    );
  });

  it("judges signatures as WebCrypto does: right ones, one bit off anywhere, another key's, high s", async () => {
    const [mine, other] = [await aSigner(), await aSigner()];
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.nat(64 * 8 - 1),
        fc.constantFrom("right", "bit", "other", "high", "short"),
        async (message, bit, what) => {
          const good = await mine.sign(message);
          const signature =
            what === "bit"
              ? flipped(good, bit)
              : what === "high"
                ? highS(good)
                : what === "short"
                  ? good.slice(1)
                  : good;
          const key = what === "other" ? other.key : mine.key;

          const soft = await softPrimitives.verifyP256(key, message, signature);

          expect(soft).to.equal(await primitives.verifyP256(key, message, signature));
          expect(soft).to.equal(what === "right");
        },
      ),
      { numRuns: 60 },
    );
  });

  it("refuses a key that is no point of the curve, without throwing", async () => {
    const signer = await aSigner();
    const message = new Uint8Array(3);
    const signature = await signer.sign(message);
    const key = { x: signer.key.x, y: flipped(signer.key.y, 5) };

    expect(await softPrimitives.verifyP256(key, message, signature)).to.equal(false);
  });
});

async function aSigner() {
  const pair = await webcrypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  return webSigner(primitives, webcrypto.subtle, pair);
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  return bytes.map((byte, n) => (n === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
}
