/**
 * A bad line between a phone and a server: a TCP proxy that delays, resets some connections at a random byte, and swallows some
 * answers after their request has arrived. It counts what went over it. One seed gives one row of misfortunes, in the order in
 * which connections and answers come.
 *
 * It reads no HTTP: browsers send one request at a time on a connection, so the phone's first bytes are a request, the server's
 * first bytes after them its answer, and so on in turns.
 */
import { createServer, connect, type Server, type Socket } from "node:net";

export type { BadLink, LinkCounts, LinkOptions };
export { openBadLink };

interface LinkOptions {
  /** Where the server listens, `http://127.0.0.1:port`. */
  readonly to: string;
  /** Each way, milliseconds. */
  readonly delayMs?: number;
  /** Share of connections that are reset at a random byte. */
  readonly resets?: number;
  /** Of requests instead: a browser keeps few connections for many of them, and each takes the risk. */
  readonly resetsPer?: "connection" | "request";
  /** Share of answers that are swallowed, with their connection, after the request has arrived. */
  readonly lost?: number;
  /** A swallowed answer leaves the line open and silent, instead of cutting it. */
  readonly silent?: boolean;
  readonly seed?: number;
}

interface LinkCounts {
  readonly connections: number;
  readonly requests: number;
  /** Bytes that went over the phone's side of the line, lost ones included. */
  readonly up: number;
  readonly down: number;
  readonly resets: number;
  readonly lost: number;
}

interface BadLink {
  /** `http://localhost:port`: a secure context, as the server's own address is. */
  readonly address: string;
  counts(): LinkCounts;
  /** Counts from now on. */
  restart(): void;
  /** Another line from now on; connections that stand are cut. */
  become(options: Partial<Omit<LinkOptions, "to" | "seed">>): void;
  /** No connection gets through until {@link mend}; those that stand are cut. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/** A reset comes within as many bytes of a connection from then on, both ways together: some whole pictures go through before it. */
const RESET_WITHIN = 400_000;

async function openBadLink(options: LinkOptions): Promise<BadLink> {
  const { to, seed = 1 } = options;
  const target = new URL(to);
  let line = { delayMs: 0, resets: 0, resetsPer: "connection", lost: 0, silent: false, ...options };
  let isCut = false;
  let counts = noCounts();
  const chance = seededChance(seed);
  const open = new Set<() => void>();

  const server = createServer((phone) => {
    phone.on("error", () => {});
    if (isCut) {
      phone.resetAndDestroy();
      return;
    }
    counts.connections++;
    open.add(carry(phone));
  });

  /** Carries one connection; the function given back cuts it. */
  function carry(phone: Socket): () => void {
    const { delayMs, resets, resetsPer, lost, silent } = line;
    const far = connect({ host: target.hostname, port: Number(target.port), noDelay: true });
    phone.setNoDelay(true);
    let left = Number.POSITIVE_INFINITY;
    const risk = (): void => {
      if (left === Number.POSITIVE_INFINITY && chance() < resets) left = Math.floor(chance() * RESET_WITHIN);
    };
    if (resetsPer === "connection") risk();
    let turn: "phone" | "server" = "server";
    let isSwallowing = false;
    let isProven = false;

    const cut = () => {
      if (!open.delete(cut)) return;
      phone.resetAndDestroy();
      far.destroy();
    };
    const reset = () => {
      if (open.has(cut)) counts.resets++;
      cut();
    };
    /** As many of the bytes as get through before the reset. */
    const through = (bytes: Buffer): Buffer => {
      const part = bytes.subarray(0, Math.max(0, Math.min(bytes.length, left)));
      left -= bytes.length;
      return part;
    };
    // A connection takes a way there and back before its first byte.
    const up = delayed(() => delayMs * (isProven ? 1 : 3));
    const down = delayed(() => delayMs);

    phone.on("data", (bytes: Buffer) => {
      const isNext = turn === "server";
      if (isNext && resetsPer === "request") risk();
      const part = through(bytes);
      counts.up += part.length;
      up(() => {
        if (part.length > 0) far.write(part);
        if (left < 0) reset();
      });
      turn = "phone";
      isProven = true;
      if (isNext) counts.requests++;
    });
    far.on("data", (bytes: Buffer) => {
      const isAnswer = turn === "phone";
      turn = "server";
      if (isAnswer && chance() < lost) {
        counts.lost++;
        isSwallowing = true;
        if (!silent) down(cut);
      }
      if (isSwallowing) return;
      const part = through(bytes);
      counts.down += part.length;
      down(() => {
        if (part.length > 0) phone.write(part);
        if (left < 0) reset();
      });
    });
    phone.on("error", () => up(cut));
    phone.on("close", () => up(cut));
    phone.on("end", () => up(() => far.end()));
    far.on("error", () => down(cut));
    far.on("close", () => down(cut));
    far.on("end", () => down(() => phone.end()));
    return cut;
  }

  const cutAll = () => {
    for (const cut of [...open]) cut();
  };
  const port = await listening(server);
  return {
    address: `http://localhost:${port}`,
    counts: () => ({ ...counts }),
    restart() {
      counts = noCounts();
    },
    become(change) {
      line = { ...line, ...change };
      cutAll();
    },
    cut() {
      isCut = true;
      cutAll();
    },
    mend() {
      isCut = false;
    },
    close() {
      cutAll();
      return new Promise((done, fail) => server.close((error) => (error ? fail(error) : done())));
    },
  };
}

/** Runs what it is handed after a while, in the order in which it came, though a later one had to wait less. */
function delayed(wait: () => number): (act: () => void) => void {
  const row: (() => void)[] = [];
  let dueMs = 0;
  return (act) => {
    row.push(act);
    const nowMs = performance.now();
    dueMs = Math.max(dueMs, nowMs + wait());
    setTimeout(() => row.shift()?.(), dueMs - nowMs);
  };
}

function noCounts() {
  return { connections: 0, requests: 0, up: 0, down: 0, resets: 0, lost: 0 };
}

/** Mulberry32: numbers from 0 up to 1, the same row for the same seed. */
function seededChance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function listening(server: Server): Promise<number> {
  return new Promise((done, fail) => {
    server.once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      done(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}
