/**
 * A phone on its way into an organisation: its key is made, told to the server under the code, and looked after until it is enrolled. Nothing is lost
 * with the tab: the same key asks again and gets the same answer. Memory holds what was answered last, for the screen.
 */
import { bytesOf } from "../../protocol/bytes.ts";
import type { Words } from "../../protocol/document/text.ts";
import { comparingNumber } from "../../protocol/invitation.ts";
import { Problem } from "../../protocol/problem.ts";
import { webPrimitives } from "../../protocol/sign.ts";
import { deviceWords } from "./browser.ts";
import { modelName } from "./facts.ts";
import { askWithKey, type Invitation, lookAt, Refused } from "./invitations.ts";
import type { Notebook } from "./notebook.ts";
import { Away } from "./wire.ts";

export type { Joining, No };
export { again, goOn, isOther, joiningOf, NOS, noOf, ofPhone };

/** Why not, as `record.join.no.<no>.cause` and `.mend` say it. */
const NOS = [
  ...(["invitation-unknown", "invitation-used", "invitation-ended", "recorder-bound", "organisation-unknown"] as const),
  ...(["too-many-requests", "away", "other"] as const),
] as const;
type No = (typeof NOS)[number];

/** begun: nobody was asked yet · asking: `number` is for comparing, null where the operator lets in · joined: the field is being fetched · in · no. */
type Joining =
  | { readonly step: "begun" }
  | { readonly step: "asking"; readonly name: Words; readonly number: string | null }
  | { readonly step: "joined"; readonly name: Words }
  | { readonly step: "in" }
  | { readonly step: "no"; readonly no: No };

const BEGUN: Joining = { step: "begun" };
const known = new Map<string, Joining>();

/** Practice and the real book may meet the same code: each has its own. */
function keyOf({ base }: Notebook, code: string): string {
  return `${base} ${code}`;
}

function joiningOf(notebook: Notebook, code: string): Joining {
  return known.get(keyOf(notebook, code)) ?? BEGUN;
}

/** Forgets a refusal: the next look asks anew. */
function again(notebook: Notebook, code: string): void {
  known.delete(keyOf(notebook, code));
}

/** One step; where it stands then. */
async function goOn(notebook: Notebook, code: string): Promise<Joining> {
  const after = await step(notebook, code, joiningOf(notebook, code));
  known.set(keyOf(notebook, code), after);
  return after;
}

function isOther(one: Joining, other: Joining): boolean {
  return JSON.stringify(one) !== JSON.stringify(other);
}

async function step(notebook: Notebook, code: string, before: Joining): Promise<Joining> {
  try {
    if (before.step === "in" || (before.step === "no" && before.no !== "away")) return before;
    if (before.step === "joined") return (await arrived(notebook)) ? { step: "in" } : before;
    const invitation = before.step === "asking" ? await lookAt(notebook.base, code) : await ask(notebook, code);
    return await read(notebook, code, invitation);
  } catch (failure) {
    // No signal after all was asked is no reason to show another page: the number stays in sight.
    if (failure instanceof Away && before.step !== "begun") return before;
    return { step: "no", no: noOf(failure) };
  }
}

async function ask(notebook: Notebook, code: string): Promise<Invitation> {
  const { key, sealing } = await notebook.makeSelf();
  const device = deviceWords(navigator.userAgent, (await modelName()) || undefined);
  return await askWithKey(notebook.base, code, { ...key, sealing, device });
}

async function read(notebook: Notebook, code: string, invitation: Invitation): Promise<Joining> {
  const { state, sort, organisation } = invitation;
  const name = organisation?.name ?? invitation.name ?? {};
  if (state === "ended") return { step: "no", no: "invitation-ended" };
  if (state === "joined") return (await arrived(notebook)) ? { step: "in" } : { step: "joined", name };
  const { key } = await notebook.makeSelf();
  return { step: "asking", name, number: sort === "operator" ? null : await ofPhone(code, key) };
}

/** The number for comparing. @param key as hex */
function ofPhone(code: string, key: { readonly x: string; readonly y: string }): Promise<string> {
  const at = { x: bytesOf(key.x), y: bytesOf(key.y) };
  return comparingNumber(webPrimitives(crypto.subtle), code, at);
}

/** The organisation is known to the notebook once a sync has told it, and can be recorded for once its field was told too. */
async function arrived(notebook: Notebook): Promise<boolean> {
  await notebook.sync();
  const [self, { organisation }] = await Promise.all([notebook.self(), notebook.field()]);
  return self?.organisation != null && organisation !== null;
}

function noOf(failure: unknown): No {
  if (failure instanceof Away) return "away";
  const type = failure instanceof Refused || failure instanceof Problem ? failure.type : "";
  return NOS.find((no) => no === type) ?? "other";
}
