/**
 * A small certificate authority of this machine's own (RFC 5280): one that phones are told to trust, and by it certificates for this server. Its power
 * is as small as can be: names that only exist inside a network, addresses that only exist there, no further authority (name constraints, §4.2.1.10).
 * By @peculiar/x509 and WebCrypto; touches no disk.
 */
import { createHash, randomBytes } from "node:crypto";
import { isIPv4, isIPv6 } from "node:net";
import type * as X509 from "@peculiar/x509";

export type { Authority, Pair, Place };
export { certify, isPrivate, makeAuthority, privatePlaces };

/** PEM: a certificate, and its private key (PKCS #8). */
interface Pair {
  readonly certificate: string;
  readonly key: string;
}

/** Whom a certificate is for. */
interface Place {
  readonly names: readonly string[];
  readonly addresses: readonly string[];
}

interface Authority extends Pair {
  /** SHA-256 of the certificate (DER), capital hex in pairs, as phones show it. */
  readonly fingerprint: string;
}

/** As WebCrypto's own types have it, in Node and in a browser alike. */
type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>;
type KeyPair = { readonly publicKey: Key; readonly privateKey: Key };

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const DAY_MS = 24 * 3_600_000;
const AUTHORITY_DAYS = 3_650;
/** iPhones take at most 825 of an authority that was installed by hand. */
const SERVER_DAYS = 397;
/** A phone's clock may be behind. */
const EARLIER_MS = DAY_MS;

/** Domains that no public name can be in (RFC 6761, 6762, 8375; ICANN's resolution on .internal), `lan` by custom. */
const DOMAINS = ["localhost", "local", "lan", "internal", "home.arpa"];
/** Networks that no public host is in: RFC 1918, 6598, 1122, 3927, 4193, 4291. */
const NETWORKS = [
  ...["100.64.0.0/10", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8"],
  ...["fc00::/7", "fe80::/10", "::1/128"],
];

/** @param host this machine's name in its network */
async function makeAuthority(host: string, nowMs: number): Promise<Authority> {
  const x509 = await loadX509();
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=Furrow ${plain(host)} ${randomBytes(3).toString("hex")}, O=Furrow (this machine's own)`,
    keys,
    ...validity(nowMs, AUTHORITY_DAYS),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, crypto),
      new x509.Extension("2.5.29.30", true, constraints([...DOMAINS, ...(isOwn(host) ? [host.toLowerCase()] : [])])),
    ],
  });
  const pem = pemOf(certificate);
  return { certificate: pem, key: await keyPem(keys), fingerprint: fingerprintOf(certificate.rawData) };
}

/** A certificate for a server at `place`, by `authority`. @throws Error where the authority's files are not a pair */
async function certify(authority: Pair, { names, addresses }: Place, nowMs: number): Promise<Pair> {
  const x509 = await loadX509();
  const issuer = new x509.X509Certificate(authority.certificate);
  const signingKey = await crypto.subtle.importKey("pkcs8", derOf(authority.key), ALGORITHM, false, ["sign"]);
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    subject: `CN=${names[0] ?? addresses[0] ?? "furrow"}`,
    issuer: issuer.subject,
    publicKey: keys.publicKey,
    signingKey,
    ...validity(nowMs, SERVER_DAYS),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        ...names.map((value) => ({ type: "dns" as const, value })),
        ...addresses.map((value) => ({ type: "ip" as const, value })),
      ]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, crypto),
      await x509.AuthorityKeyIdentifierExtension.create(issuer, false, crypto),
    ],
  });
  return { certificate: pemOf(certificate), key: await keyPem(keys) };
}

/** Those of a machine's names and addresses that its authority may speak for. */
function privatePlaces(host: string, addresses: readonly string[]): Place {
  const name = host.toLowerCase();
  const [first = ""] = name.split(".");
  const names = [name, ...(isLabel(first) ? [`${first}.local`] : [])].filter(
    (one) => isOwn(one) || DOMAINS.some((domain) => one.endsWith(`.${domain}`)),
  );
  return {
    names: [...new Set(["localhost", ...names])],
    addresses: [...new Set(["127.0.0.1", "::1", ...addresses.filter(isPrivate)])],
  };
}

