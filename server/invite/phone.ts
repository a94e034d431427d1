/** A phone that asks to be let in, as it comes from outside: keys that are points of the curve, a name that can be shown. */
import { webcrypto } from "node:crypto";
import { bytesOf, concat } from "../../protocol/bytes.ts";
import { sealingKeyField } from "../../protocol/document/sealing-key.ts";
import { cleanText } from "../../protocol/document/text.ts";
import { Problem } from "../../protocol/problem.ts";
import type { Phone } from "./invitation.ts";

export { cleanPhone, MAX_DEVICE };

const MAX_DEVICE = 60;
/** SEC 1 §2.3.3: a point written whole. */
const WHOLE = Uint8Array.of(4);

/** @throws Problem `not-on-curve`, `form-refused`, `text-refused`, `text-too-long` */
async function cleanPhone({ x, y, sealing, device }: Phone): Promise<Phone> {
  sealingKeyField(sealing, "/sealing");
  const point = concat(WHOLE, bytesOf(x, "/x", 32), bytesOf(y, "/y", 32));
  await webcrypto.subtle
    .importKey("raw", point, { name: "ECDSA", namedCurve: "P-256" }, true, ["verify"])
    .catch(() => Promise.reject(new Problem("not-on-curve", "/x", "x and y are no point of P-256")));
  return { x, y, sealing, device: cleanText(device, "/device", MAX_DEVICE) };
}
