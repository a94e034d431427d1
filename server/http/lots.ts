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
  readonly code: (path: string) => Promise<ResolvedCode>;
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
    response.json(found(await parts.lot(idOf(request.params.id)), "lot"));
  });
  routes.get("/lots/:id/history", async (request, response) => {
    const lot = idOf(request.params.id);
    const { code } = read(MaybeCode, request.query);
    const resolved = code === undefined ? null : issued(await parts.code(code));
    if (resolved !== null && resolved.lot !== lot)
      throw new Problem("code-not-issued", "/code", "this code was issued for another lot");
    response.set("Cache-Control", "no-cache");
    response.json(found(await parts.history(lot, resolved?.claim ?? null), "lot"));
  });
  routes.get("/lots/:id/trace", async (request, response) => {
    const id = idOf(request.params.id);
    const walk = read(Walk, request.query);
    const answer = await parts.trace(id, walk);
    if (answer.nodes.length === 0) throw new Problem("not-found", "/id", "the ledger has no such subject");
    response.json(answer);
  });
  routes.get("/labels/:run", async (request, response) => {
    response.json(found(await parts.labelRun(idOf(request.params.run)), "label run"));
  });
  routes.get("/codes", async (request, response) => {
    const { code } = read(Code, request.query);
    const { lot, claim } = issued(await parts.code(code));
    response.json({ state: "issued", lot, ...claim });
  });
  routes.all(ADDRESSES, methodNotAllowed("GET"));
  return routes;
}

function issued(resolved: ResolvedCode): ResolvedCode & { readonly state: "issued" } {
  if (resolved.state === "issued") return resolved;
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

function found<T>(row: T | null, what: string): T {
  if (row === null) throw new Problem("not-found", "/id", `the ledger has no such ${what}`);
  return row;
}
