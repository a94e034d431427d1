/**
 * A real Chromium for tests and pictures: the one inside the npm package @sparticuz/chromium, or the system's.
 * That package unpacks its libraries only on a cloud function, so this file unpacks them, once a machine, into a folder
 * of the user under the system's temp folder. Text is drawn with the fonts of the package and of scan-web/ui/fonts
 * alone, so a picture is the same everywhere, Chinese included.
 */
import { execFileSync } from "node:child_process";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { chmod, lstat, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync, createBrotliDecompress } from "node:zlib";
import { type Browser, chromium } from "playwright-core";

export { launchBrowser };

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--font-render-hinting=none",
];

const SYSTEM_NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];
const PACKED = join(dirname(fileURLToPath(import.meta.resolve("@sparticuz/chromium"))), "../bin");
/** Where the system has none, as on Windows; there the temp folder is the user's own. */
const NO_UID = -1;
/** The package's program is built for this one platform. */
const HAS_PACKED = process.platform === "linux" && process.arch === "x64";
const FONTS = join(import.meta.dirname, "../../scan-web/ui/fonts");

/** Further flags: a microphone that is not there, for one. The caller closes it. Throws one sentence naming what to install where there is no Chromium. */
async function launchBrowser(...flags: readonly string[]): Promise<Browser> {
  const home = await unpackedHome();
  const executablePath = HAS_PACKED ? join(home, "chromium") : systemChromium();
  if (executablePath === undefined) {
    throw new Error(
      "There is no Chromium here for the tests: install the system's package `chromium` (or Google Chrome).",
    );
  }
  const libraries = [join(home, "lib"), process.env.LD_LIBRARY_PATH].filter(Boolean).join(":");
  return await chromium.launch({
    executablePath,
    args: [...FLAGS, ...flags],
    env: {
      ...process.env,
      FONTCONFIG_FILE: join(home, "fonts.conf"),
      ...(HAS_PACKED ? { LD_LIBRARY_PATH: libraries } : {}),
    },
  });
}

/** The folder with chromium, lib, fonts and fonts.conf; made whole under another name and then renamed into place. */
async function unpackedHome(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(PACKED, "../package.json"), "utf8")) as { version: string };
  const uid = process.getuid?.() ?? NO_UID;
  const home = join(tmpdir(), `furrow-chromium-${version}-${uid}`);
  if (existsSync(home)) return await ownFolder(home, uid);

  const making = await mkdtemp(`${home}-`);
  try {
    if (HAS_PACKED) {
      await pipeline(
        createReadStream(join(PACKED, "chromium.br")),
        createBrotliDecompress(),
        createWriteStream(join(making, "chromium"), { mode: 0o700 }),
      );
    }
    for (const name of HAS_PACKED ? ["al2023.tar.br", "fonts.tar.br"] : ["fonts.tar.br"]) {
      await unpackTar(brotliDecompressSync(await readFile(join(PACKED, name))), making);
    }
    await rename(making, home);
  } catch (error) {
    await rm(making, { recursive: true, force: true });
    // Another test process was faster: its folder is as whole as ours would be.
    if (!existsSync(home)) throw error;
  }
  return await ownFolder(home, uid);
}

/** Refuses a folder that somebody else laid there: its program would run as us. Points fontconfig at our fonts. */
async function ownFolder(home: string, uid: number): Promise<string> {
  const found = await lstat(home);
  if (!found.isDirectory() || (uid !== NO_UID && (found.uid !== uid || (found.mode & 0o022) !== 0))) {
    throw new Error(`${home} is not this user's own folder: remove it and run the tests again.`);
  }
  const folder = (path: string): string => `  <dir>${path.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</dir>\n`;
  const prefer = ["sans-serif", "serif", "system-ui"]
    .map((name) => `  <alias><family>${name}</family><prefer><family>Noto Sans SC</family></prefer></alias>\n`)
    .join("");
  const conf = `<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n${folder(join(home, "fonts"))}${folder(FONTS)}  <cachedir>${join(home, "cache")}</cachedir>\n${prefer}</fontconfig>\n`;
  // Two checkouts share the folder but not the path of their fonts: written anew at each start, renamed into place.
  const draft = join(home, `fonts.conf.${process.pid}`);
  await writeFile(draft, conf);
  await rename(draft, join(home, "fonts.conf"));
  return home;
}

/** Plain files and folders of a tar archive (POSIX.1-2017 ustar): all that the package's archives hold. */
async function unpackTar(archive: Buffer, target: string): Promise<void> {
  for (let at = 0; at + 512 <= archive.length;) {
    const header = archive.subarray(at, at + 512);
    const text = (from: number, to: number): string => header.toString("latin1", from, to).replace(/\0.*$/s, "");
    const name = text(0, 100);
    if (name === "") return;
    const path = join(target, name);
    if (!path.startsWith(target)) throw new Error(`${name} would be unpacked outside its folder`);
    const size = Number.parseInt(text(124, 136), 8);
    if (name.endsWith("/")) {
      await mkdir(path, { recursive: true });
    } else {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, archive.subarray(at + 512, at + 512 + size));
      await chmod(path, Number.parseInt(text(100, 108), 8) & 0o755);
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
}

function systemChromium(): string | undefined {
  const places = [
    ...(process.env.PATH ?? "").split(delimiter).flatMap((folder) => SYSTEM_NAMES.map((name) => join(folder, name))),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    join(process.env.PROGRAMFILES ?? "", "Google/Chrome/Application/chrome.exe"),
  ];
  return places.find((place) => existsSync(place) && answers(place));
}

/** A snap's or distribution's wrapper may stand there without its program. */
function answers(place: string): boolean {
  try {
    execFileSync(place, ["--version"], { stdio: "ignore", timeout: 20_000 });
    return true;
  } catch {
    return process.platform === "win32"; // chrome.exe --version opens a window and says nothing
  }
}
