/**
 * Reads from the index. `GET /api/lots`: lots by page, `limit` and `after`. `GET /api/lots/{id}`: one lot;
 * `GET /api/lots/{id}/history`: all that a reader needs to check it, with `code` the claim of that code;
 * `GET /api/lots/{id}/trace`: where it came from or went, `direction` up or down, to `limit`.
 * `GET /api/labels/{run}`: one label run. `GET /api/codes`: what the code in `code` stands for.
 */
import express, { type Router } from "express";
import { z } from "zod";
import type { CodeClaim, Hex, History } from "../../protocol/history.ts";
import { Problem } from "../../protocol/problem.ts";
import type { ResolvedCode } from "../resolve/code.ts";
import type { LabelRunRow, LotRow } from "../resolve/lots.ts";
import type { TraceLink, TraceNode } from "../resolve/trace.ts";
import { methodNotAllowed, read } from "./problem.ts";

export type { LotParts };
export { lotRoutes };

interface LotParts {
  readonly list: (page: {
    readonly limit: number;
    readonly after: string | null;
  }) => Promise<{ readonly lots: readonly LotRow[]; readonly next: string | null }>;
  readonly lot: (id: string) => Promise<LotRow | null>;
  readonly labelRun: (id: string) => Promise<LabelRunRow | null>;
  readonly history: (lot: Hex, code: CodeClaim | null) => Promise<History | null>;
  readonly trace: (
    id: string,
    walk: { readonly direction: "up" | "down"; readonly limit: number },
  ) => Promise<{ readonly nodes: readonly TraceNode[]; readonly links: readonly TraceLink[]; readonly cut: boolean }>;
  /** `why`: one sentence. */
  readonly code: (path: string) => Promise<ResolvedCode | { readonly state: "behind"; readonly why: string }>;
  /** Why the index cannot say of a lot, run or other subject that it is not there; null when it can. */
  readonly behind: () => Promise<string | null>;
}

const Page = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z
    .string()
    .regex(/^\d{1,12}-0x[0-9a-f]{64}$/)
    .optional(),
});
const Walk = z.strictObject({
  direction: z.enum(["up", "down"]).default("up"),
  limit: z.coerce.number().int().min(1).max(10_000).default(1_000),
});
const Code = z.strictObject({ code: z.string().min(1).max(200) });
const MaybeCode = z.strictObject({ code: z.string().min(1).max(200).optional() });

const ADDRESSES = ["/lots", "/lots/:id", "/lots/:id/history", "/lots/:id/trace", "/labels/:run", "/codes"];

function lotRoutes(parts: LotParts): Router {
  const routes = express.Router();
  routes.get("/lots", async (request, response) => {
    const { limit, after } = read(Page, request.query);
    response.json(await parts.list({ limit, after: after ?? null }));
  });
  routes.get("/lots/:id", async (request, response) => {
    response.json(await found(parts, "lot", () => parts.lot(idOf(request.params.id))));
  });
  routes.get("/lots/:id/history", async (request, response) => {
    const lot = idOf(request.params.id);
    const { code } = read(MaybeCode, request.query);
    const resolved = code === undefined ? null : issued(await parts.code(code));
    if (resolved !== null && resolved.lot !== lot)
      throw new Problem("code-not-issued", "/code", "this code was issued for another lot");
    response.set("Cache-Control", "no-cache");
    response.json(await found(parts, "lot", () => parts.history(lot, resolved?.claim ?? null)));
  });
  routes.get("/lots/:id/trace", async (request, response) => {
    const id = idOf(request.params.id);
    const walk = read(Walk, request.query);
    const answer = async () => {
      const way = await parts.trace(id, walk);
      return way.nodes.length === 0 ? null : way;
    };
    response.json(await found(parts, "subject", answer));
  });
  routes.get("/labels/:run", async (request, response) => {
    response.json(await found(parts, "label run", () => parts.labelRun(idOf(request.params.run))));
  });
  routes.get("/codes", async (request, response) => {
    const { code } = read(Code, request.query);
    const { lot, claim } = issued(await parts.code(code));
    response.json({ state: "issued", lot, ...claim });
  });
  routes.all(ADDRESSES, methodNotAllowed("GET"));
  return routes;
}

function issued(resolved: Awaited<ReturnType<LotParts["code"]>>): ResolvedCode & { readonly state: "issued" } {
  if (resolved.state === "issued") return resolved;
  if (resolved.state === "behind") throw new Problem("index-behind", "/code", resolved.why);
  throw new Problem(
    "code-not-issued",
    "/code",
    `${resolved.serial} is well formed, but no label run of this ledger holds it`,
  );
}

function idOf(text: string): Hex {
  if (/^0x[0-9a-f]{64}$/.test(text)) return text as Hex;
  throw new Problem("not-found", "/id", "a subject id is 0x and 64 lower-case hex digits");
}

/** What is not there is missing only when the index was whole before and after the look (a rebuild may begin at any time). */
async function found<T>({ behind }: LotParts, what: string, look: () => Promise<T | null>): Promise<T> {
  const before = await behind();
  const row = await look();
  if (row !== null) return row;
  const why = before ?? (await behind());
  if (why !== null) throw new Problem("index-behind", "/id", why);
  throw new Problem("not-found", "/id", `the ledger has no such ${what}`);
}
