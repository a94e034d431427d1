/** The runtime's own WebCrypto as the protocol takes it; the same in Node and in a browser. */
import type { Primitives } from "../../protocol/sign.ts";
import { webPrimitives } from "../../protocol/sign.ts";

export { primitives };

const primitives: Primitives = webPrimitives(globalThis.crypto.subtle);
