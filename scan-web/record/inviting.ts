/**
 * A manager's phone lets another one in: it makes the code, waits for the phone that asks with it, and signs when both show one number. What is
 * remembered here is gone with the page; then there is another code.
 */
import { makeInvitation } from "../../protocol/invitation.ts";
import { type Invitation, lookAt, openInvitation, type PhoneKey } from "./invitations.ts";
import { type No, noOf, ofPhone } from "./joining.ts";
import type { Notebook } from "./notebook.ts";
import { Away } from "./wire.ts";

export type { Inviting };
export { drop, invitingOf, leave, letIn, look, open };

/** open: nobody asked yet · asking: that phone shows `number` · signed: the tap is done, the account has not written it yet · joined · no. */
type Inviting =
  | { readonly step: "none" }
  | { readonly step: "open"; readonly code: string }
  | { readonly step: "asking"; readonly code: string; readonly key: PhoneKey; readonly number: string }
  | { readonly step: "signed"; readonly code: string; readonly device: string }
  | { readonly step: "joined"; readonly device: string }
  | { readonly step: "no"; readonly no: No };

const NONE: Inviting = { step: "none" };
const known = new Map<string, Inviting>();

function invitingOf({ base }: Notebook): Inviting {
  return known.get(base) ?? NONE;
}

function drop({ base }: Notebook): void {
  known.delete(base);
}

/** A phone that joined was seen to: the next time is about another one. */
function leave(notebook: Notebook): void {
  if (invitingOf(notebook).step === "joined") drop(notebook);
}

/** A new code, told to the server. */
async function open(notebook: Notebook): Promise<void> {
  const code = makeInvitation(crypto.getRandomValues(new Uint8Array(16)));
  const organisation = (await notebook.self())?.organisation ?? 0;
  try {
    // Whether the phone may invite others in its turn is chosen at the tap: what counts is what is signed then.
    await openInvitation(notebook.base, { code, organisation, manager: false });
    known.set(notebook.base, { step: "open", code });
  } catch (failure) {
    known.set(notebook.base, { step: "no", no: noOf(failure) });
  }
}

/** One look; where it stands then: the very same object where nothing changed. */
async function look(notebook: Notebook): Promise<Inviting> {
  const before = invitingOf(notebook);
  const after = await next(notebook, before);
  // Somebody may have begun anew while the answer was on its way.
  const isSame = JSON.stringify(after) === JSON.stringify(before);
  if (!isSame && invitingOf(notebook) === before) known.set(notebook.base, after);
  return invitingOf(notebook);
}

async function next(notebook: Notebook, before: Inviting): Promise<Inviting> {
  if (before.step === "none" || before.step === "no" || before.step === "joined") return before;
  try {
    if (before.step === "signed") await notebook.sync();
    return await read(before, await lookAt(notebook.base, before.code));
  } catch (failure) {
    return failure instanceof Away ? before : { step: "no", no: noOf(failure) };
  }
}

async function read(
  before: Exclude<Inviting, { step: "none" | "no" | "joined" }>,
  told: Invitation,
): Promise<Inviting> {
  const { code } = before;
  if (told.state === "joined") {
    return { step: "joined", device: before.step === "signed" ? before.device : (told.key?.device ?? "") };
  }
  if (before.step === "signed") return before;
  if (told.state === "ended") return { step: "no", no: "invitation-ended" };
  if (told.key === undefined) return { step: "open", code };
  return { step: "asking", code, key: told.key, number: await ofPhone(code, told.key) };
}

/** The one tap: signed on this phone, with the key that was compared and no other. */
async function letIn(notebook: Notebook, as: { readonly device: string; readonly manager: boolean }): Promise<void> {
  const now = invitingOf(notebook);
  if (now.step !== "asking") return;
  const { x, y, sealing, device } = now.key;
  const called = as.device.trim() === "" ? device : as.device.trim();
  await notebook.enrol({ x, y, sealing, device: called, manager: as.manager });
  known.set(notebook.base, { step: "signed", code: now.code, device: called });
}
