import { createHash } from "node:crypto";
import { expect } from "chai";
import { canonicalBytes } from "../../../protocol/canonical.ts";
import { cidOf } from "../../../protocol/cid.ts";
import { Problem, problems } from "../../../protocol/problem.ts";
import { apiDocument } from "../../../server/http/openapi.ts";
import { formChecker } from "../../../server/submit/form.ts";
import { nastyStrings, reworded, textsIn } from "../../support/nasty.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { makeTea } from "../../support/tea.ts";

type JsonObject = Parameters<typeof reworded>[0];

interface Operation {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly schema: { type?: string; $ref?: string };
  }[];
}

describe("200 nasty strings over HTTP", function () {
  this.timeout(180_000);

  let server: TestServer;
  /** One of each type and step. */
  const documents = new Map<string, JsonObject>();

  before(async () => {
    server = await startServer({ pages: true });
    const { history } = await makeTea();
    for (const text of Object.values(history.documents)) {
      const document = JSON.parse(text) as JsonObject & { readonly type: string; readonly bizStep?: string };
      documents.set(`${document.type} ${document.bizStep ?? ""}`, document);
    }
  });

  after(() => server.close());

  it("are stored as they are and served inert, or refused with a reason, in all texts of each sort of document", async () => {
    expect(documents.size).to.be.at.least(8);
    let stored = 0;
    for (const { kind, text } of nastyStrings) {
      for (const [sort, document] of documents) {
        const says = `${sort}: ${kind} ${JSON.stringify(text)}`;
        const bytes = sent(reworded(document, () => text));
        const cid = cidOf(createHash("sha256").update(bytes).digest(), "json");
        const init = { method: "PUT", headers: { "content-type": "application/json" }, body: Buffer.from(bytes) };
        const answer = await fetch(`${server.address}/api/documents/${cid}`, init);
        if (answer.status >= 400) {
          expectReason(answer.status, await answer.json(), says);
          continue;
        }
        stored++;
        const back = await fetch(`${server.address}/ipfs/${cid}`);
        expect(Buffer.from(await back.arrayBuffer()).equals(Buffer.from(bytes)), says).to.equal(true);
        expectInert(back.headers, says);
      }
    }
    // All but halves of surrogate pairs have a place in JSON.
    expect(stored).to.be.at.least(190 * documents.size * 0.9);
  });

  it("are taken or refused with a reason in each single text of a document", () => {
    const check = formChecker();
    let tried = 0;
    for (const document of documents.values()) {
      for (const at of textsIn(document)) {
        for (const { text } of nastyStrings) {
          tried++;
          try {
            canonicalBytes(reworded(document, (here) => (here === at ? text : null)));
            check(reworded(document, (here) => (here === at ? text : null)));
          } catch (cause) {
            expect(cause, `${at} ${JSON.stringify(text)}`).to.be.instanceOf(Problem);
            expect((cause as Problem).detail).not.to.equal("");
          }
        }
      }
    }
    expect(tried).to.be.greaterThan(5_000);
  });

  it("are answered inert in each text that an address takes", async () => {
    const calls = Object.entries(apiDocument().paths as Readonly<Record<string, { readonly get?: Operation }>>);
    for (const [path, { get }] of calls) {
      const texts = (get?.parameters ?? []).filter(
        ({ schema }) => schema.type === "string" || schema.$ref !== undefined,
      );
      for (const { name, in: where } of texts) {
        if (where === "header") continue;
        for (const { kind, text } of nastyStrings) {
          const written = encodeURIComponent(text.toWellFormed());
          const whole = path.replace(/\{(\w+)\}/g, (_, other: string) => (other === name ? written : "x"));
          const address = where === "path" ? whole : `${whole}?${name}=${written}`;
          const answer = await fetch(server.address + address, { redirect: "manual" });
          const says = `${path} ${name}: ${kind} ${JSON.stringify(text)}`;
          expect(answer.status, says).to.be.below(500);
          expectInert(answer.headers, says);
          const body = await answer.text();
          if (
            answer.headers.get("content-type")?.startsWith("text/html") === true &&
            address.startsWith(path.split("{")[0] ?? "")
          )
            expect(body, says).not.to.match(/<script>window|<img src=x|<iframe srcdoc|[\u202a-\u202e\u2066\u2067]/);
        }
      }
    }
  });

  it("are refused with a reason in each text of what is posted", async () => {
    const post = async (path: string, body: string) => {
      const answer = await fetch(server.address + path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
      return { status: answer.status, body: (await answer.json()) as unknown };
    };
    for (const { kind, text } of nastyStrings) {
      const bodies: readonly (readonly [path: string, body: unknown])[] = [
        ["/api/batches", { batches: [text] }],
        ["/api/label-sheets", { serials: [text] }],
        ["/api/label-sheets", { serials: ["K7QMZ3V5XABTC9"], host: text }],
        ["/api/label-sheets", { serials: ["K7QMZ3V5XABTC9"], fingerprint: text }],
      ];
      for (const [path, body] of bodies) {
        const answer = await post(path, JSON.stringify(body));
        expectReason(answer.status, answer.body, `${path} ${kind} ${JSON.stringify(text)}`);
      }
      const rpc = await post("/rpc", JSON.stringify({ jsonrpc: "2.0", id: text, method: text, params: [text] }));
      expect(rpc.body, text).to.have.property("error");
    }
  });
});

/** Canonical where it can be; a half of a surrogate pair has no canonical form, and is sent as its escape. */
function sent(document: JsonObject): Uint8Array {
  try {
    return canonicalBytes(document);
  } catch {
    return Buffer.from(JSON.stringify(document));
  }
}

function expectReason(status: number, body: unknown, says: string): void {
  const { type, detail, mend } = body as Readonly<Record<string, string>>;
  expect(status, says).to.be.within(400, 499);
  expect(Object.keys(problems), says).to.include((type ?? "").replace("urn:furrow:problem:", ""));
  expect(detail, says).to.be.a("string").that.is.not.empty;
  expect(mend, says).to.be.a("string").that.is.not.empty;
}

function expectInert(headers: Headers, says: string): void {
  expect(headers.get("x-content-type-options"), says).to.equal("nosniff");
  expect(headers.get("content-security-policy"), says)
    .to.be.a("string")
    .and.to.match(/sandbox|default-src 'none'/);
}
