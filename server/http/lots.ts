/**
 * Reads from the index. `GET /api/lots`: lots by page, `limit` and `after`. `GET /api/lots/{id}`: one lot;
 * `GET /api/lots/{id}/history`: all that a reader needs to check it, with `code` the claim of that code;
 * `GET /api/lots/{id}/trace`: where it came from or went, `direction` up or down, to `limit`.
 * `GET /api/labels/{run}`: one label run. `GET /api/codes`: what the code in `code` stands for.
 */
import express, { type Router } from "express";
import type { CodeClaim, Hex, History } from "../../protocol/history.ts";
import { Problem } from "../../protocol/problem.ts";
import type { ResolvedCode } from "../resolve/code.ts";
import type { LabelRunRow, LotRow } from "../resolve/lots.ts";
import type { Trace } from "../resolve/trace.ts";
import { answer } from "./describe.ts";
import { type Behind, found, idOf } from "./found.ts";
import { HistoryTold } from "./history-schema.ts";
import { Code, CodeTold, LotTold, Lots, MAX_WALK, MaybeCode, Page, RunTold, TraceTold, Walk } from "./lot-paths.ts";
import { nextPage } from "./page-link.ts";
import { methodNotAllowed, read } from "./problem.ts";
import { pageOfWalk } from "./walk.ts";

export type { LotParts };
export { lotRoutes };

interface LotParts {
  readonly list: (page: { readonly limit: number; readonly after: string | null }) => Promise<{
    readonly lots: readonly LotRow[];
    readonly next: string | null;
  }>;
  readonly lot: (id: string) => Promise<LotRow | null>;
  readonly labelRun: (id: string) => Promise<LabelRunRow | null>;
  readonly history: (lot: Hex, code: CodeClaim | null) => Promise<History | null>;
  readonly trace: (id: string, walk: { readonly direction: "up" | "down"; readonly limit: number }) => Promise<Trace>;
  /** `why`: one sentence. */
  readonly code: (path: string) => Promise<ResolvedCode | { readonly state: "behind"; readonly why: string }>;
  /** Why the index cannot say of a lot, run or other subject that it is not there; null when it can. */
  readonly behind: Behind;
}

const ADDRESSES = ["/lots", "/lots/:id", "/lots/:id/history", "/lots/:id/trace", "/labels/:run", "/codes"];

function lotRoutes(parts: LotParts): Router {
  const routes = express.Router();
  // May be kept, and is asked for again by its ETag each time.
  routes.use(["/lots", "/labels", "/codes"], (_request, response, next) => {
    response.set("Cache-Control", "no-cache");
    next();
  });
  routes.get("/lots", async (request, response) => {
    const { limit, after } = read(Page, request.query);
    const page = await parts.list({ limit, after: after ?? null });
    nextPage(request, response, page.next);
    answer(response, Lots, page);
  });
  routes.get("/lots/:id", async (request, response) => {
    answer(response, LotTold, await found(parts.behind, "lot", () => parts.lot(idOf(request.params.id))));
  });
  routes.get("/lots/:id/history", async (request, response) => {
    const lot = idOf(request.params.id);
    const { code } = read(MaybeCode, request.query);
    const resolved = code === undefined ? null : issued(await parts.code(code));
    if (resolved !== null && resolved.lot !== lot)
      throw new Problem("code-not-issued", "/code", "this code was issued for another lot");
    answer(response, HistoryTold, await found(parts.behind, "lot", () => parts.history(lot, resolved?.claim ?? null)));
  });
  routes.get("/lots/:id/trace", async (request, response) => {
    const id = idOf(request.params.id);
    const { direction, limit, after } = read(Walk, request.query);
    const way = await found(parts.behind, "subject", async () => {
      const whole = await parts.trace(id, { direction, limit: MAX_WALK });
      return whole.nodes.length === 0 ? null : whole;
    });
    const page = pageOfWalk(way, limit, after ?? null);
    nextPage(request, response, page.next);
    answer(response, TraceTold, page);
  });
  routes.get("/labels/:run", async (request, response) => {
    answer(response, RunTold, await found(parts.behind, "label run", () => parts.labelRun(idOf(request.params.run))));
  });
  routes.get("/codes", async (request, response) => {
    const { code } = read(Code, request.query);
    const { lot, claim } = issued(await parts.code(code));
    answer(response, CodeTold, { state: "issued", lot, ...claim });
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
