/** `GET /promises/{organisation}`: the register of the 承诺达标合格证 that an organisation issued, as a page or as CSV. */
import { Router } from "express";
import { bytesOf, type Hex } from "../../protocol/bytes.ts";
import { maybeCanonical } from "../../protocol/canonical.ts";
import { cidOf } from "../../protocol/cid.ts";
import { readOrganisation } from "../../protocol/document/read-master.ts";
import { Problem } from "../../protocol/problem.ts";
import type { Refused } from "../../scan-web/promise/refused.ts";
import { registerCsv, type RegisterRow, type RegisterView, renderRegister } from "../../scan-web/promise/register.ts";
import type { ListPromises, PromiseRow, PromisesAsked } from "../resolve/promises.ts";
import { originOf } from "./origin.ts";
import { nextPage } from "./page-link.ts";
import { pageView } from "./pages.ts";
import { methodNotAllowed, read } from "./problem.ts";
import { refuse, send, spoken } from "./promise-answers.ts";
import { MAX_ROWS, PAGE, RegisterAsked } from "./promise-page-paths.ts";

export type { RegisterParts };
export { promiseRegisterRoutes };

interface RegisterParts {
  readonly list: ListPromises;
  /** Digests of the operator's documents of an organisation, newest first. */
  readonly organisation: (number: number) => Promise<readonly Hex[]>;
  readonly documentOf: (cid: string) => Promise<string | undefined>;
  /** Why the index cannot say of something that it is not there; null when it can. */
  readonly behind: () => Promise<string | null>;
  /** PUBLIC_URL's origin, or null: the address that was asked. */
  readonly publicOrigin: string | null;
  /** Style sheet of scan-web/promise/promise.css, as built. */
  readonly css: string;
}

function promiseRegisterRoutes(parts: RegisterParts): Router {
  const routes = Router();
  routes
    .route("/promises/:organisation")
    .get(async (request, response) => {
      const { as, from, until, after } = read(RegisterAsked, request.query);
      const organisation = await organisationNamed(parts, request.params.organisation);
      if ("why" in organisation) {
        refuse({ request, response, refused: organisation, isPage: as === "page", css: parts.css });
        return;
      }
      const { number } = organisation;
      const asked = { organisation: number, ...secondsOf(from, until) };
      const view = pageView(request);
      if (as === "page") {
        const { promises, next } = await parts.list({ ...asked, after: after ?? null, limit: PAGE });
        const days = { from: from ?? null, until: until ?? null };
        const isFirst = after === undefined;
        nextPage(request, response, next);
        const rows = promises.map(rowOf);
        send(response, 200, renderRegister({ ...view, css: parts.css, organisation, rows, next, isFirst, ...days }));
        return;
      }
      const rows = await rowsOf(parts, asked);
      const origin = originOf(parts.publicOrigin, request, undefined);
      spoken(response, view.lang).set("Content-Disposition", `attachment; filename="promises-${number}.csv"`);
      response
        .type("text/csv; charset=utf-8")
        .send(registerCsv(rows, { lang: view.lang, origin, isExample: organisation.example }));
    })
    .all(methodNotAllowed("GET"));
  return routes;
}

async function organisationNamed(parts: RegisterParts, text: string): Promise<RegisterView["organisation"] | Refused> {
  const number = /^[1-9]\d{0,7}$/.test(text) ? Number(text) : 0;
  const contents = number === 0 ? [] : await parts.organisation(number);
  if (contents.length === 0) {
    const isBehind = number > 0 && (await parts.behind()) !== null;
    return { why: isBehind ? "behind" : "organisation" };
  }
  for (const content of contents) {
    const document = maybeCanonical(await parts.documentOf(cidOf(bytesOf(content), "json")));
    const master = readOrganisation(document, `0x${number.toString(16).padStart(64, "0")}`);
    if (master !== null) return { number, names: master.name ?? {}, example: master.example };
  }
  return { number, names: { zh: `№ ${number}` }, example: false };
}

/** All of them, a page at a time: others have their turns in between. @throws Problem `request-invalid` where they are too many */
async function rowsOf(
  { list }: RegisterParts,
  asked: Omit<PromisesAsked, "limit" | "after">,
): Promise<readonly RegisterRow[]> {
  const rows: RegisterRow[] = [];
  let after: string | null = null;
  do {
    const page = await list({ ...asked, after, limit: PAGE });
    rows.push(...page.promises.map(rowOf));
    after = page.next;
    if (after !== null && rows.length >= MAX_ROWS)
      throw new Problem("request-invalid", "/from", `more than ${MAX_ROWS} certificates: name fewer days`);
  } while (after !== null);
  return rows;
}

function rowOf({ lot, document, amount, unit, at, state, said }: PromiseRow): RegisterRow {
  const cid = cidOf(bytesOf(document), "json");
  return { lot, document: cid, amount, unit, recordedAtS: Date.parse(at) / 1000, state, said };
}

/** Days of China, both included. */
function secondsOf(from: string | undefined, until: string | undefined) {
  const start = (day: string) => Date.parse(`${day}T00:00:00+08:00`) / 1000;
  return {
    ...(from === undefined ? {} : { fromS: start(from) }),
    ...(until === undefined ? {} : { untilS: start(until) + 86_400 }),
  };
}
