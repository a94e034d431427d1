/**
 * The shapes of `protocol/history.ts` as answers of the API. A field that is new there has its line here: the tests compare what
 * is sent with what is described.
 */
import { z } from "zod";
import { AddressHex, FromRoot, Hash, HexBytes, Subject } from "./describe.ts";

export { BlockTold, ClaimTold, DeploymentTold, FinalityTold, HistoryTold };

const BlockTold = z
  .object({ number: z.int().nonnegative(), hash: Hash, timeS: z.int() })
  .meta({ id: "Block", description: "A final block." });

const FinalityTold = z.union([z.enum(["journal", "finalized", "latest"]), z.int().positive()]).meta({
  description: "How a block counts as final; a number is a depth.",
});

const DeploymentTold = z
  .object({
    furrow: z.literal(1),
    chainId: z.int(),
    ledger: AddressHex,
    codeHash: Hash,
    libraries: z.record(z.string(), z.object({ address: AddressHex, codeHash: Hash })),
    access: AddressHex,
    block: z.int(),
    finality: FinalityTold,
    rpc: z.array(FromRoot),
    gateways: z.array(FromRoot),
    runBy: z.object({ zh: z.string(), en: z.string() }),
    example: z.object({ fromS: z.int(), untilS: z.int(), untilBlock: z.int() }).nullable(),
  })
  .meta({ id: "Deployment" });

const MoveTold = z.object({
  seq: z.int().positive(),
  batch: Hash,
  group: z.int().nonnegative(),
  entry: z.int().nonnegative().nullable().meta({ description: "The touching entry; null: the group's own move." }),
});

const BatchTold = z
  .object({
    emitter: AddressHex,
    recorder: AddressHex,
    stamp: HexBytes,
    nonce: z.string().regex(/^\d+$/),
    seen: Hash,
    r: Hash,
    s: Hash,
    block: z.int(),
    size: z.int(),
    groups: z.array(z.object({ index: z.int(), bytes: HexBytes, path: z.array(Hash) })),
  })
  .meta({ id: "BatchProof" });

const ActTold = z.object({
  organisation: z.int(),
  act: z.int(),
  roles: z.int(),
  content: Hash,
  x: Hash,
  y: Hash,
  untilBlock: z.string(),
  block: z.int(),
  timeS: z.int(),
});

const ClaimTold = z
  .object({
    serial: z.string(),
    gtin: z.string().nullable(),
    lotNumber: z.string().nullable(),
    run: Subject,
    index: z.int(),
    count: z.int(),
    path: z.array(Hash).meta({ description: "Merkle path to the root of the label run." }),
  })
  .meta({ id: "CodeClaim" });

const HistoryTold = z
  .object({
    furrow: z.literal(1),
    deployment: DeploymentTold,
    asOf: BlockTold,
    code: ClaimTold.nullable(),
    lot: Subject,
    subjects: z.array(z.object({ id: Subject, moves: z.array(MoveTold) })),
    batches: z.record(z.string(), BatchTold).meta({ description: "By batch hash." }),
    acts: z.array(ActTold),
    blocks: z.array(BlockTold),
    documents: z.record(z.string(), z.string()).meta({ description: "Canonical JSON text by CID." }),
  })
  .meta({
    id: "History",
    description: "All that a reader needs to check a lot; protocol/history.ts says each field.",
  });
