/**
 * Invitations: `POST /api/invitations` by a manager's phone, `PUT …/{code}/key` by the phone that asks, `GET …/{code}` by both.
 * They give nobody a right: a manager's is worth what the manager's own phone signs then. Answered once on disk.
 */
import { Router } from "express";
import { z } from "zod";
import { readInvitation } from "../../protocol/invitation.ts";
import type { Words } from "../../protocol/document/text.ts";
import { Problem } from "../../protocol/problem.ts";
import type { InvitationTold } from "../invite/invitations.ts";
import type { Phone } from "../invite/invitation.ts";
import { MAX_DEVICE } from "../invite/phone.ts";
import { allowance } from "./allowance.ts";
import { jsonBody, jsonOf } from "./body.ts";
import { answer, Hash, type Paths, type Told } from "./describe.ts";
import { methodNotAllowed, read } from "./problem.ts";

export type { InvitationRouteParts };
export { invitationPaths, invitationRoutes };

interface InvitationRouteParts {
  readonly ask: (
    code: string,
    of: { readonly organisation: number; readonly isManager: boolean },
  ) => Promise<InvitationTold & { readonly isNew: boolean }>;
  readonly take: (code: string, phone: Phone) => Promise<InvitationTold>;
  readonly told: (code: string) => Promise<InvitationTold>;
  /** Names of an organisation that was admitted. */
  readonly nameOf: (organisation: number) => Promise<Words>;
  /** Whether it was, and is not stopped. */
  readonly isActive: (organisation: number) => Promise<boolean>;
  readonly checkOpen: (authorization: string | undefined) => void;
}

const MAX_BODY = 4_096;
/** 60 phones at once from one address, as in a room where all of them join; then one in ten seconds. */
const WRITES = { atOnce: 60 * MAX_BODY, perSecond: MAX_BODY / 10, least: MAX_BODY } as const;
/** Each phone of that room looks every two seconds. */
const READS = { atOnce: 600 * MAX_BODY, perSecond: 30 * MAX_BODY, least: MAX_BODY } as const;

const Code = z.strictObject({
  code: z.string().min(1).max(40).meta({
    description: "16 characters of Crockford's alphabet, in either case, with or without hyphens.",
    example: "0123456789ABCDEF",
  }),
});
const coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/, "not 32 bytes in base64url");
const SealingJwk = z
  .object({ kty: z.literal("EC"), crv: z.literal("P-256"), x: coordinate, y: coordinate })
  .meta({ id: "SealingKey", description: "The public half of a P-256 key to which content is sealed (RFC 7517)." });
const PhoneKey = z
  .object({
    x: Hash.meta({ description: "The public key that the phone signs with, P-256: 0x and 64 lower-case hex digits." }),
    y: Hash,
    sealing: SealingJwk,
    device: z.string().min(1).max(MAX_DEVICE).meta({ description: "What its user calls the phone." }),
  })
  .meta({ id: "PhoneKey" });
const Asked = z
  .strictObject({
    code: z.string().min(1).max(40).meta({ description: "Made by the manager's phone from 10 random bytes." }),
    organisation: z.int().min(1).max(0xffffff),
    manager: z.boolean().meta({ description: "Whether the phone is to be a manager's." }),
  })
  .meta({ id: "InvitationAsked" });
const NameTold = z.object({ zh: z.string().optional(), en: z.string().optional() });
const InvitationAnswer = z
  .object({
    sort: z.enum(["operator", "manager"]).meta({ description: "Whose invitation it is." }),
    state: z.enum(["open", "asking", "joined", "ended"]).meta({
      description:
        "open: no phone has asked · asking: one has, and is not on the ledger · joined: it is · ended: it was not let in in time.",
    }),
    organisation: z.object({ number: z.int().positive(), name: NameTold }).nullable().meta({
      description: "null: it is not admitted yet.",
    }),
    name: NameTold.optional().meta({ description: "Of an organisation that is not admitted yet." }),
    manager: z.boolean().meta({ description: "Whether the phone is to be a manager's." }),
    key: PhoneKey.optional().meta({ description: "The phone that asks." }),
  })
  .meta({ id: "Invitation" });

const stated = { "application/json": InvitationAnswer };

