/**
 * The part of an honest history that is put right or said by others: corrections of words and amounts, a laboratory, a certifier, an
 * expert. Everything in it is made up.
 */
import { decodeGroup, organisationId } from "../../protocol/batch.ts";
import { bytesOf, compareBytes, type Hex, hexOf } from "../../protocol/bytes.ts";
import { cidOf } from "../../protocol/cid.ts";
import { type CorrectForm, correctDocument } from "../../protocol/document/correction.ts";
import { type CredentialForm, credentialDocument } from "../../protocol/document/credential.ts";
import { growEvent, noteEvent } from "../../protocol/document/epcis.ts";
import type { EventForm } from "../../protocol/document/form.ts";
import type { JsonObject } from "../../protocol/document/terms.ts";
import { attestEvent, inspectEvent, testEvent } from "../../protocol/document/third.ts";
import { kindByNumber, type KindName } from "../../protocol/kinds/all.ts";
import type { Drafted, Phone, World } from "./world.ts";

export type { EntryAt };
export { attested, certified, correction, entriesOf, grown, inspected, noted, tested };

/** An entry in a subject's own log: the move that carries it, its number in its group, and its document. */
interface EntryAt {
  readonly seq: number;
  readonly entry: number;
  readonly kind: KindName;
  readonly occurredAtS: number;
  readonly document: JsonObject;
}

const NAMES = { zh: "示例", en: "example" };

/** The entries of a subject's own groups, in order. */
function entriesOf(world: World, subject: Hex): readonly EntryAt[] {
  return (world.logs.get(subject) ?? []).flatMap(({ seq, batch, group, entry: touching }) => {
    const bytes = world.batches.get(batch)?.groups[group]?.bytes;
    if (touching !== null || bytes === undefined) return [];
    return decodeGroup(bytes).entries.map(({ kind, content, occurredAtS }, entry) => ({
      ...{ seq, entry, occurredAtS },
      kind: kindByNumber(kind).name,
      document: JSON.parse(world.documents.get(cidOf(content, "json")) ?? "{}") as JsonObject,
    }));
  });
}

/** A draft whose document is there. */
type Written<Name extends KindName> = Drafted<Name> & { readonly document: JsonObject };

/** A CORRECT of an entry, with a document that says the same; `said` may make either say another thing. */
function correction(
  of: EntryAt & { readonly subject: Hex },
  said: Pick<CorrectForm, "reason" | "declaredAtS" | "right" | "own" | "other">,
): Written<"CORRECT"> {
  const { subject, seq, entry, document: erroneous } = of;
  const document = correctDocument({ subject, seq, entry, erroneous, ...said });
  const other = said.other === undefined ? new Uint8Array(32) : bytesOf(said.other.subject);
  const differences = { own: said.own ?? 0n, other, others: said.other?.difference ?? 0n };
  return {
    kind: "CORRECT",
    args: { seq, entry, reason: said.reason, ...differences },
    document,
    occurredAtS: said.declaredAtS,
  };
}

function grown(form: EventForm): Written<"GROW"> {
  const document = growEvent({ ...form, work: { id: "weeding", zh: "除草", en: "weeding" } });
  return { kind: "GROW", args: {}, document, occurredAtS: form.occurredAtS };
}

function noted(form: EventForm): Written<"NOTE"> {
  return { kind: "NOTE", args: {}, document: noteEvent({ ...form, notes: NAMES }), occurredAtS: form.occurredAtS };
}

function tested(form: EventForm, verdict: "pass" | "fail" = "pass"): Written<"TEST"> {
  const limits = { limit: 0.5, limitFrom: NAMES, verdict };
  const value = verdict === "pass" ? 0.01 : 9;
  const results = [{ parameter: { zh: "示例农药", en: "an example pesticide" }, value, unit: "mg/kg", ...limits }];
  const sample = { sampleNumber: "示例-1", sampledAtS: form.occurredAtS - 3600, verdict };
  const document = testEvent({ ...form, ...sample, results });
  return { kind: "TEST", args: {}, document, occurredAtS: form.occurredAtS };
}

function inspected(form: EventForm): Drafted<"INSPECT"> {
  const document = inspectEvent({ ...form, conformant: true, looked: NAMES });
  return { kind: "INSPECT", args: {}, document, occurredAtS: form.occurredAtS };
}

function attested(form: EventForm): Drafted<"ATTEST"> {
  const document = attestEvent({ ...form, statement: NAMES });
  return { kind: "ATTEST", args: {}, document, occurredAtS: form.occurredAtS };
}

/** A certificate for an organisation, over a product and plots, a year from `fromS` on. */
function certified(
  issuer: Phone,
  of: {
    readonly subject: Hex;
    readonly beneficiary: number;
    readonly fromS: number;
    readonly untilS: number;
    readonly atS: number;
    readonly products: readonly Hex[];
    readonly plots: readonly Hex[];
    readonly form?: Partial<CredentialForm>;
  },
): Drafted<"CERTIFY"> {
  const { subject, beneficiary, fromS, untilS, atS, products, plots } = of;
  const party = (number: number) => ({ subject: hexOf(organisationId(number)), name: NAMES });
  const document = credentialDocument({
    ...{ subject, number: "示例-73", name: NAMES, fromS, untilS, assessedAtS: fromS, example: true },
    ...{ issuer: party(issuer.organisation), beneficiary: party(beneficiary) },
    scheme: { id: "https://example.org/scheme", name: NAMES },
    criteria: [{ id: "https://example.org/criterion", name: NAMES }],
    products: products.map((id) => ({ subject: id, gtin: null, name: NAMES })),
    plots: plots.map((id, n) => ({ subject: id, code: `示例地 ${n}` })),
    ...of.form,
  });
  const scopes = [...products, ...plots].map((id) => bytesOf(id)).sort(compareBytes);
  const none = { application: new Uint8Array(32), unit: 0, volume: 0n };
  return {
    kind: "CERTIFY",
    args: { index: 0, beneficiary, fromS, untilS, scopes, ...none },
    document,
    occurredAtS: atS,
  };
}
