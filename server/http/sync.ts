/**
 * `POST /api/sync`: all that a phone has to send and to ask in one round trip. Documents are stored, batches put on disk one by one, and then
 * it is told what became of what it sent before, and what of its field is new. Nothing that the phone says is trusted: what it may write is
 * its signature's to say, and what it knows is only what it need not be told again.
 */
import { type Request, type Response, Router } from "express";
import { z } from "zod";
import type { Hex } from "../../protocol/bytes.ts";
import type { GroupPlace } from "../resolve/batches.ts";
import type { ReadField } from "../resolve/field.ts";
import { type Field, SECTIONS } from "../resolve/field-rows.ts";
import type { Taken } from "../submit/each.ts";
import type { Receipt } from "../submit/receipt.ts";
import { allowance } from "./allowance.ts";
import { answerOf, BatchBytes, bytesOfText, MAX_BATCHES, Reason, ReceiptAnswer, reasonOf } from "./batches.ts";
import { jsonBody, jsonOf } from "./body.ts";
import { AddressHex, answer, Hash, type Paths, type Told, typesWith } from "./describe.ts";
import { SENT } from "./documents.ts";
import { FieldTold, Have } from "./field-schema.ts";
import { OrganisationNumber } from "./organisation-number.ts";
import { methodNotAllowed, read } from "./problem.ts";
import { type RecorderAnswer, RecorderTold } from "./recorders.ts";

export type { SyncParts };
export { syncPaths, syncRoutes };

interface SyncParts {
  /** Resolves when all that was taken is on disk. */
  readonly take: (sent: {
    readonly documents: readonly string[];
    readonly batches: readonly Uint8Array[];
  }) => Promise<Taken>;
  /** Of those that are here or on the ledger. */
  readonly find: (batches: readonly Hex[]) => Promise<ReadonlyMap<Hex, Receipt>>;
  /** Of those that the index has. */
  readonly groups: (batches: readonly Hex[]) => Promise<ReadonlyMap<Hex, readonly GroupPlace[]>>;
  readonly recorder: (id: Hex) => Promise<RecorderAnswer | null>;
  readonly field: ReadField;
  /** The newest final block. */
  readonly block: () => Promise<{ readonly number: number; readonly hash: Hex }>;
  readonly chainId: string;
  readonly ledger: Hex;
  readonly nowMs: () => number;
  /** Throws `storage-full` where so many bytes more would fill the disk. */
  readonly checkRoom: (bytes: number) => Promise<void>;
  readonly checkOpen: (authorization: string | undefined) => void;
}

/** Bytes, after decompression. */
const MAX_BODY = 1024 * 1024;
const MAX_DOCUMENTS = 200;
const MAX_ASKED = 200;

const Sync = z
  .strictObject({
    recorder: AddressHex.optional().meta({ description: "Whose state and next nonce are asked for." }),
    organisation: OrganisationNumber.optional().meta({
      description: "Whose field is asked for; left out: that of the recorder.",
    }),
    documents: z
      .array(z.string().min(1))
      .max(MAX_DOCUMENTS)
      .default([])
      .meta({ description: "Canonical JSON (RFC 8785), a text each; stored before the batches are looked at." }),
    batches: z.array(BatchBytes).max(MAX_BATCHES).default([]).meta({
      description: "Signed batches (docs/ledger.md §4), each in base64url; each is judged by itself.",
    }),
    ask: z.array(Hash).max(MAX_ASKED).default([]).meta({ description: "Batches that were sent before." }),
    have: Have.optional(),
  })
  .meta({ id: "Sync" });

const SyncReceipt = ReceiptAnswer.extend({
  state: z.enum(["waiting", "sent", "final", "refused", "unknown"]).meta({
    description:
      "unknown: asked for, and neither here nor on the ledger: send it again. refused: by the ledger, or not taken in by this server; the type of its reason says which, and what to do.",
  }),
}).meta({ id: "SyncReceipt" });

const SyncTold = z
  .object({
    nowMs: z.int().meta({ description: "The server's clock, milliseconds since 1970." }),
    block: z.object({ number: z.int(), hash: Hash }).meta({ description: "The newest final one." }),
    chainId: z.string().meta({ description: "Decimal." }),
    ledger: AddressHex,
    recorder: RecorderTold.omit({ recorder: true })
      .nullable()
      .meta({ description: "Null: none was named, or no organisation has enrolled it." }),
    receipts: z.array(SyncReceipt).meta({
      description:
        "First those of `batches` in their order, then those of `ask`. Bytes that are no batch are named by their SHA-256.",
    }),
    documents: z
      .array(z.object({ document: Hash, reason: Reason }))
      .optional()
      .meta({ description: "Those that were refused, by the SHA-256 of their text. Left out: none." }),
    field: FieldTold.partial().optional().meta({
      description:
        "Sections that are not those of `have`. Left out where none was asked for, the organisation is not known, or the index is being made: what is known then stays right.",
    }),
  })
  .meta({ id: "Synced" });

