/**
 * What is kept of the example when it is made: `example.json` for home and for later starts, `keys/example.json` for showing
 * how a phone is enrolled and what a batch by an ended key looks like. Both for their owner's eyes (mode 0600).
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { FolderError, readJsonFile, writeJsonFile } from "../../server/folder.ts";

export type { ExampleBag, ExampleKeys, ExampleResult, MadeExample };
export { keepExample, readExample, readExampleKeys };

const hex = (bytes: number) => z.templateLiteral(["0x", z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`))]);

const Bag = z.strictObject({
  /** 14 characters. */
  serial: z.string(),
  /** As printed on the bag: 4-4-6. */
  printed: z.string(),
  /** Path of the code's address, `/01/…`. */
  code: z.string(),
  /** The serial's leaf, by which openings are counted. */
  leaf: hex(32),
});

const product = z.strictObject({ zh: z.string(), en: z.string() });

const Result = z.strictObject({
  example: z.literal(1),
  organisation: z.int().positive(),
  product,
  gtin: z.string(),
  lotNumber: z.string(),
  lot: hex(32),
  run: hex(32),
  /** Printed beside the code: of the lot's head when its labels were printed. */
  fingerprint: z.string(),
  /** What the bag's page counts, "176 of 176": entries and touches of the run, the lot and all it came from. */
  records: z.int(),
  /** Listed in the documents of those. */
  files: z.int(),
  /** Of the whole story. */
  entries: z.int(),
  batches: z.int(),
  /** First and last day, seconds. */
  days: z.strictObject({ fromS: z.int(), untilS: z.int() }),
  /** The bag to scan. */
  bag: Bag,
  /** A bag whose code counts as copied: `planted` openings were never made by anybody. */
  copied: Bag.extend({ planted: z.strictObject({ openings: z.int(), regions: z.int(), days: z.int() }) }),
  /** All of the run, in its order. */
  serials: z.array(z.string()),
  /** Bags of the garden's other days. */
  more: z.array(
    z.strictObject({
      about: z.strictObject({ zh: z.string(), en: z.string() }),
      ...{ product, lotNumber: z.string(), lot: hex(32), run: hex(32), fingerprint: z.string(), bag: Bag },
    }),
  ),
});

const Key = z.strictObject({
  recorder: hex(20),
  jwk: z.strictObject({
    kty: z.literal("EC"),
    crv: z.literal("P-256"),
    ...{ x: z.base64url().length(43), y: z.base64url().length(43), d: z.base64url().length(43) },
  }),
});
const Keys = z.strictObject({
  about: z.string(),
  /** Of the cooperative's manager: may enrol more phones. */
  manager: Key,
  /** Of the phone that was replaced: the ledger takes nothing from it any more. */
  ended: Key,
});

type ExampleBag = z.infer<typeof Bag>;
type ExampleResult = z.infer<typeof Result>;
type ExampleKeys = z.infer<typeof Keys>;

interface MadeExample {
  readonly example: ExampleResult;
  readonly keys: ExampleKeys;
}

/** Durable when it resolves. */
async function keepExample(folder: string, { example, keys }: MadeExample): Promise<void> {
  await mkdir(join(folder, "keys"), { recursive: true, mode: 0o700 });
  await writeJsonFile(join(folder, "keys", "example.json"), keys);
  await writeJsonFile(join(folder, "example.json"), example);
}

/** Null when this folder has no example. @throws FolderError when the file is damaged */
function readExample(folder: string): ExampleResult | null {
  return read(Result, join(folder, "example.json"));
}

function readExampleKeys(folder: string): ExampleKeys | null {
  return read(Keys, join(folder, "keys", "example.json"));
}

function read<T>(schema: z.ZodType<T>, path: string): T | null {
  let found: unknown;
  try {
    found = readJsonFile(path);
  } catch {
    throw damaged(path);
  }
  if (found === null) return null;
  const parsed = schema.safeParse(found);
  if (!parsed.success) throw damaged(path);
  return parsed.data;
}

function damaged(path: string): FolderError {
  return new FolderError(`${path} is damaged: restore it from a backup.`);
}
