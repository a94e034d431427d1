/** Phones that ask to join, and invitations, as the API has them. */
import type { Hex } from "../../protocol/bytes.ts";
import { hexOf } from "../../protocol/bytes.ts";
import type { SealingKey } from "../../protocol/document/sealing-key.ts";
import type { Signer } from "../../protocol/sign.ts";
import { type Answer, makeKey } from "./recorder.ts";

export type { JoiningPhone };
export { aPhone, invitationCode, INVITED, joinAt, lookAt, openInvitationAt };

interface JoiningPhone {
  readonly signer: Signer;
  readonly body: { readonly x: Hex; readonly y: Hex; readonly sealing: SealingKey; readonly device: string };
}

/** What the operator says of an organisation that is to come. Example data. */
const INVITED = {
  name: { zh: "受邀示例合作社", en: "Invited example cooperative" },
  ...{ roles: ["producer", "processor"], registration: null, checked: { en: "made for a test" } },
  ...{ phone: null, example: true },
} as const;

let codes = 0;

/** Another one at each call. */
function invitationCode(): string {
  codes += 1;
  return `TEST${String(codes).padStart(12, "0")}`;
}

async function aPhone(device = "示例手机"): Promise<JoiningPhone> {
  const signer = await makeKey();
  const { subtle } = globalThis.crypto;
  const pair = await subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, ["deriveBits"]);
  const { x = "", y = "" } = await subtle.exportKey("jwk", pair.publicKey);
  const sealing = { kty: "EC", crv: "P-256", x, y } as const;
  return { signer, body: { x: hexOf(signer.key.x), y: hexOf(signer.key.y), sealing, device } };
}

/** @param address of the server, with what stands before `/api` */
function joinAt(address: string, code: string, body: object): Promise<Answer> {
  return asked(`${address}/api/invitations/${code}/key`, "PUT", body);
}

function openInvitationAt(address: string, body: object): Promise<Answer> {
  return asked(`${address}/api/invitations`, "POST", body);
}

function lookAt(address: string, code: string): Promise<Answer> {
  return asked(`${address}/api/invitations/${code}`, "GET");
}

async function asked(url: string, method: string, body?: object): Promise<Answer> {
  const response = await fetch(url, {
    method,
    ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  return {
    status: response.status,
    body: (await response.json()) as Record<string, unknown>,
    headers: response.headers,
  };
}
