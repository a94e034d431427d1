/**
 * The operator's door into a running server: a socket in the data folder that only its owner can open (mode 0600).
 * A line of JSON {"name", "args"} is answered by a line {"ok": true, "result"} or {"ok": false, "error"}; requests of one name
 * are answered one after another, whoever sends them.
 */
import { createHash } from "node:crypto";
import { chmodSync, lstatSync, mkdirSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join, resolve } from "node:path";
import { Problem, problems } from "../protocol/problem.ts";

export type { Control, Handler };
export { ControlError, callControl, openControl };

/** Throws a Problem, or an Error whose message may be shown to the operator. */
type Handler = (args: unknown) => Promise<unknown>;

interface Control {
  on(name: string, handler: Handler): void;
  close(): Promise<void>;
}

/** The socket cannot be had, no server answers, or it said no; the message is one sentence. */
class ControlError extends Error {
  override readonly name = "ControlError";
}

/** A path longer than this is refused by the system (108 bytes on Linux, 104 on macOS). */
const MAX_PATH = 100;
const MAX_LINE = 1 << 20;

/** @throws ControlError when the socket would lie where others can put theirs */
async function openControl(folder: string): Promise<Control> {
  const path = socketPath(folder);
  const handlers = new Map<string, Handler>();
  const sockets = new Set<Socket>();
  // Whoever holds the folder's lock owns this name: what lies here was left by a killed server.
  if (process.platform !== "win32") rmSync(path, { force: true });
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    void serve(socket, handlers);
  });
  const listening = new Promise<void>((done, fail) => server.once("error", fail).once("listening", done));
  // The socket comes into being within the call of listen, so nothing else is made under this mask.
  const mask = process.umask(0o177);
  server.listen(path);
  process.umask(mask);
  await listening;
  if (process.platform !== "win32") chmodSync(path, 0o600);
  return {
    on: (name, handler) => void handlers.set(name, oneAtATime(handler)),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

/** Asks the server that runs on `folder`. @throws ControlError */
async function callControl(folder: string, name: string, args: unknown): Promise<unknown> {
  const path = socketPath(folder);
  const socket = connect(path);
  try {
    await new Promise<void>((done, fail) => socket.once("connect", done).once("error", fail));
    socket.write(`${JSON.stringify({ name, args })}\n`);
    for await (const line of lines(socket)) {
      const answer = JSON.parse(line) as { ok: boolean; result?: unknown; error?: string };
      if (answer.ok) return answer.result;
      throw new ControlError(answer.error ?? "the server gave no reason");
    }
    throw new ControlError("The server ended before it answered.");
  } catch (cause) {
    if (cause instanceof ControlError) throw cause;
    throw new ControlError(`No Furrow server runs on ${resolve(folder)}: start it, or name its folder with --data.`, {
      cause,
    });
  } finally {
    socket.destroy();
  }
}

/** Two rebuilds at once would empty the index under each other. */
function oneAtATime(handler: Handler): Handler {
  let last: Promise<unknown> = Promise.resolve();
  return (args) => {
    const own = last.then(() => handler(args));
    last = own.catch(() => {});
    return own;
  };
}

async function serve(socket: Socket, handlers: ReadonlyMap<string, Handler>): Promise<void> {
  try {
    for await (const line of lines(socket)) socket.write(`${JSON.stringify(await answer(line, handlers))}\n`);
  } catch {
    socket.destroy();
  }
}

async function answer(line: string, handlers: ReadonlyMap<string, Handler>): Promise<unknown> {
  try {
    const { name, args } = JSON.parse(line) as { name?: unknown; args?: unknown };
    const handler = handlers.get(String(name));
    if (handler === undefined) throw new ControlError(`This server knows no "${String(name)}".`);
    return { ok: true, result: (await handler(args)) ?? null };
  } catch (cause) {
    if (cause instanceof Problem) {
      const place = cause.at === "" ? "" : `${cause.at}: `;
      return { ok: false, error: `${place}${cause.detail}. ${problems[cause.type].mend}` };
    }
    return { ok: false, error: cause instanceof Error ? cause.message : String(cause) };
  }
}

async function* lines(socket: Socket): AsyncGenerator<string> {
  let rest = "";
  socket.setEncoding("utf8");
  for await (const chunk of socket as AsyncIterable<string>) {
    rest += chunk;
    if (rest.length > MAX_LINE) throw new ControlError("The request is too long.");
    for (let end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n")) {
      yield rest.slice(0, end);
      rest = rest.slice(end + 1);
    }
  }
}

function socketPath(folder: string): string {
  const whole = resolve(folder);
  const name = createHash("sha256").update(whole).digest("hex").slice(0, 16);
  if (process.platform === "win32") return `\\\\.\\pipe\\furrow-${name}`;
  const path = join(whole, "control.sock");
  if (Buffer.byteLength(path) <= MAX_PATH) return path;
  return join(nearFolder(), `${name}.sock`);
}

/** A folder of this user's in the system's temporary one, where anybody may have made it before: such a one is not used. */
function nearFolder(): string {
  const { uid } = userInfo();
  const near = join(tmpdir(), `furrow-${uid}`);
  mkdirSync(near, { recursive: true, mode: 0o700 });
  const found = lstatSync(near);
  if (found.isDirectory() && found.uid === uid && (found.mode & 0o077) === 0) return near;
  throw new ControlError(
    `${near} is not a folder of yours alone (mode 0700): remove it, or choose a data folder with a path below ${MAX_PATH} bytes.`,
  );
}
