import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "chai";
import express from "express";
import { problems } from "../../../protocol/problem.ts";
import { apiDocument } from "../../../server/http/openapi.ts";
import { misfitOf } from "../../support/fits.ts";
import { startServer, type TestServer } from "../../support/server.ts";

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[];
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: object }>>;
}

interface Route {
  readonly path: string | readonly string[];
  readonly methods: Readonly<Record<string, boolean>>;
}

const document = apiDocument();
const paths = document.paths as Readonly<Record<string, Readonly<Record<string, Operation>>>>;
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

/** Not for programs: files that pages load, spellings of the same address, the page for all else. */
const UNLISTED = new Set([
  ...["/*rest", "/t/*rest", "/record"],
  ...[
    "worker.js",
    "worker-classic.js",
    "manifest.webmanifest",
    "icon-192.png",
    "icon-512.png",
    "icon-maskable-512.png",
  ].map((file) => `/record/${file}`),
]);
/** A wild-card route stands for these addresses. */
const SPELT: Readonly<Record<string, readonly string[]>> = {
  "/ipfs/:cid{/*path}": ["/ipfs/{cid}", "/ipfs/{cid}/{path}"],
  "/01/*rest": ["/01/{gtin}/10/{lot}/21/{serial}"],
  "/T/*rest": ["/T/{serial}"],
};

describe("The API's document", () => {
  it("names every address that the server answers, and none that it does not", async () => {
    const found = new Set<string>();
    const router = express.Router.prototype as { route: (path: Route["path"]) => Route };
    const plain = router.route;
    const made: Route[] = [];
    router.route = function (path) {
      const route = plain.call(this, path);
      made.push(route);
      return route;
    };
    let server: TestServer | null = null;
    try {
      server = await startServer({ pages: true });
    } finally {
      router.route = plain;
      await server?.close();
    }
    for (const { path, methods } of made) {
      for (const one of [path].flat()) {
        if (UNLISTED.has(one)) continue;
        const names = SPELT[one] ?? [one.replace(/:(\w+)/g, "{$1}")];
        for (const method of ["get", "head", "post", "put", "patch", "delete"].filter((name) => methods[name])) {
          for (const name of names) {
            const here = [`/api${name === "/" ? "" : name}`, name].filter(
              (full) => paths[full]?.[method] !== undefined,
            );
            // Home and the API's page are both the root of their router.
            expect(here, `${method} ${name}`).to.have.length(name === "/" ? 2 : 1);
            for (const full of here) found.add(`${method} ${full}`);
          }
        }
      }
    }

    const listed = operations.map(({ path, method }) => `${method} ${path}`);
    expect(listed.filter((one) => !found.has(one))).to.deep.equal([]);
  });

  it("has the form of OpenAPI 3.1: a name and a summary for each call, its path's parameters, descriptions of all answers", () => {
    expect(document.openapi).to.match(/^3\.1\.\d$/);
    expect(document.info).to.include.keys("title", "version", "license");
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).to.equal(ids.length);
    const tags = (document.tags ?? []).map(({ name }) => name);
    for (const { path, method, operation } of operations) {
      const where = `${method} ${path}`;
      expect(operation.operationId, where).to.match(/^[a-z][A-Za-z]+$/);
      expect(operation.summary, where).to.be.a("string").and.not.to.match(/\.$/);
      expect(tags, where).to.include.members([...operation.tags]);
      const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === "path");
      expect(
        inPath.map(({ name }) => `{${name}}`),
        where,
      ).to.have.members(path.match(/\{\w+\}/g) ?? []);
      expect(
        inPath.every(({ required }) => required === true),
        where,
      ).to.equal(true);
      expect(Object.keys(operation.responses), where).to.include("default");
      for (const [status, { description }] of Object.entries(operation.responses)) {
        expect(status, where).to.match(/^(?:[1-5]\d\d|default)$/);
        expect(description, where).to.be.a("string").that.is.not.empty;
      }
    }
  });

  it("leads every reference somewhere, and uses every shape", () => {
    const text = JSON.stringify(document);
    const used = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref = ""]) => ref));
    const there = Object.keys(document.components?.schemas ?? {}).map((name) => `#/components/schemas/${name}`);

    expect([...used].sort()).to.deep.equal(there.sort());
  });

  it("holds schemas of JSON Schema 2020-12 alone", () => {
    const ajv = new Ajv2020({ strict: false });
    for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) {
      expect(ajv.validateSchema(schema), `${name}: ${ajv.errorsText()}`).to.equal(true);
      expect(JSON.stringify(schema), name).not.to.include('"nullable"');
    }
  });

  it("names no problem that is not in the table, and the whole table in the shape of a problem", () => {
    const urns = Object.keys(problems).map((type) => `urn:furrow:problem:${type}`);
    const named = JSON.stringify(document).match(/urn:furrow:problem:[\w-]+/g) ?? [];

    expect(urns).to.include.members(named);
    const schema = document.components?.schemas?.Problem as unknown as { properties: { type: { enum: string[] } } };
    expect(schema.properties.type.enum).to.deep.equal(urns);
  });

  it("is what every answer of these tests is held against, and says where one differs", () => {
    const key = { recorder: `0x${"0".repeat(40)}`, organisation: 1, manager: true, active: true, nextNonce: "0" };
    const told = (status: number, body: object, type = "application/json") =>
      misfitOf({ method: "GET", path: "/api/recorders/0x1", status, type, body: JSON.stringify(body) });

    expect(told(200, key)).to.equal(null);
    expect(told(200, { ...key, more: 1 })).to.include("additional properties");
    expect(told(200, { ...key, recorder: "0xAB" })).to.include("/recorder");
    expect(told(201, key)).to.equal("status 201");
    expect(told(200, key, "text/plain")).to.include("text/plain");
    expect(told(503, { type: "urn:furrow:problem:nonce-used" }, "application/problem+json")).not.to.equal(null);
  });

  it("is served as it is, to any page, and not sent again to whoever has it", async () => {
    const server = await startServer();
    try {
      const first = await fetch(`${server.address}/api/openapi.json`);
      const etag = first.headers.get("etag") ?? "";
      const again = await fetch(`${server.address}/api/openapi.json`, {
        headers: { "if-none-match": etag, "cache-control": "max-age=0" },
      });

      expect(await first.json()).to.deep.equal(JSON.parse(JSON.stringify(document)));
      expect(first.headers.get("access-control-allow-origin")).to.equal("*");
      expect(again.status).to.equal(304);
    } finally {
      await server.close();
    }
  });
});
