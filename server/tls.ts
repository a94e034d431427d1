/**
 * `<data>/tls`: this machine's own authority, which phones are told to trust, and the server's certificate by it, made anew when it runs out or the
 * machine gets another address.
 *
 *   ca.crt ca.key          made once: phones that trust it would have to install another one by hand
 *   server.crt server.key  made as often as needed
 *
 * Keys are readable by the owner alone.
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { join } from "node:path";
import { type Authority, certify, makeAuthority, type Pair, type Place } from "./authority.ts";
import { FolderError } from "./folder.ts";

export type { Tls };
export { openTls };

interface TlsParts {
  readonly folder: string;
  /** This machine's name. */
  readonly host: string;
  /** Whom the certificate is to be for, now. */
  readonly place: () => Place;
  readonly nowMs: () => number;
  readonly log: (line: string) => void;
  readonly logError: (line: string, cause: unknown) => void;
}

interface Tls {
  readonly authority: Pick<Authority, "certificate" | "fingerprint">;
  readonly pair: Pair;
  /** Looks now whether another certificate is needed. */
  look(): Promise<void>;
  /** Told of each further certificate. */
  onRenewed(use: (pair: Pair) => void): void;
  close(): void;
}

const LOOK_MS = 60_000;
/** It is made anew so long before it ends: a server may run for months. */
const RENEW_MS = 30 * 24 * 3_600_000;

/** @throws FolderError when the authority's files cannot be used */
async function openTls({ folder, host, place, nowMs, log, logError }: TlsParts): Promise<Tls> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = (name: string) => join(folder, name);
  const authority = readAuthority(folder) ?? (await newAuthority());
  const kept = readPair(file("server.crt"), file("server.key"));
  let pair = kept !== null && serves(kept, authority, place(), nowMs()) ? kept : await renew();
  let use: (pair: Pair) => void = () => {};

  async function newAuthority(): Promise<Authority> {
    const made = await makeAuthority(host, nowMs());
    // The certificate last: without it the next start makes both anew.
    await writeWhole(file("ca.key"), made.key);
    await writeWhole(file("ca.crt"), made.certificate);
    log(`made this machine's own certificate authority in ${folder}`);
    return made;
  }

  async function renew(): Promise<Pair> {
    const wanted = place();
    const made = await certify(authority, wanted, nowMs());
    await writeWhole(file("server.key"), made.key);
    await writeWhole(file("server.crt"), made.certificate);
    log(`made a certificate for ${[...wanted.names, ...wanted.addresses].join(", ")}`);
    return made;
  }

  async function look(): Promise<void> {
    if (serves(pair, authority, place(), nowMs())) return;
    pair = await renew();
    use(pair);
  }

  const timer = setInterval(() => {
    look().catch((cause: unknown) => logError("the server's certificate could not be renewed", cause));
  }, LOOK_MS);
  timer.unref();
  return {
    authority,
    get pair() {
      return pair;
    },
    look,
    onRenewed(told) {
      use = told;
    },
    close: () => clearInterval(timer),
  };
}

function readAuthority(folder: string): Authority | null {
  const path = join(folder, "ca.crt");
  if (!existsSync(path)) return null;
  const pair = readPair(path, join(folder, "ca.key"));
  if (pair === null)
    throw new FolderError(
      `${folder} is damaged: restore it from a backup, or delete it, and phones install the new certificate again.`,
    );
  return { ...pair, fingerprint: new X509Certificate(pair.certificate).fingerprint256 };
}

/** Null: not there, or not readable as what it should be. */
function readPair(certificatePath: string, keyPath: string): Pair | null {
  try {
    const pair = { certificate: readFileSync(certificatePath, "utf8"), key: readFileSync(keyPath, "utf8") };
    return new X509Certificate(pair.certificate).checkPrivateKey(createPrivateKey(pair.key)) ? pair : null;
  } catch {
    return null;
  }
}

/** Whether it is the authority's, in date for a while, and for all of `place`. */
function serves(pair: Pair, authority: Authority | Pair, { names, addresses }: Place, nowMs: number): boolean {
  const certificate = new X509Certificate(pair.certificate);
  const isOurs = certificate.verify(new X509Certificate(authority.certificate).publicKey);
  const isInDate = certificate.validFromDate.getTime() <= nowMs && certificate.validToDate.getTime() - nowMs > RENEW_MS;
  const isForAll =
    names.every((name) => certificate.checkHost(name) !== undefined) &&
    addresses.every((address) => certificate.checkIP(address) !== undefined);
  return isOurs && isInDate && isForAll;
}

/** After a crash it is the old file, the new one, or none. */
async function writeWhole(path: string, text: string): Promise<void> {
  const file = await open(`${path}.new`, "w", 0o600);
  await file.writeFile(`${text.trimEnd()}\n`);
  await file.sync();
  await file.close();
  await rename(`${path}.new`, path);
}
