/**
 * A phone as the ledger sees it: a real P-256 key that signs batches (docs/ledger.md §3, §4, §6). It writes its bytes by itself,
 * not by `protocol`, so that the contracts' tests are a second reading of the specification.
 */
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { p256 } from "@noble/curves/nist.js";

export type { Entry, Group, Header, Hex, Key, Signed };
export { entry, fixedKey, freshKey, HALF_ORDER, hex, ORDER, Phone, sha256, u };

type Hex = `0x${string}`;

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const HALF_ORDER = ORDER / 2n;
const ZERO: Hex = `0x${"00".repeat(32)}`;

/** One that signs raw r ‖ s; s may be high. */
interface Key {
  readonly x: Hex;
  readonly y: Hex;
  sign(message: Buffer): Buffer;
}

interface Entry {
  readonly kind: number;
  readonly args: Buffer;
  readonly content: Hex;
  readonly occurredAtS: number;
  /** What the entry says of its length, where a test lies about it. */
  readonly length?: number;
}

interface Group {
  readonly subject: Hex;
  readonly entries: readonly Entry[];
  readonly length?: number;
}

interface Header {
  readonly version: number;
  readonly chainId: bigint;
  readonly ledger: Hex;
  readonly recorder: Hex;
  readonly nonce: bigint;
  readonly seen: Hex;
}

interface Signed {
  readonly bytes: Hex;
  readonly hash: Hex;
  readonly nonce: bigint;
  readonly groups: readonly Buffer[];
}

/** A key as a phone makes it: new each time, signed by OpenSSL. */
function freshKey(): Key {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  return {
    x: hex(Buffer.from(x, "base64url")),
    y: hex(Buffer.from(y, "base64url")),
    sign: (message) => sign("sha256", message, { key: privateKey, dsaEncoding: "ieee-p1363" }),
  };
}

/** The same key and signatures in every run (RFC 6979), so that gas can be compared to the unit. */
function fixedKey(name: string): Key {
  const secret = sha256(Buffer.from(name));
  const point = Buffer.from(p256.getPublicKey(secret, false));
  return {
    x: hex(point.subarray(1, 33)),
    y: hex(point.subarray(33)),
    sign: (message) => Buffer.from(p256.sign(message, secret)),
  };
}

class Phone {
  readonly key: Key;
  readonly recorder: Hex;
  readonly #home: { readonly chainId: bigint; readonly ledger: Hex };
  #next = 0n;

  constructor(home: { readonly chainId: bigint; readonly ledger: Hex }, key: Key = freshKey()) {
    this.key = key;
    this.recorder = hex(sha256(bytes(key.x), bytes(key.y)).subarray(0, 20));
    this.#home = home;
  }

  /** The next nonce of this phone. */
  take(): bigint {
    return this.#next++;
  }

  /** Name of the subject that the batch `nonce` makes under `index`. */
  newId(nonce: bigint, index = 0): Hex {
    return hex(sha256(bytes(this.recorder), u(8, nonce), u(2, index)));
  }

