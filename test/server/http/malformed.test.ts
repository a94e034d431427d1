import { connect } from "node:net";
import { expect } from "chai";
import fc from "fast-check";
import { problems } from "../../../protocol/problem.ts";
import { misfitOf } from "../../support/fits.ts";
import { type Malformed, malformed } from "../../support/malformed.ts";
import { startServer, type TestServer } from "../../support/server.ts";

const REFUSALS = 5_000;
const AT_ONCE = 8;
const SEED = 20_260_420;
/** A connection on which nothing comes for so long was given up. */
const SILENCE_MS = 10_000;

interface Answered {
  readonly status: number;
  readonly type: string | null;
  readonly body: string;
}

describe("Malformed requests, made from the API's document", function () {
  this.timeout(300_000);

  let server: TestServer;
  const faults: unknown[] = [];

  before(async () => {
    server = await startServer({ pages: true, logError: (line, cause) => faults.push(line, cause) });
    const recorder = await server.admitRecorder();
    const batch = await recorder.sign([await recorder.note(recorder.organisationSubject)]);
    await recorder.send(batch);
    await recorder.settled(batch.hash);
    await server.furrow.settled();
  });

  after(() => server.close());

  it(`are refused ${REFUSALS} times with a known problem, never with a fault, and leave the server well`, async () => {
    const port = Number(new URL(server.address).port);
    const types = new Map<string, number>();
    const wrong: string[] = [];
    let refused = 0;
    const requests = fc.sample(malformed, { numRuns: REFUSALS * 2, seed: SEED }).values();
    const worker = async () => {
      for (const request of requests) {
        if (refused >= REFUSALS || wrong.length > 20) return;
        const answer = await sent(port, request.bytes);
        const fault = faultOf(request, answer);
        if (fault !== null) wrong.push(`${request.says}\n  → ${fault}`);
        if (answer !== null && answer.status >= 400) {
          refused++;
          const type = typeOf(answer);
          types.set(type, (types.get(type) ?? 0) + 1);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));

    expect(wrong.join("\n")).to.equal("");
    expect(refused).to.be.at.least(REFUSALS);
    expect(faults).to.deep.equal([]);
    // Of many kinds, or the generator has gone blind.
    expect(types.size, [...types].join()).to.be.at.least(15);
    const health = await fetch(`${server.address}/api/health`);
    expect(await health.json()).to.include({ ok: true, waiting: 0 });
  });

  const ask = (text: string) => sent(Number(new URL(server.address).port), Buffer.from(text));
  const named: readonly (readonly [says: string, text: string, status: number, type: string])[] = [
    ["without a Host", "GET /api/head HTTP/1.1\r\n\r\n", 400, "request-invalid"],
    ["with two Hosts", "GET /api/head HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "request-invalid"],
    ...["[", "[/", "a b", "x:99999", "%", "", "a/b", "a@b", "é", "[::1"].map(
      (host) =>
        [
          `to the Host "${host}"`,
          `GET /api/label-calibration HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
          400,
          "request-invalid",
        ] as const,
    ),
    ["that are no HTTP", "hello\r\n\r\n", 400, "request-invalid"],
    [
      "with a head above 16 KiB",
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${"a".repeat(20_000)}\r\n\r\n`,
      431,
      "headers-too-large",
    ],
    ["for a proxy", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 405, "method-not-allowed"],
    ["to an address that cannot be decoded", "GET /rpc/%ff HTTP/1.1\r\nHost: a\r\n\r\n", 400, "request-invalid"],
    [
      "with a body that says it is above the limit, before it is sent,",
      "POST /rpc HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 20000000\r\n\r\n",
      ...([413, "body-too-large"] as const),
    ],
  ];
  for (const [says, text, status, type] of named) {
    it(`${says} are refused as ${type}`, async () => {
      const answer = await ask(text);

      expect(answer?.status).to.equal(status);
      expect(answer === null ? null : typeOf(answer)).to.equal(type);
    });
  }

  it("bring a page to whoever opened an address that cannot be decoded in a browser", async () => {
    const answer = await ask("GET /rpc/%ff HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nConnection: close\r\n\r\n");

    expect(answer).to.include({ status: 404, type: "text/html; charset=utf-8" });
  });
});

/** Why the answer is none that a client can work with; null: it is one. */
function faultOf({ method, target }: Malformed, answer: Answered | null): string | null {
  if (answer === null) return "no answer";
  const { status, type, body } = answer;
  if (status >= 500) return `${status} ${body.slice(0, 300)}`;
  if (status < 400) {
    // What was spoiled meant nothing there: then the answer is the one that the document describes. A target ends with a space.
    const path = /^https?:/.test(target) ? new URL(target).pathname : (target.split(/[?# ]/)[0] ?? "");
    if (type === "text/html; charset=utf-8") return null;
    return misfitOf({ method, path, status, type, body: /json/.test(type ?? "") ? body : null });
  }
  if (method === "HEAD") return null;
  if (type?.startsWith("application/problem+json") !== true) return `${status} as ${type}: ${body.slice(0, 300)}`;
  const told = JSON.parse(body) as Record<string, unknown>;
  const known = problems[typeOf(answer) as keyof typeof problems] as { status: number; title: string } | undefined;
  if (known === undefined) return `the type ${String(told.type)}`;
  if (known.status !== status || told.status !== status) return `${status} for ${String(told.type)}`;
  if (typeof told.detail !== "string" || typeof told.pointer !== "string" || typeof told.mend !== "string")
    return `no whole problem: ${body}`;
  return null;
}

function typeOf({ type, body }: Answered): string {
  // HEAD has none.
  if (type?.startsWith("application/problem+json") !== true || body === "") return `(${type})`;
  return String((JSON.parse(body) as { readonly type: unknown }).type).replace("urn:furrow:problem:", "");
}

/** The first answer on a connection of its own; null: none came. */
function sent(port: number, bytes: Buffer): Promise<Answered | null> {
  return new Promise((done) => {
    const parts: Buffer[] = [];
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    const end = () => {
      socket.destroy();
      done(readAnswer(Buffer.concat(parts)));
    };
    socket.setTimeout(SILENCE_MS, end);
    socket.on("data", (part) => {
      parts.push(part);
      if (isWhole(Buffer.concat(parts))) end();
    });
    socket.on("close", end);
    // A server that has answered may cut the connection while we still send.
    socket.on("error", () => {});
  });
}

function isWhole(bytes: Buffer): boolean {
  const at = bytes.indexOf("\r\n\r\n");
  if (at < 0) return false;
  const head = bytes.subarray(0, at).toString("latin1");
  if (/^HTTP\/1\.1 (?:1\d\d|204|304)/.test(head)) return !/^HTTP\/1\.1 1/.test(head);
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  if (length !== undefined) return bytes.length >= at + 4 + Number(length);
  return bytes.subarray(-5).toString() === "0\r\n\r\n";
}

function readAnswer(bytes: Buffer): Answered | null {
  const at = bytes.indexOf("\r\n\r\n");
  const head = bytes.subarray(0, Math.max(0, at)).toString("latin1");
  const status = /^HTTP\/1\.1 (\d{3})/.exec(head)?.[1];
  if (status === undefined) return null;
  const type = /^content-type: (.*?)\s*$/im.exec(head)?.[1] ?? null;
  const rest = bytes.subarray(at + 4);
  return {
    status: Number(status),
    type,
    body: /^transfer-encoding: chunked/im.test(head) ? unchunked(rest) : rest.toString(),
  };
}

function unchunked(bytes: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const end = bytes.indexOf("\r\n", at);
    const size = Number.parseInt(bytes.subarray(at, end).toString("latin1"), 16);
    if (!(size > 0)) return Buffer.concat(parts).toString();
    parts.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
}