const invitationPaths: Paths = {
  "/api/invitations": {
    post: {
      id: "postInvitation",
      tag: "recording",
      summary: "Let another phone ask to join an organisation",
      description:
        "Holds for 15 minutes, for one phone. It gives nobody a right: the manager's own phone signs ENROL with the key that asks, when both phones show one number. Sent again it is the same invitation.",
      body: { description: "A code, and what for.", content: { "application/json": Asked } },
      answers: {
        200: { description: "It was there already.", content: stated },
        201: { description: "It is on disk.", content: stated },
      },
      problems: [
        ...(["request-invalid", "json-unreadable", "json-duplicate-key", "text-unreadable", "body-too-large"] as const),
        ...(["unsupported-media-type", "organisation-unknown", "invitation-used", "too-many-requests"] as const),
        ...(["not-yet-open", "chain-unavailable"] as const),
      ],
    },
  },
  "/api/invitations/{code}": {
    get: {
      id: "getInvitation",
      tag: "recording",
      summary: "How far an invitation is",
      path: Code,
      answers: { 200: { description: "The invitation.", content: stated } },
      problems: ["request-invalid", "invitation-unknown", "too-many-requests", "chain-unavailable"],
    },
  },
  "/api/invitations/{code}/key": {
    put: {
      id: "putInvitationKey",
      tag: "recording",
      summary: "Ask to join with the key of this phone",
      description:
        "The operator's invitation lets the phone in at once (200); where the ledger takes long, and of a manager's, the answer is that it asks (202). The same key again gets the same answer. A key belongs to one organisation for ever.",
      path: Code,
      body: { description: "The phone's public keys.", content: { "application/json": PhoneKey } },
      answers: {
        200: { description: "Its key is on the ledger.", content: stated },
        202: { description: "It asks.", content: stated },
      },
      problems: [
        ...(["request-invalid", "json-unreadable", "json-duplicate-key", "text-unreadable", "body-too-large"] as const),
        ...(["unsupported-media-type", "not-on-curve", "form-refused", "text-refused", "text-too-long"] as const),
        ...(["invitation-unknown", "invitation-used", "invitation-ended", "recorder-bound"] as const),
        ...(["organisation-unknown", "refused-by-ledger", "too-many-requests", "not-yet-open"] as const),
        ...(["chain-unavailable", "storage-unavailable"] as const),
      ],
    },
  },
};

function invitationRoutes(parts: InvitationRouteParts): Router {
  const { ask, take, told, isActive, checkOpen } = parts;
  const routes = Router();
  const writes = allowance(WRITES);
  const reads = allowance(READS);
  const body = [writes.before(MAX_BODY), ...jsonBody(MAX_BODY), writes.after];
  routes
    .route("/invitations")
    .post(...body, async (request, response) => {
      checkOpen(request.get("authorization"));
      const { code: text, organisation, manager } = read(Asked, jsonOf(request));
      const code = readInvitation(text);
      if (code === null) throw new Problem("request-invalid", "/code", "not 16 characters of Crockford's alphabet");
      if (!(await isActive(organisation)))
        throw new Problem(
          "organisation-unknown",
          "/organisation",
          `organisation ${organisation} is none that writes here`,
        );
      const { isNew, ...asked } = await ask(code, { organisation, isManager: manager });
      answer(response.status(isNew ? 201 : 200), InvitationAnswer, await tell(parts, asked));
    })
    .all(methodNotAllowed("POST"));
  routes
    .route("/invitations/:code")
    .get(reads.before(0), async (request, response) => {
      const { code } = read(Code, request.params);
      answer(response, InvitationAnswer, await tell(parts, await told(code)));
    })
    .all(methodNotAllowed("GET"));
  routes
    .route("/invitations/:code/key")
    .put(...body, async (request, response) => {
      checkOpen(request.get("authorization"));
      const { code } = read(Code, request.params);
      const taken = await take(code, read(PhoneKey, jsonOf(request)) as Phone);
      answer(response.status(taken.state === "joined" ? 200 : 202), InvitationAnswer, await tell(parts, taken));
    })
    .all(methodNotAllowed("PUT"));
  return routes;
}

async function tell(
  { nameOf }: InvitationRouteParts,
  { sort, state, organisation, said, isManager, phone }: InvitationTold,
): Promise<Told<z.infer<typeof InvitationAnswer>>> {
  const { name } = said ?? {};
  return {
    ...{ sort, state, manager: isManager },
    organisation: organisation === null ? null : { number: organisation, name: name ?? (await nameOf(organisation)) },
    ...(organisation === null && name !== undefined ? { name } : {}),
    ...(phone === null ? {} : { key: phone }),
  };
}
