/**
 * The HTTP port: taken at once, so that a port in use is known before anything else is done; answers "starting" until it is
 * given an app. Ends cleanly: requests in hand are answered, idle connections are dropped.
 */
import type { RequestListener } from "node:http";
import { networkInterfaces } from "node:os";
import { isPrivate, type Pair } from "./authority.ts";
import { problemBody } from "./http/problem.ts";
import { refuseConnect, refuseUnread } from "./http/unread.ts";
import { oneFaced, twoFaced } from "./two-faced.ts";

export type { Listener };
export { ListenError, lanAddresses, listen };

/** The port cannot be had; the message is one sentence for the operator. */
class ListenError extends Error {
  override readonly name = "ListenError";
}

interface Listener {
  readonly port: number;
  /** `http://localhost:…` (`https`, where it speaks TLS), or the address that it was told to listen on. */
  readonly address: string;
  /** Where a phone in the same network finds it; null when it listens on this machine alone, or there is no network. */
  readonly lanAddress: string | null;
  serve(app: RequestListener): void;
  /** The certificate from now on. Plain HTTP has no use for it. */
  secure(pair: Pair): void;
  close(): Promise<void>;
}

/** A request that takes longer to end than this is cut when the server stops. */
const GRACE_MS = 3_000;

/** A sentence for who opened a page, a problem for programs. */
const starting: RequestListener = (request, response) => {
  const isPage = request.headers.accept?.includes("text/html") === true;
  response.writeHead(503, {
    "content-type": isPage ? "text/plain; charset=utf-8" : "application/problem+json; charset=utf-8",
    "retry-after": "2",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "access-control-allow-origin": "*",
  });
  if (isPage) response.end("Furrow is starting. 正在启动。\n");
  else response.end(JSON.stringify(problemBody("starting", "", "its folder and its chain are being opened")));
};

/** @param protocol https: TLS, and beside it plain HTTP on the same port; nothing is answered by TLS before {@link Listener.secure} */
async function listen(host: string, port: number, protocol: "http" | "https" = "http"): Promise<Listener> {
  let handler = starting;
  let isClosing = false;
  const answer: RequestListener = (request, response) => {
    // A connection that was busy when the server began to close is idle after this answer, and held open by nobody.
    response.once("close", () => {
      if (isClosing) setImmediate(() => faces.closeIdle());
    });
    handler(request, response);
  };
  // Node would answer a request without Host, or with an unknown Expect, by itself, and not with a problem.
  const options = { requireHostHeader: false };
  const faces = protocol === "https" ? twoFaced(options, answer) : oneFaced(options, answer);
  const { door } = faces;
  for (const one of faces.servers) {
    one.on("clientError", refuseUnread).on("connect", refuseConnect);
    one.on("checkExpectation", (request, response) => handler(request, response));
  }
  // Without a host Node takes every interface, IPv6 where there is any: `::` alone fails on a machine without it.
  const where = host === "::" ? { port } : { host, port };
  await new Promise<void>((done, fail) => {
    door.once("error", (cause) => fail(new ListenError(sentence(cause, host, port), { cause })));
    door.listen(where, done);
  });
  const address = door.address();
  const bound = typeof address === "object" && address !== null ? address.port : port;
  const isEverywhere = host === "::" || host === "0.0.0.0";
  const name =
    isEverywhere || host === "127.0.0.1" || host === "::1" ? "localhost" : host.includes(":") ? `[${host}]` : host;
  const lan = isEverywhere ? lanHost(protocol) : null;
  return {
    port: bound,
    address: `${protocol}://${name}:${bound}`,
    lanAddress: lan === null ? null : `${protocol}://${lan}:${bound}`,
    secure: (pair) => faces.secure(pair),
    serve(app) {
      handler = app;
    },
    async close() {
      isClosing = true;
      const closed = new Promise<void>((done) => door.close(() => done()));
      faces.closeIdle();
      const cut = setTimeout(() => faces.closeAll(), GRACE_MS);
      await closed;
      clearTimeout(cut);
    },
  };
}

function sentence(cause: Error, host: string, port: number): string {
  const code = "code" in cause ? cause.code : null;
  if (code === "EADDRINUSE")
    return `Port ${port} is taken: stop what uses it, or choose another with --port (0 picks a free one).`;
  if (code === "EACCES") return `Port ${port} may not be opened by this user: choose one above 1023 with --port.`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
    return `${host} is not an address of this machine: choose another with --host.`;
  return `Port ${port} of ${host} cannot be opened: ${cause.message}.`;
}

/** By https none but those for which this machine certifies itself. */
function lanHost(protocol: "http" | "https"): string | null {
  const found = outward().find(
    ({ family, address }) => family === "IPv4" && (protocol === "http" || isPrivate(address)),
  );
  return found?.address ?? null;
}

/** All of this machine's addresses in its networks, as they are now. */
function lanAddresses(): readonly string[] {
  // One of a single line (IPv6 link-local) is no address that a browser takes.
  return outward().flatMap(({ address, scopeid }) => (scopeid === undefined || scopeid === 0 ? [address] : []));
}

function outward() {
  return Object.values(networkInterfaces())
    .flatMap((some) => some ?? [])
    .filter(({ internal }) => !internal);
}
