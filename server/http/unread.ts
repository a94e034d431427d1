/**
 * Answers to what Node itself cannot read as a request, and so never hands to the app: problems like all others.
 */
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { Problem, problems } from "../../protocol/problem.ts";
import { problemBody } from "./problem.ts";

export { refuseConnect, refuseUnread };

/** For a server's `clientError`: the bytes are no request, too many, or did not come in time. */
function refuseUnread(cause: NodeJS.ErrnoException, socket: Duplex): void {
  // Whoever is gone reads no answer; what has an answer already gets no second one.
  if (cause.code === "ECONNRESET" || !socket.writable || hasAnswered(socket)) {
    socket.destroy();
    return;
  }
  write(socket, problemOf(cause));
}

/** For a server's `connect`: it is no proxy. */
function refuseConnect(_request: unknown, socket: Duplex): void {
  write(socket, new Problem("method-not-allowed", "", "CONNECT is for proxies"));
}

function problemOf({ code, message }: NodeJS.ErrnoException): Problem {
  if (code === "HPE_HEADER_OVERFLOW") return new Problem("headers-too-large", "", "the limit is 16 KiB");
  if (code === "ERR_HTTP_REQUEST_TIMEOUT")
    return new Problem("request-late", "", "the request did not come whole in time");
  return new Problem("request-invalid", "", `not an HTTP request: ${message.replace(/^Parse Error: /, "")}`);
}

/** Node keeps the answer in hand at its socket. */
function hasAnswered(socket: Duplex): boolean {
  return (
    "_httpMessage" in socket && (socket._httpMessage as { readonly headersSent?: boolean } | null)?.headersSent === true
  );
}

function write(socket: Duplex, { type, at, detail }: Problem): void {
  const { status } = problems[type];
  const body = Buffer.from(JSON.stringify(problemBody(type, at, detail)));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Content-Type: application/problem+json; charset=utf-8",
    `Content-Length: ${body.length}`,
    "Cache-Control: no-store",
    "X-Content-Type-Options: nosniff",
    "Connection: close",
  ];
  socket.end(Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), body]));
}
