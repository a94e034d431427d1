/**
 * What the operator may ask of a running server through the socket in its data folder (control.ts).
 */
import { z } from "zod";
import type { Control } from "./control.ts";
import type { Liar } from "./http/lies/liar.ts";
import { read } from "./http/problem.ts";
import type { Indexer } from "./indexer/follow.ts";
import type { Invite, Invited, OpenInvitation } from "./joining.ts";
import {
  type Admission,
  type Admitted,
  admissionForm,
  replacementForm,
  type Replacement,
  saidForm,
  toReplaceForm,
} from "./operator.ts";
import type { PartHere } from "./part.ts";
import type { ExampleShown } from "./shown.ts";
import type { Store } from "./store/store.ts";

export { answerControl };

const inviteForm = z.union([z.strictObject({ said: saidForm }), toReplaceForm]);

interface ControlParts {
  readonly admit: (admission: Admission) => Promise<Admitted>;
  readonly replace: (replacement: Replacement) => Promise<void>;
  readonly invite: (of: Invite) => Promise<Invited>;
  readonly listInvitations: () => Promise<readonly OpenInvitation[]>;
  /** Where people open this server; empty: it serves no pages. */
  readonly address: string;
  /** Throws while the example is being made. */
  readonly checkOpen: () => void;
  readonly liar: Liar;
  readonly indexer: PartHere<Indexer>;
  readonly indexed: () => Promise<void>;
  readonly store: Store;
  readonly shown: () => ExampleShown | null;
}

function answerControl(control: Control, parts: ControlParts): void {
  const { admit, replace, invite, listInvitations, address, checkOpen, liar, indexer, indexed, store, shown } = parts;
  control.on("admit", async (args) => admit(read(admissionForm, args)));
  control.on("replace", async (args) => replace(read(replacementForm, args)));
  control.on("invite", async (args) => {
    checkOpen();
    const invited = await invite(read(inviteForm, args));
    return { ...invited, address };
  });
  control.on("invitations", async () => listInvitations());
  control.on("rebuild", async () => {
    const { now } = indexer;
    if (now === null) throw new Error("The indexer does not work in this process: ask for it where it does.");
    await now.rebuild(() => store.dropIndex());
    await indexed();
    const { count } = await store.index
      .selectFrom("record_group")
      .select((row) => row.fn.sum<number>("entries").as("count"))
      .executeTakeFirstOrThrow();
    return { block: now.status().block, entries: Number(count) };
  });
  control.on("tamper-list", async () => liar.list());
  control.on("tamper-undo", () => liar.undo());
  control.on("tamper-plant", async (args) => {
    const name = typeof args === "object" && args !== null && "name" in args ? String(args.name) : "";
    const { says, finding, where } = await liar.plant(name);
    const { bag = { code: "" }, fingerprint = "" } = shown() ?? {};
    return { name, says, finding, where, planted: true, ...liar.bag({ code: bag.code, fingerprint }) };
  });
}
