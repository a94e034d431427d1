/**
 * Requests that no client should send, made from the API's own document: a call of it that would do, with one to three things
 * spoiled. They are written as bytes, for no HTTP library would send most of them.
 */
import fc from "fast-check";
import { apiDocument } from "../../server/http/openapi.ts";
import { bodies, headers, hosts, mediaTypes, methods, targets, texts, wrong } from "./malformed-parts.ts";

export type { Malformed };
export { malformed };

interface Malformed {
  /** Which call it was, and what was done to it. */
  readonly says: string;
  readonly method: string;
  readonly target: string;
  readonly bytes: Buffer;
}

interface Draft {
  method: string;
  /** Segments; already encoded. */
  path: string;
  query: string;
  version: string;
  headers: [string, string][];
  body: Buffer | null;
  /** null: as long as the body is. */
  length: string | null;
}

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly example?: unknown;
  readonly minimum?: number;
}

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

type Spoil = readonly [says: string, spoil: (draft: Draft) => void];

const document = apiDocument();
const schemas = (document.components?.schemas ?? {}) as Readonly<Record<string, Schema>>;
const calls = Object.entries(document.paths as Readonly<Record<string, Readonly<Record<string, Operation>>>>)
  .flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })))
  // Pages answer people, with pages.
  .filter(({ operation }) => !operation.tags.includes("pages"));

/** A value that a schema takes. */
function valueOf(schema: Schema): unknown {
  if (schema.$ref !== undefined) return valueOf(schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {});
  if (schema.example !== undefined) return schema.example;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.anyOf !== undefined) return valueOf(schema.anyOf[0] ?? {});
  if (schema.type === "array") return [valueOf(schema.items ?? {})];
  if (schema.type === "integer" || schema.type === "number") return schema.minimum ?? 1;
  if (schema.properties !== undefined)
    return Object.fromEntries(Object.entries(schema.properties).map(([name, below]) => [name, valueOf(below)]));
  return `0x${"1".repeat(64)}`;
}

const spoils: fc.Arbitrary<Spoil> = fc.oneof(
  {
    weight: 6,
    arbitrary: texts.map((text): Spoil => [`path part "${text.slice(0, 40)}"`, (draft) => spoilPath(draft, text)]),
  },
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.nat(), texts)
      .map(([n, text]): Spoil => [`query value "${text.slice(0, 40)}"`, (draft) => spoilQuery(draft, n, text)]),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(
        "limit=1&limit=2",
        "limit[]=1",
        "limit[a]=1",
        "__proto__[a]=1",
        "&&&&",
        "=",
        "a".repeat(9_000),
        "x=1&".repeat(2_000),
        "code",
        "%ff=%fe",
      )
      .map((query): Spoil => [
        `query "${query.slice(0, 40)}"`,
        (draft) => {
          draft.query = `${draft.query}&${query}`;
        },
      ]),
  },
  {
    weight: 5,
    arbitrary: bodies.map((body): Spoil => [
      `body of ${body.length} bytes`,
      (draft) => {
        if (draft.body !== null) draft.body = body;
      },
    ]),
  },
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.nat(), wrong)
      .map(([n, text]): Spoil => [`field ${text.slice(0, 40)}`, (draft) => spoilField(draft, n, text)]),
  },
  {
    weight: 3,
    arbitrary: mediaTypes.map((type): Spoil => [`type "${type}"`, (draft) => set(draft, "Content-Type", type)]),
  },
  {
    weight: 5,
    arbitrary: headers.map(([name, value]): Spoil => [
      `${JSON.stringify(name)}: ${JSON.stringify(value.slice(0, 40))}`,
      (draft) => set(draft, name, value),
    ]),
  },
  {
    weight: 1,
    arbitrary: fc.constant<Spoil>([
      "no Host",
      (draft) => {
        draft.headers = draft.headers.filter(([name]) => name !== "Host");
      },
    ]),
  },
  {
    weight: 3,
    arbitrary: hosts.map((host): Spoil => [`Host "${host.slice(0, 40)}"`, (draft) => set(draft, "Host", host)]),
  },
  {
    weight: 1,
    arbitrary: fc.constant<Spoil>([
      "two Hosts",
      (draft) => {
        draft.headers.push(["Host", "other.example"]);
      },
    ]),
  },
  {
    weight: 1,
    arbitrary: fc.constant<Spoil>([
      "many headers",
      (draft) => {
        for (let n = 0; n < 3_000; n++) draft.headers.push([`X-${n}`, "1"]);
      },
    ]),
  },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom("-1", "x", "1e3", "0x10", "1, 2", "99999999999999999999", "999999999", "20000000")
      .map((length): Spoil => [
        `length ${length}`,
        (draft) => {
          draft.length = length;
        },
      ]),
  },
  {
    weight: 3,
    arbitrary: targets.map((target): Spoil => [
      `target "${target.slice(0, 40)}"`,
      (draft) => {
        draft.path = target;
        draft.query = "";
      },
    ]),
  },
  {
    weight: 2,
    arbitrary: methods.map((method): Spoil => [
      `method "${method}"`,
      (draft) => {
        draft.method = method;
      },
    ]),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom("HTTP/0.9", "HTTP/2.0", "HTTP/1.7", "HTTP/x", "", "HTTP/1.0").map((version): Spoil => [
      `version "${version}"`,
      (draft) => {
        draft.version = version;
      },
    ]),
  },
);

