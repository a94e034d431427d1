/**
 * Mends a package-lock.json so that `npm ci` works on every platform and under every Node ≥ 20 (docs/surprises.md).
 * Pure: asks no registry. A native package's platform is read from its name (`…-linux-arm64-musl`).
 *
 * Two traps. Under Node 20 npm silently leaves out an optional package whose `engines` ask for more, and those are the
 * native binaries; our scripts run under the Node of node_modules, so the wish is met all the same. And a lock made on
 * one platform lacks the other platforms' packages, which `npm ci` there refuses (`EUSAGE … Missing`).
 */

export type { Lock, LockEntry, Platform };
export { mendLock, missingOptional, platformOf };

interface LockEntry {
  version?: string;
  optional?: boolean;
  hasInstallScript?: boolean;
  engines?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  [key: string]: unknown;
}

interface Lock {
  packages: Record<string, LockEntry>;
  [key: string]: unknown;
}

/** On which machines a package may be installed, in package.json's own words. */
interface Platform {
  readonly os: readonly string[];
  readonly cpu: readonly string[];
  readonly libc?: readonly string[];
}

/** Not optional itself, but the loader of optional binaries: with `engines` npm skips the binaries with it. */
const LOADERS = ["node_modules/@nomicfoundation/edr"];

const SYSTEMS = ["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32"];
/** Words that some packages use for what npm calls otherwise. */
const SYNONYMS: Readonly<Record<string, string>> = { amd64: "x64", windows: "win32" };
const PROCESSORS = ["arm", "arm64", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "x64"];

/** Optional dependencies that some entry names and that no folder npm would look into has, as name → exact version. */
function missingOptional(lock: Lock): Map<string, string> {
  const missing = new Map<string, string>();
  for (const [place, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (!isInstalled(lock, place, name)) missing.set(name, version);
    }
  }
  return missing;
}

/** The mended lock; a mended one comes back equal. Throws where a missing package's name tells no platform. */
function mendLock(lock: Lock): Lock {
  const packages: Record<string, LockEntry> = {};
  for (const [place, entry] of Object.entries(lock.packages)) {
    const { engines, ...rest } = entry;
    const hides = entry.optional === true || LOADERS.includes(place);
    packages[place] = hides || engines === undefined ? rest : entry;
  }

  const family = Object.values(lock.packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
  for (const [name, version] of missingOptional(lock)) {
    packages[`node_modules/${name}`] = { version, ...platformOf(name, family), optional: true };
  }

  // npm's own order: a lock that npm writes again differs only where a dependency changed.
  const places = Object.keys(packages).sort((a, b) => a.localeCompare(b, "en"));
  return { ...lock, packages: Object.fromEntries(places.map((place) => [place, packages[place] ?? {}])) };
}

/** `"@x/y-linux-x64-musl"` → os, cpu, libc. `family`: names among which a `-musl` twin makes a plain name glibc's. */
function platformOf(name: string, family: readonly string[]): Platform {
  const words = name.split(/[-/]/).map((word) => SYNONYMS[word] ?? word);
  const os = SYSTEMS.find((system) => words.includes(system));
  const cpu = PROCESSORS.find((processor) => words.includes(processor));
  if (os === undefined || cpu === undefined) throw new Error(`${name} tells no platform: add it to the lock by hand`);

  if (words.includes("musl")) return { os: [os], cpu: [cpu], libc: ["musl"] };
  const isGlibc = words.includes("gnu") || family.includes(`${name}-musl`);
  return isGlibc ? { os: [os], cpu: [cpu], libc: ["glibc"] } : { os: [os], cpu: [cpu] };
}

/** Looks where Node would: beside the dependant, then in each folder above it. */
function isInstalled(lock: Lock, dependant: string, name: string): boolean {
  let place = dependant;
  for (;;) {
    const candidate = place === "" ? `node_modules/${name}` : `${place}/node_modules/${name}`;
    if (lock.packages[candidate] !== undefined) return true;
    if (place === "") return false;
    const cut = place.lastIndexOf("/node_modules/");
    place = cut === -1 ? "" : place.slice(0, cut);
  }
}
