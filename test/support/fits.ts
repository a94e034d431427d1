/**
 * Every answer that a test gets from a server of `startServer` is held against the API's own document (ajv knows nothing of zod):
 * an undescribed status, media type, field or problem fails that test.
 */
import addFormatsModule from "ajv-formats";
import { Ajv2020 } from "ajv/dist/2020.js";
import { apiDocument } from "../../server/http/openapi.ts";

export { misfitOf, watchAnswers };

interface Answered {
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  readonly status: number;
  readonly type: string | null;
  /** Text of the body; null: not looked at. */
  readonly body: string | null;
}

interface OperationObject {
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}

const document = strict(apiDocument());
const paths = Object.entries(document.paths as Readonly<Record<string, Readonly<Record<string, OperationObject>>>>).map(
  ([template, methods]) => ({ template, methods, pattern: patternOf(template) }),
);
const ajv = new Ajv2020({ strict: false, allErrors: false });
// Typed for CommonJS; under Node the function is the module's default.
(addFormatsModule as unknown as (ajv: Ajv2020) => void)(ajv);
ajv.addSchema(document, "api");

/** Origins whose answers are watched. */
const origins = new Set<string>();

/** Watches what `fetch` brings from this origin from now on. */
function watchAnswers(origin: string): void {
  if (origins.size === 0) wrapFetch();
  origins.add(new URL(origin).origin);
}

function wrapFetch(): void {
  const plain = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const response = await plain(input, init);
    const url = new URL(input instanceof Request ? input.url : input);
    if (origins.has(url.origin)) {
      const method = init?.method ?? (input instanceof Request ? input.method : "GET");
      const type = response.headers.get("content-type");
      const body = type !== null && /json/.test(type) ? await response.clone().text() : null;
      // Practice answers the same calls.
      const path = url.pathname.replace(/^\/practice(?=\/)/, "");
      const misfit = misfitOf({ method, path, status: response.status, type, body });
      if (misfit !== null) throw new Error(`${method} ${url.pathname} is not described so: ${misfit}`);
    }
    return response;
  };
}

/** Where the document describes an address, or null. */
function operationOf(method: string, path: string): readonly string[] | null {
  const found = paths.find(({ pattern }) => pattern.test(path));
  const name = method === "HEAD" && found?.methods.head === undefined ? "get" : method.toLowerCase();
  if (found?.methods[name] === undefined) return null;
  return ["paths", found.template, name];
}

/** Why the answer is none that the document describes; null: it is. */
function misfitOf({ method, path, status, type, body }: Answered): string | null {
  const media = type?.split(";")[0]?.trim() ?? null;
  const operation = operationOf(method, path);
  if (operation === null || status === 405) {
    if (method === "OPTIONS" && status === 204) return null;
    if (/^\/(assets|record)\//.test(path) && status < 400) return null;
    // A page is what a browser gets for an address that nothing answers at.
    if (media === "text/html" && status === 404) return null;
    return misfitOfJson(["components", "schemas", "Problem"], media, "application/problem+json", body, method);
  }
  const responses = at(operation)?.responses as OperationObject["responses"];
  const key = String(status) in responses ? String(status) : "default";
  if (key === "default" && status < 400) return `status ${status}`;
  const described = responses[key]?.content;
  if (described === undefined) return media === null || method === "HEAD" ? null : `a body of type ${media}`;
  if (media === null) return `no body, status ${status}`;
  const name = media in described ? media : "*/*";
  if (!(name in described)) return `status ${status} as ${media}`;
  if (!/json$/.test(name)) return null;
  return misfitOfJson([...operation, "responses", key, "content", name, "schema"], media, name, body, method);
}

function misfitOfJson(
  place: readonly string[],
  media: string | null,
  expected: string,
  body: string | null,
  method: string,
): string | null {
  if (media !== expected) return `type ${media} instead of ${expected}`;
  if (method === "HEAD" || body === null) return null;
  const pointer = place.map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/");
  const check = ajv.getSchema(`api#/${pointer}`);
  if (check === undefined) throw new Error(`no schema at ${pointer}`);
  if (check(JSON.parse(body)) === true) return null;
  return `${ajv.errorsText(check.errors)} in ${body.slice(0, 500)}`;
}

function at(place: readonly string[]): Record<string, unknown> | undefined {
  let here: unknown = document;
  for (const part of place) here = (here as Record<string, unknown> | undefined)?.[part];
  return here as Record<string, unknown> | undefined;
}

function patternOf(template: string): RegExp {
  const parts = template.split(/(\{\w+\})/).map((part) => {
    if (!part.startsWith("{")) return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return part === "{path}" ? ".+" : "[^/]+";
  });
  return new RegExp(`^${parts.join("")}/?$`);
}

/** Readers pass over fields that they do not know; a test must not: all objects are closed, but the halves of an `allOf`. */
function strict(whole: object): Record<string, unknown> {
  const walk = (value: unknown, isHalf: boolean): unknown => {
    if (Array.isArray(value)) return value.map((item) => walk(item, isHalf));
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).map(([key, below]) => [key, walk(below, key === "allOf")]);
    const copy = Object.fromEntries(entries) as Record<string, unknown>;
    const isClosed = !isHalf && copy.type === "object" && "properties" in copy && !("additionalProperties" in copy);
    return isClosed ? { ...copy, additionalProperties: false } : copy;
  };
  return walk(structuredClone(whole), false) as Record<string, unknown>;
}