  /** A batch as it is sent. `header` overrides single fields; `signature` makes one of the digest's own. */
  batch(
    groups: readonly Group[],
    header: Partial<Header> = {},
    signature = (message: Buffer): Buffer => lowS(this.key.sign(message)),
  ): Signed {
    const nonce = header.nonce ?? this.take();
    const head = { version: 1, ...this.#home, recorder: this.recorder, seen: ZERO, ...header, nonce };
    const headBytes = Buffer.concat([
      u(1, head.version),
      u(8, head.chainId),
      bytes(head.ledger),
      bytes(head.recorder),
      u(8, nonce),
      bytes(head.seen),
    ]);
    const parts = groups.map(groupBytes);
    const message = Buffer.concat([headBytes, rootOf(parts.map((part) => sha256(Buffer.of(0), part)))]);
    return {
      bytes: hex(Buffer.concat([headBytes, ...parts, signature(message)])),
      hash: hex(sha256(message)),
      nonce,
      groups: parts,
    };
  }
}

/** Entries by kind; ids as hex, amounts in thousandths. */
const entry = {
  enrol: (flags: number, { x, y }: { x: Hex; y: Hex }) => make(1, u(1, flags), bytes(x), bytes(y)),
  expel: (recorder: Hex) => make(2, bytes(recorder)),
  product: ({ index = 0, unit = 1, net = 0n, loss = 0 } = {}) =>
    make(8, u(2, index), u(1, unit), u(5, net), u(2, loss)),
  member: ({ index = 0, number = 1n } = {}) => make(9, u(2, index), u(5, number)),
  plot: ({ index = 0, level = 0, area = 10_000_000n } = {}) => make(16, u(2, index), u(1, level), u(5, area)),
  site: ({ index = 0, level = 1, number = 0n } = {}) => make(17, u(2, index), u(1, level), u(5, number)),
  origin: ({ index = 0, product, amount }: { index?: number; product: Hex; amount: bigint }) =>
    make(24, u(2, index), bytes(product), u(5, amount)),
  plant: (of: { index?: number; plot: Hex; product: Hex; area: bigint; cap: bigint }) =>
    make(25, u(2, of.index ?? 0), bytes(of.plot), bytes(of.product), u(5, of.area), u(5, of.cap)),
  grow: () => make(32),
  sense: () => make(33),
  note: () => make(34),
  test: () => make(40),
  inspect: () => make(41),
  attest: () => make(42),
  harvest: (plantings: readonly (readonly [Hex, bigint])[], { index = 0 } = {}) =>
    make(56, u(2, index), u(1, plantings.length), ...plantings.flatMap(pair)),
  transform: (
    ins: readonly (readonly [Hex, bigint])[],
    outs: readonly (readonly [Hex, bigint])[],
    { index = 0, step = 1 } = {},
  ) =>
    make(57, u(2, index), u(1, step), u(1, ins.length), ...ins.flatMap(pair), u(1, outs.length), ...outs.flatMap(pair)),
  /** Of a planting `plot` is its plot. */
  discard: ({ reason = 1, amount, plot = ZERO }: { reason?: number; amount: bigint; plot?: Hex }) =>
    make(58, u(1, reason), u(5, amount), bytes(plot)),
  ship: (of: { index?: number; lot: Hex; packed?: number; amount: bigint; to: number; carrier?: number }) =>
    make(
      64,
      u(2, of.index ?? 0),
      bytes(of.lot),
      u(1, of.packed ?? 0),
      u(5, of.amount),
      u(3, of.to),
      u(3, of.carrier ?? 0),
    ),
  receive: (amount: bigint) => make(65, u(5, amount)),
  refuse: (lot: Hex) => make(66, bytes(lot)),
  withdraw: (lot: Hex) => make(67, bytes(lot)),
  label: (of: { index?: number; lot: Hex; certificate?: Hex; count: bigint; root?: Hex }) =>
    make(
      88,
      u(2, of.index ?? 0),
      bytes(of.lot),
      bytes(of.certificate ?? ZERO),
      u(5, of.count),
      bytes(of.root ?? hex(sha256(Buffer.from("serials")))),
    ),
  certify: (of: {
    index?: number;
    application?: Hex;
    beneficiary: number;
    from?: number;
    until?: number;
    unit?: number;
    volume?: bigint;
    scope: readonly Hex[];
  }) =>
    make(
      73,
      u(2, of.index ?? 0),
      bytes(of.application ?? ZERO),
      u(3, of.beneficiary),
      u(5, of.from ?? 1_750_000_000),
      u(5, of.until ?? 1_790_000_000),
      u(1, of.unit ?? 0),
      u(5, of.volume ?? 0n),
      u(1, of.scope.length),
      ...of.scope.map(bytes),
    ),
  apply: (of: { index?: number; certifier: number; unit?: number; volume?: bigint; scope: readonly Hex[] }) =>
    make(
      72,
      u(2, of.index ?? 0),
      u(3, of.certifier),
      u(1, of.unit ?? 0),
      u(5, of.volume ?? 0n),
      u(1, of.scope.length),
      ...of.scope.map(bytes),
    ),
  suspend: () => make(74),
  lift: () => make(75),
  revoke: () => make(76),
  promise: (amount: bigint) => make(80, u(5, amount)),
  /** Ranges of labels by their place in the run: the first, and how many. */
  void: (of: { reason?: number; lot: Hex; certificate?: Hex; ranges: readonly (readonly [bigint, bigint])[] }) =>
    make(
      89,
      u(1, of.reason ?? 1),
      bytes(of.lot),
      bytes(of.certificate ?? ZERO),
      u(1, of.ranges.length),
      ...of.ranges.flatMap(([first, number]) => [u(5, first), u(5, number)]),
    ),
  recall: ({
    capacity = 1,
    drill = 0,
    certificate = ZERO,
  }: { capacity?: number; drill?: number; certificate?: Hex } = {}) =>
    make(96, u(1, capacity), u(1, drill), bytes(certificate)),
  release: (capacity = 1) => make(97, u(1, capacity)),
  acknowledge: (seq: number, recalled = ZERO) => make(98, bytes(recalled), u(4, seq)),
  dispute: (of: { seq?: number; entry?: number; named: Hex }) =>
    make(48, u(4, of.seq ?? 1), u(2, of.entry ?? 0), bytes(of.named)),
  answer: (seq = 1) => make(49, u(4, seq)),
  /** Differences in thousandths; both 0: text alone. */
  correct: ({
    seq = 1,
    entry: number = 0,
    reason = 1,
    own = 0n,
    other = ZERO,
    others = 0n,
  }: {
    seq?: number;
    entry?: number;
    reason?: number;
    own?: bigint;
    other?: Hex;
    others?: bigint;
  } = {}) => make(104, u(4, seq), u(2, number), u(1, reason), i64(own), bytes(other), i64(others)),
  any: (kind: number, ...parts: Buffer[]) => make(kind, ...parts),
};

function make(kind: number, ...parts: Buffer[]): Entry {
  return { kind, args: Buffer.concat(parts), content: hex(sha256(Buffer.of(kind))), occurredAtS: 1_760_000_000 };
}

function pair([id, amount]: readonly [Hex, bigint]): Buffer[] {
  return [bytes(id), u(5, amount)];
}

function groupBytes({ subject, entries, length }: Group): Buffer {
  const inner = Buffer.concat(
    entries.map(({ kind, args, content, occurredAtS, length: told }) =>
      Buffer.concat([u(1, kind), u(5, occurredAtS), bytes(content), u(2, told ?? args.length), args]),
    ),
  );
  return Buffer.concat([bytes(subject), u(4, length ?? inner.length), inner]);
}

/** RFC 6962: split at the largest power of two below the number of leaves. */
function rootOf(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (leaves.length <= 1) return only ?? Buffer.alloc(32);
  const half = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return sha256(Buffer.of(1), rootOf(leaves.slice(0, half)), rootOf(leaves.slice(half)));
}

function lowS(signature: Buffer): Buffer {
  const s = BigInt(hex(signature.subarray(32)));
  return s > HALF_ORDER ? Buffer.concat([signature.subarray(0, 32), u(32, ORDER - s)]) : signature;
}

/** Big-endian. */
function u(width: number, value: number | bigint): Buffer {
  return bytes(`0x${value.toString(16).padStart(2 * width, "0")}`);
}

/** Two's complement. */
function i64(value: bigint): Buffer {
  return u(8, BigInt.asUintN(64, value));
}

function bytes(value: Hex): Buffer {
  return Buffer.from(value.slice(2), "hex");
}

function hex(value: Uint8Array): Hex {
  return `0x${Buffer.from(value).toString("hex")}`;
}

function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}
