/** The example's manager, with the key that the example kept. */
import { webSigner } from "../../protocol/sign.ts";
import { readExampleKeys } from "../../scripts/example/kept.ts";
import { primitives } from "./primitives.ts";
import { Recorder, type Signed } from "./recorder.ts";

export { managerOf, signedNext };

/** @param data the data folder of the server at `address` */
async function managerOf(data: string, address: string, organisation: number): Promise<Recorder> {
  const keys = readExampleKeys(data);
  if (keys === null) throw new Error("the example kept no keys");
  const { jwk } = keys.manager;
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  const privateKey = await crypto.subtle.importKey("jwk", jwk, curve, false, ["sign"]);
  const { d: _, ...open } = jwk;
  const publicKey = await crypto.subtle.importKey("jwk", open, curve, true, ["verify"]);
  return Recorder.at(address, await webSigner(primitives, crypto.subtle, { privateKey, publicKey }), organisation);
}

/** Signed under the nonce that the server says is next. */
async function signedNext(manager: Recorder, ...groups: Parameters<Recorder["sign"]>[0]): Promise<Signed> {
  const { body } = await manager.request("GET", `/api/recorders/${manager.id}`);
  return manager.sign(groups, { nonce: BigInt(String(body.nextNonce)) });
}