function isPrivate(address: string): boolean {
  const bytes = isIPv4(address) || isIPv6(address) ? bytesOfAddress(address) : null;
  return (
    bytes !== null &&
    NETWORKS.some((network) => {
      const [base, mask] = networkBytes(network);
      return base.length === bytes.length && base.every((byte, n) => byte === ((bytes[n] ?? 0) & (mask[n] ?? 0)));
    })
  );
}

/**
 * @peculiar/x509 asks for its parts by tsyringe, which will not load without `reflect-metadata`, though none of these parts has anything in its
 * constructor that would be looked up there: so nothing is what is found.
 */
async function loadX509(): Promise<typeof X509> {
  const reflect = Reflect as unknown as Record<string, unknown>;
  reflect.getMetadata ??= () => undefined;
  reflect.getOwnMetadata ??= () => undefined;
  const x509 = await import("@peculiar/x509");
  x509.cryptoProvider.set(crypto);
  return x509;
}

async function newKeys(): Promise<KeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

function validity(nowMs: number, days: number) {
  const notBefore = new Date(nowMs - EARLIER_MS);
  // Sixteen bytes whose first bit is not set: a positive number, as RFC 5280 §4.1.2.2 wants it.
  const serial = randomBytes(16);
  serial[0] = (serial[0] ?? 0) & 0x7f;
  return {
    serialNumber: serial.toString("hex"),
    notBefore,
    notAfter: new Date(notBefore.getTime() + days * DAY_MS),
    signingAlgorithm: ALGORITHM,
  };
}

function pemOf(certificate: X509.X509Certificate): string {
  return `${certificate.toString("pem")}\n`;
}

async function keyPem({ privateKey }: KeyPair): Promise<string> {
  const der = Buffer.from(await crypto.subtle.exportKey("pkcs8", privateKey));
  const lines = der.toString("base64").replace(/.{64}(?=.)/g, "$&\n");
  return `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`;
}

function derOf(pem: string): Buffer<ArrayBuffer> {
  return Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ""), "base64");
}

function fingerprintOf(der: ArrayBuffer): string {
  const hex = createHash("sha256").update(new Uint8Array(der)).digest("hex").toUpperCase();
  return hex.replace(/..(?=.)/g, "$&:");
}

/** A name of one part, as machines in a network have. */
function isLabel(text: string): boolean {
  return /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.test(text);
}

/**
 * A label that is no public domain: those are letters alone (RFC 3696 §2) or `xn--…`. Of a machine called `dev` the authority could else speak for all
 * names that end so.
 */
function isOwn(text: string): boolean {
  return isLabel(text) && /[0-9-]/.test(text) && !/^xn--/i.test(text);
}

/** Into a distinguished name go no signs that mean something there. */
function plain(text: string): string {
  return text.replace(/[^A-Za-z0-9.-]/g, "").slice(0, 40) || "server";
}

/** NameConstraints ::= SEQUENCE { permittedSubtrees [0] GeneralSubtrees }, DER. */
function constraints(domains: readonly string[]): Uint8Array<ArrayBuffer> {
  const names = domains.map((domain) => der(0x30, der(0x82, Buffer.from(domain, "ascii"))));
  const networks = NETWORKS.map((network) =>
    der(0x30, der(0x87, Buffer.concat(networkBytes(network).map(Buffer.from)))),
  );
  return new Uint8Array(der(0x30, der(0xa0, Buffer.concat([...names, ...networks]))));
}

/** Tag, length (X.690 §8.1.3), content. */
function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

/** `10.0.0.0/8` → its first address and its mask. */
function networkBytes(network: string): readonly [number[], number[]] {
  const [address = "", bits = "0"] = network.split("/");
  const base = bytesOfAddress(address);
  const mask = base.map((_, n) => 0xff & ~(0xff >> Math.max(0, Math.min(8, Number(bits) - 8 * n))));
  return [base, mask];
}

function bytesOfAddress(address: string): number[] {
  if (isIPv4(address)) return address.split(".").map(Number);
  const [head = "", tail] = (address.split("%")[0] ?? "").split("::");
  const groups = (text: string | undefined) => (text === undefined || text === "" ? [] : text.split(":"));
  const [first, last] = [groups(head), groups(tail)];
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - first.length - last.length }, () => "0");
  return [...first, ...zeros, ...last].flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}