const syncPaths: Paths = {
  "/api/sync": {
    post: {
      id: "sync",
      tag: "recording",
      summary: "All that a phone sends and asks, in one round trip",
      description:
        "Unlike POST /api/batches it judges each batch by itself: one that cannot be taken is answered as refused, with the reason, and the others are taken. Answered once all that was taken is on disk. Files are sent before, by PUT /api/files/{cid} or in parts. The body may be compressed (`Content-Encoding: gzip`).",
      body: { description: "At most 1 MiB of JSON, after decompression.", content: { "application/json": Sync } },
      answers: { 200: { description: "What is so now.", content: { "application/json": SyncTold } } },
      problems: [
        ...(["request-invalid", "json-unreadable", "json-duplicate-key", "text-unreadable"] as const),
        ...typesWith(413, 415).filter((type) => type === "body-too-large" || type === "unsupported-media-type"),
        ...(["too-many-requests", "not-yet-open", "chain-unavailable", "store-unavailable"] as const),
        ...(["storage-full", "storage-unavailable"] as const),
      ],
    },
  },
};

function syncRoutes(parts: SyncParts): Router {
  const routes = Router();
  const { before, after } = allowance(SENT);
  routes
    .route("/sync")
    .post(before(MAX_BODY), ...jsonBody(MAX_BODY), after, async (request: Request, response: Response) => {
      const asked = read(Sync, jsonOf(request));
      const batches = asked.batches.map(bytesOfText);
      if (asked.documents.length > 0 || batches.length > 0) {
        parts.checkOpen(request.get("authorization"));
        await parts.checkRoom(MAX_BODY);
      }
      const { receipts, refusals } = await parts.take({ documents: asked.documents, batches });
      const told = [...receipts.map(answerOfSent), ...(await answersOfAsked(parts, asked.ask as readonly Hex[]))];
      const recorder = asked.recorder === undefined ? null : await parts.recorder(asked.recorder as Hex);
      const { number, hash } = await parts.block();
      const field = await fieldOf(parts, asked.organisation ?? recorder?.organisation, asked.have);
      answer(response, SyncTold, {
        ...{ nowMs: parts.nowMs(), block: { number, hash }, chainId: parts.chainId, ledger: parts.ledger },
        recorder: recorder === null ? null : withoutId(recorder),
        receipts: await withGroups(parts, told),
        ...(refusals.size === 0
          ? {}
          : { documents: [...refusals].map(([document, why]) => ({ document, reason: reasonOf(why) })) }),
        ...(field === null ? {} : { field }),
      });
    })
    .all(methodNotAllowed("POST"));
  return routes;
}

type Answer = Told<z.infer<typeof SyncReceipt>>;

const UNKNOWN = "Neither here nor on the ledger; send it again.";
const NOT_TAKEN = "Not taken in; the reason says why.";

function answerOfSent(receipt: Receipt): Answer {
  const told = answerOf(receipt);
  // What the outbox refused has a reason of the ledger; of what never came so far the ledger knows nothing.
  return told.state === "refused" && receipt.reason?.ledger === undefined ? { ...told, says: NOT_TAKEN } : told;
}

async function answersOfAsked({ find }: SyncParts, asked: readonly Hex[]): Promise<readonly Answer[]> {
  const batches = [...new Set(asked)];
  const found: ReadonlyMap<Hex, Receipt> = batches.length === 0 ? new Map() : await find(batches);
  return batches.map((batch) => {
    const receipt = found.get(batch);
    return receipt === undefined ? { batch, state: "unknown", says: UNKNOWN } : answerOf(receipt);
  });
}

async function withGroups({ groups }: SyncParts, told: readonly Answer[]): Promise<readonly Answer[]> {
  const final = told.filter(({ state }) => state === "final").map(({ batch }) => batch as Hex);
  if (final.length === 0) return told;
  const places = await groups(final);
  return told.map((one) => (one.state === "final" ? { ...one, groups: places.get(one.batch as Hex) ?? null } : one));
}

function withoutId({ organisation, manager, active, nextNonce }: RecorderAnswer): Omit<RecorderAnswer, "recorder"> {
  return { organisation, manager, active, nextNonce };
}

/** Null: nothing can be told of it. */
async function fieldOf(
  { field }: SyncParts,
  organisation: number | undefined,
  have: z.infer<typeof Have> | undefined,
): Promise<Partial<Field> | null> {
  if (have === undefined || organisation === undefined) return null;
  const whole = await field(organisation);
  if (whole === null || "behind" in whole) return null;
  return Object.fromEntries(
    SECTIONS.filter((name) => whole[name].version !== have[name]).map((name) => [name, whole[name]]),
  );
}
