/**
 * Digest and signature check without WebCrypto, which browsers give to secure pages only: loaded when the page came over plain
 * http. Says the same as `webPrimitives` (test/web/soft.test.ts), and is the only cryptography that we ship.
 */
import { p256 } from "@noble/curves/nist.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concat } from "../../protocol/bytes.ts";
import { type Primitives, strict } from "../../protocol/sign.ts";

export { softPrimitives };

const softPrimitives: Primitives = {
  sha256: async (bytes) => sha256(bytes),
  verifyP256: strict(async ({ x, y }, message, signature) => {
    try {
      return p256.verify(signature, message, concat(Uint8Array.of(4), x, y), { lowS: true });
    } catch {
      return false; // no point of the curve
    }
  }),
};
