/** Asks the server about invitations (`/api/invitations`): of both phones, the one that wants in and the one that lets it. */
import type { Hex } from "../../protocol/bytes.ts";
import type { Words } from "../../protocol/document/text.ts";
import type { Jwk } from "./model.ts";
import { openWire, refusalOf } from "./wire.ts";

export type { Invitation, PhoneKey };
export { Refused, askWithKey, lookAt, openInvitation };

interface PhoneKey {
  readonly x: Hex;
  readonly y: Hex;
  readonly sealing: Jwk;
  readonly device: string;
}

/** As the API describes it. */
interface Invitation {
  readonly sort: "operator" | "manager";
  readonly state: "open" | "asking" | "joined" | "ended";
  readonly organisation: { readonly number: number; readonly name: Words } | null;
  /** Of an organisation that is not admitted yet. */
  readonly name?: Words;
  readonly manager: boolean;
  readonly key?: PhoneKey;
}

/** The server's answer is no: `type` of protocol/problem.ts, or `http-<status>`. */
class Refused extends Error {
  readonly type: string;

  constructor(type: string, detail: string) {
    super(detail);
    this.name = "Refused";
    this.type = type;
  }
}

/** `base`: the notebook's. All of them throw {@link Refused}, and Away where there is no answer. */
function openInvitation(
  base: string,
  asked: { code: string; organisation: number; manager: boolean },
): Promise<Invitation> {
  return ask("POST", `${base}/api/invitations`, asked);
}

function lookAt(base: string, code: string): Promise<Invitation> {
  return ask("GET", `${base}/api/invitations/${encodeURIComponent(code)}`);
}

/** The same key may ask as often as it likes: it gets the same answer. */
function askWithKey(base: string, code: string, { x, y, sealing, device }: PhoneKey): Promise<Invitation> {
  return ask("PUT", `${base}/api/invitations/${encodeURIComponent(code)}/key`, { x, y, sealing, device });
}

// A few hundred bytes once in a phone's life: the day's count of the wire is the engine's.
const wire = openWire({ count: () => undefined });

async function ask(method: "GET" | "POST" | "PUT", path: string, body?: unknown): Promise<Invitation> {
  const answer = await wire.ask({ method, path, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  if (answer.status >= 400) {
    const { type, detail } = refusalOf(answer, Date.now());
    throw new Refused(type, detail);
  }
  try {
    return JSON.parse(answer.text) as Invitation;
  } catch {
    // A village's network may answer in the server's place, with a page to sign in.
    throw new Refused("answer-unreadable", path);
  }
}
