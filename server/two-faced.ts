/**
 * One port for both: who begins with a TLS handshake (its first byte is 22, RFC 8446 §5.1) gets TLS, who begins with anything else plain HTTP. So whoever
 * types the address without `https` is led on, and a phone that trusts nobody here yet can fetch what it has to trust.
 */
import {
  createServer as createPlain,
  type RequestListener,
  type Server as HttpServer,
  type ServerOptions,
} from "node:http";
import { createServer as createSecure } from "node:https";
import { createServer as createDoor, type Server as Door, type Socket } from "node:net";
import type { Pair } from "./authority.ts";

export type { Faces };
export { oneFaced, twoFaced };

interface Faces {
  /** What listens. */
  readonly door: Door;
  /** What answers. */
  readonly servers: readonly HttpServer[];
  /** The certificate from now on; without one no handshake succeeds. Plain HTTP has no use for it. */
  secure(pair: Pair): void;
  /** Ends connections on which nothing is under way. */
  closeIdle(): void;
  closeAll(): void;
}

const HANDSHAKE = 22;
/** Who has said nothing by then is not waited for. */
const SILENT_MS = 10_000;

/** Plain HTTP alone. */
function oneFaced(options: ServerOptions, answer: RequestListener): Faces {
  const server = createPlain(options, answer);
  return {
    door: server,
    servers: [server],
    secure() {},
    closeIdle: () => server.closeIdleConnections(),
    closeAll: () => server.closeAllConnections(),
  };
}

function twoFaced(options: ServerOptions, answer: RequestListener): Faces {
  const plain = createPlain(options, answer);
  const secure = createSecure(options, answer);
  const servers = [plain, secure];
  const all = new Set<Socket>();
  const silent = new Set<Socket>();
  const door = createDoor((socket) => {
    all.add(socket);
    silent.add(socket);
    socket.once("close", () => {
      all.delete(socket);
      silent.delete(socket);
    });
    socket.on("error", () => socket.destroy());
    const late = setTimeout(() => socket.destroy(), SILENT_MS);
    socket.once("close", () => clearTimeout(late));
    socket.once("data", (first: Buffer) => {
      clearTimeout(late);
      silent.delete(socket);
      socket.pause();
      socket.unshift(first);
      hand(socket, first[0] === HANDSHAKE ? secure : plain);
    });
  });
  door.once("close", () => {
    for (const server of servers) server.close();
  });
  // Neither of them listens; told that it does, it looks after its connections' limits of time.
  for (const server of servers) server.emit("listening");
  return {
    door,
    servers,
    secure: ({ certificate, key }) => secure.setSecureContext({ cert: certificate, key, minVersion: "TLSv1.2" }),
    closeIdle() {
      for (const socket of silent) socket.destroy();
      for (const server of servers) server.closeIdleConnections();
    },
    closeAll() {
      for (const socket of all) socket.destroy();
    },
  };
}

function hand(socket: Socket, server: HttpServer): void {
  server.emit("connection", socket);
  // A server of TLS reads from below; one of plain HTTP waits for what was put back.
  process.nextTick(() => socket.resume());
}
