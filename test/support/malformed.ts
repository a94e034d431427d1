/**
 * Requests that no client should send, made from the API's own document: a call of it that would do, with one to three things
 * spoiled. They are written as bytes, for no HTTP library would send most of them.
 */
import fc from "fast-check";
import { apiDocument } from "../../server/http/openapi.ts";

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

/** In a path or a query, already encoded. */
const texts = fc.oneof(
  fc.constantFrom(
    ...[
      "",
      " ",
      "%",
      "%zz",
      "%00",
      "%ff",
      "%c0%af",
      "%E0%A4%A",
      "..",
      "%2e%2e",
      "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
      "..;",
    ],
    ...[
      "__proto__",
      "constructor",
      "toString",
      "null",
      "undefined",
      "true",
      "-1",
      "0",
      "1e309",
      "-0",
      "NaN",
      "Infinity",
    ],
    ...["0x", "0X11", "99999999999999999999999999", "1.5", "1e3", "%201", "1%20", "+1", "0b1", "１２"],
    ...[
      "%E2%80%AE",
      "%EF%BB%BF",
      "'%20OR%201=1--",
      "%3Cscript%3E",
      "${7*7}",
      "{{7*7}}",
      "%0d%0aX-A:%201",
      "\\..\\..\\x",
    ],
    ...[`0x${"F".repeat(64)}`, `0x${"1".repeat(63)}`, `0x${"1".repeat(65)}`, `0x${"g".repeat(64)}`, "a".repeat(5_000)],
    ...[
      "bagaaiera",
      `b${"a".repeat(58)}`,
      "Qm",
      `Qm${"1".repeat(44)}`,
      "z".repeat(60),
      "bafkreigh2akiscaildc",
      "f01551220",
    ],
    ...["/T/", "/01/", "/T/K7QMZ3V5XABTC8", "/01/00000000000000/10/A/21/K7QMZ3V5XABTC9", "%2FT%2FUUUUUUUUUUUUUU"],
  ),
  fc.string({ unit: "binary", maxLength: 40 }).map((text) => encodeURIComponent(text.toWellFormed())),
  fc.string({ unit: "grapheme-ascii", maxLength: 60 }).map((text) => text.replace(/[\s#?]/g, "_")),
);

/** JSON of a wrong type for a field. */
const wrong = fc.oneof(
  fc.constantFrom(
    "1e400",
    "-1e400",
    "9".repeat(400),
    "0.1e-9999",
    "null",
    "true",
    "[]",
    "{}",
    '""',
    '"\\ud800"',
    '"\\u0000"',
  ),
  fc.constantFrom(
    '{"__proto__":{"a":1}}',
    "[[[[]]]]",
    '"\u202e"',
    "-0",
    "01",
    "+1",
    "NaN",
    "'a'",
    "undefined",
    "[1,]",
    "// a",
  ),
  fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)),
);

const deep = (open: string, close: string, depth: number) => Buffer.from(open.repeat(depth) + close.repeat(depth));

/** Whole bodies that are no JSON, or none with one meaning. */
const bodies: fc.Arbitrary<Buffer> = fc.oneof(
  fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom(
    ...[
      "",
      "{",
      "[",
      "null",
      "0",
      '"a"',
      "{}",
      "[]",
      "{]",
      '{"a":1}',
      '{"a":1,"a":2}',
      '{"batches":[],"batches":[]}',
      "\ufeff{}",
    ].map((text) => Buffer.from(text)),
    Buffer.from([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]),
    Buffer.from('{"batches":["\xff\xfe"]}', "latin1"),
    Buffer.from('{"batches":["\\ud800"]}'),
    deep("[", "]", 65),
    deep("[", "]", 20_000),
    deep('{"a":', "}", 5_000),
    Buffer.from(`{"batches":${"[".repeat(5_000)}`),
    Buffer.from(JSON.stringify({ batches: Array.from({ length: 5_000 }, () => "AA") })),
    Buffer.from(JSON.stringify(Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`k${n}`, n])))),
    Buffer.from(
      JSON.stringify(Array.from({ length: 51 }, () => ({ jsonrpc: "2.0", id: 1, method: "eth_blockNumber" }))),
    ),
  ),
);