/** One to three spoils of one call. */
const malformed: fc.Arbitrary<Malformed> = fc
  .tuple(fc.constantFrom(...calls), fc.array(spoils, { minLength: 1, maxLength: 3 }))
  .map(([{ path, method, operation }, chosen]) => {
    const draft = draftOf(path, method, operation);
    for (const [, spoil] of chosen) spoil(draft);
    return {
      says: `${operation.operationId}: ${chosen.map(([says]) => says).join(", ")}`,
      method: draft.method,
      target: draft.path,
      bytes: written(draft),
    };
  });

function draftOf(path: string, method: string, { parameters = [], requestBody }: Operation): Draft {
  let filled = path;
  const query: string[] = [];
  for (const { name, in: where, schema } of parameters) {
    const value = encodeURIComponent(String(valueOf(schema)));
    if (where === "path") filled = filled.replace(`{${name}}`, value);
    if (where === "query") query.push(`${name}=${value}`);
  }
  const [type, content] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const body = content === undefined ? null : Buffer.from(JSON.stringify(valueOf(content.schema)));
  return {
    method: method.toUpperCase(),
    path: filled,
    query: query.join("&"),
    version: "HTTP/1.1",
    headers: [
      ["Host", "localhost"],
      ...(type === undefined ? [] : [["Content-Type", type === "*/*" ? "image/jpeg" : type] as [string, string]]),
    ],
    body,
    length: null,
  };
}

function spoilPath(draft: Draft, text: string): void {
  const parts = draft.path.split("/");
  parts[parts.length - 1] = text;
  draft.path = parts.join("/");
}

function spoilQuery(draft: Draft, n: number, text: string): void {
  const parts = draft.query.split("&");
  const at = n % parts.length;
  parts[at] = `${(parts[at] ?? "").split("=")[0] || "code"}=${text}`;
  draft.query = parts.join("&");
}

/** One value somewhere in the body. */
function spoilField(draft: Draft, n: number, text: string): void {
  if (draft.body === null) return;
  const values = [...draft.body.toString().matchAll(/(?<=[:[,])(?:"[^"]*"|\d+|null)/g)];
  const chosen = values[n % Math.max(1, values.length)];
  const body = draft.body.toString();
  draft.body = Buffer.from(
    chosen === undefined ? text : body.slice(0, chosen.index) + text + body.slice(chosen.index + chosen[0].length),
  );
}

function set(draft: Draft, name: string, value: string): void {
  draft.headers = [...draft.headers.filter(([other]) => other !== name), [name, value]];
}

function written({ method, path, query, version, headers: lines, body, length }: Draft): Buffer {
  const target = query === "" ? path : `${path}?${query}`;
  const all = [...lines];
  if (!all.some(([name]) => name === "Connection")) all.push(["Connection", "close"]);
  const isChunked = all.some(([name, value]) => name === "Transfer-Encoding" && value === "chunked");
  if (length !== null) all.push(["Content-Length", length]);
  else if (body !== null && !isChunked) all.push(["Content-Length", String(body.length)]);
  const head = `${method} ${target} ${version}\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
  return Buffer.concat([Buffer.from(head), body ?? Buffer.alloc(0)]);
}
