/** Who an organisation is, what others are called, and which keys write for it. */
import { organisationId } from "../../protocol/batch.ts";
import { hexOf } from "../../protocol/bytes.ts";
import { type Organisation, readKey, readOrganisation } from "../../protocol/document/read-master.ts";
import type { SealingKey } from "../../protocol/document/sealing-key.ts";
import type { Words } from "../../protocol/document/text.ts";
import { kindByName } from "../../protocol/kinds/all.ts";
import { ROLES } from "../../protocol/kinds/kind.ts";
import { type Land } from "./field-land.ts";
import type { FieldLogs } from "./field-logs.ts";
import type { FieldOrganisation, FieldRecorder } from "./field-rows.ts";
import { organisationContents } from "./promised.ts";

export { nameOf, organisationOf, recordersOf };

/** `untilBlock` of an organisation that nobody stopped. */
const WITHOUT_END = 2n ** 64n - 1n;

/** Null when nobody was admitted under this number. @param escrow the operator's sealing key */
async function organisationOf(
  land: Land,
  number: number,
  escrow: SealingKey | null,
): Promise<FieldOrganisation | null> {
  const act = await land.index
    .selectFrom("organisation_act")
    .select(["roles", "until_block"])
    .where("organisation", "=", number)
    .orderBy("block", "desc")
    .orderBy("log_index", "desc")
    .limit(1)
    .executeTakeFirst();
  if (act === undefined) return null;
  const said = await documentOf(land, number);
  const bits = Number(act.roles);
  return {
    ...{ number, subject: hexOf(organisationId(number)), name: said?.name ?? unnamed(number) },
    ...{ phone: said?.phone ?? null, example: said?.example ?? false },
    roles: Object.entries(ROLES).flatMap(([name, bit]) => ((bits & bit) === 0 ? [] : [name])),
    ...{ active: BigInt(act.until_block) === WITHOUT_END, escrow, sealing: said?.sealingKey ?? null },
  };
}

async function nameOf(land: Land, number: number): Promise<Words> {
  return (await documentOf(land, number))?.name ?? unnamed(number);
}

/** The newest of the operator's documents about it that is here. */
async function documentOf({ index, sayings }: Land, number: number): Promise<Organisation | null> {
  const subject = hexOf(organisationId(number));
  for (const content of await organisationContents(index, number)) {
    const said = await sayings.of(content, subject, "organisation", readOrganisation);
    if (said !== null) return said;
  }
  return null;
}

function unnamed(number: number): Words {
  return { zh: `第 ${number} 号组织`, en: `Organisation ${number}` };
}

/** Managers' keys that the operator named, then those that were enrolled. */
async function recordersOf(
  { index, sayings }: Land,
  { logs, generation, number }: { readonly logs: FieldLogs; readonly generation: number; readonly number: number },
): Promise<readonly FieldRecorder[]> {
  const subject = hexOf(organisationId(number));
  const keys = await index.selectFrom("recorder").selectAll().where("organisation", "=", number).execute();
  const acts = await index
    .selectFrom("organisation_act")
    .select(["x", "y", "time_s"])
    .where("organisation", "=", number)
    .execute();
  const enrolled = new Map(
    ((await logs.of([subject], generation)).get(subject) ?? [])
      .filter(({ kind }) => kind === "ENROL")
      .map((entry) => {
        const { x, y } = kindByName("ENROL").decodeArgs(entry.args);
        return [keyName(hexOf(x), hexOf(y)), entry] as const;
      }),
  );
  const named = new Map(acts.map(({ x, y, time_s }) => [keyName(x, y), Number(time_s)]));
  const rows = await Promise.all(
    keys.map(async ({ id, x, y, manager, ended_block }) => {
      const entry = enrolled.get(keyName(x, y));
      const said = entry === undefined ? null : await sayings.of(entry.content, subject, "key", readKey);
      return {
        ...{ recorder: id, manager: manager === 1, active: ended_block === null, device: said?.device ?? null },
        ...{ enrolledAtS: entry?.recordedAtS ?? named.get(keyName(x, y)) ?? 0 },
        sealing: said?.sealingKey ?? null,
      };
    }),
  );
  return rows.sort((one, other) => one.enrolledAtS - other.enrolledAtS || (one.recorder < other.recorder ? -1 : 1));
}

function keyName(x: string, y: string): string {
  return `${x} ${y}`;
}