const mediaTypes = fc.constantFrom(
  ...[
    "text/plain",
    "application/xml",
    "application/json; charset=utf-16",
    "application/json; charset=x",
    "multipart/form-data",
  ],
  ...[
    "multipart/form-data; boundary=",
    "application/x-www-form-urlencoded",
    "",
    "a",
    "a/b/c",
    "*/*",
    "application/*",
    "image/svg+xml",
  ],
  ...[
    "text/html",
    "application/json/",
    "application/jsonx",
    ";",
    "application/octet-stream",
    "APPLICATION/JSON;;;",
    "image/jpeg",
  ],
);

/** A whole field line is replaced or added; some are no field lines at all. */
const headers: fc.Arbitrary<readonly [string, string]> = fc.oneof(
  fc.constantFrom(
    ["Accept", "x"],
    ["Accept", "image/avif"],
    ["Accept", "application/vnd.ipld.car;version=9"],
    ["Accept", "a".repeat(4_000)],
    ["Content-Encoding", "gzip"],
    ["Content-Encoding", "br"],
    ["Content-Encoding", "zstd, gzip"],
    ["Content-Encoding", "none of them"],
    ["Expect", "200-ok"],
    ["Range", "bytes=5-1"],
    ["Range", "bytes=0-0,1-1,2-2"],
    ["If-None-Match", '"'],
    ["If-Modified-Since", "yesterday"],
    ["Authorization", "Bearer \u00ff"],
    ["Authorization", `Bearer ${"a".repeat(3_000)}`],
    ["Cookie", "a=b; a=c; =; ;;"],
    ["X-Forwarded-For", "'; --, ::1, 999.999.999.999"],
    ["Upgrade", "websocket"],
    ["Connection", "upgrade, keep-alive, x"],
    ["Transfer-Encoding", "chunked, identity"],
    ["Transfer-Encoding", "x"],
    ["Transfer-Encoding", "chunked"],
    ["Host", ""],
    ["Host", "a b"],
    ["Host", '"><script>'],
    ["Host", "[::"],
    ["Host", "a.example, b.example"],
    ["Bad Name", "x"],
    ["Bad\u0000Name", "x"],
    ["X-Control", "a\u0000b"],
    ["X-Control", "a\u0007b"],
    ["X-Long", "a".repeat(20_000)],
    ["", "x"],
    ["X-Fold", "a\r\n b"],
    ["X-Split", "a\nX-B: c"],
    ["Accept-Language", "zh-CN;q=9, *;q=x,,,,"],
  ),
  fc.tuple(
    fc.constantFrom("Accept", "Content-Type", "Range", "If-None-Match", "X-A"),
    fc.string({ unit: "binary", maxLength: 50 }),
  ),
);

/** Targets that are no path of the API, or a path written in another way. */
const targets = fc.constantFrom(
  ...[
    "/api",
    "/api/nothing",
    "/api/../etc/passwd",
    "/api/%2e%2e/%2e%2e/etc/passwd",
    "//api//lots",
    "/api/lots/./x",
    "/api/lots/..%2f..%2f",
  ],
  ...[
    "http://other.example/api/nothing",
    "*",
    "api/lots",
    "\\api\\lots",
    "/api/lots\u0000",
    "/api/lots;a=1",
    "/%2Fapi%2Flots",
    "/api%2flots",
  ],
  ...[
    "/api／lots",
    "/ipfs",
    "/ipfs/",
    "/ipfs/..",
    "/ipfs/%2e%2e",
    "/.well-known/",
    "/.well-known/../api/x",
    "/.git/config",
    "/.env",
  ],
  ...[
    "/api/documents/",
    "/api/files/x/y/z",
    "/api/batches/0x",
    "/rpc/",
    "/rpc/../x",
    "?",
    "/?%",
    "/api/?",
    "#",
    "/assets/../manifest.json",
  ],
  ...["/assets/%2e%2e/package.json", "/assets/..%5c..%5cx", "/a b", `/${"a/".repeat(3_000)}`, `/${"a".repeat(14_000)}`],
);

const methods = fc.constantFrom(
  "get",
  "FOO",
  "PATCH",
  "DELETE",
  "TRACE",
  "G ET",
  "GET\u0000",
  "PUT",
  "POST",
  "PROPFIND",
  "M-SEARCH",
  "Ü",
  "CONNECT",
);

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
