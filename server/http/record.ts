/**
 * The recorder's own addresses: `GET /record/` is the page, the same for everybody and in either language, `/record/worker.js` the worker that opens
 * it without a link, `/record/manifest.webmanifest` and icons what a phone needs to put it on its screen. All of it was made by `npm run build:web`
 * (scripts/build-record.ts) and is packed once, when the server starts.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import express, { type RequestHandler, type Router } from "express";
import { Problem } from "../../protocol/problem.ts";
import { isNavigation } from "./origin.ts";
import { type Packed, packOf, sendPacked } from "./packed.ts";
import { methodNotAllowed } from "./problem.ts";

export type { RecordFiles };
export { loadRecord, RECORD_POLICY, recordGate, recordRoutes };

/** Address below `/record/` → file. */
type RecordFiles = ReadonlyMap<string, RecordFile>;

interface RecordFile {
  readonly type: string;
  readonly cache: string;
  readonly packed: Packed;
}

/** Whatever is asked again costs nothing but the question while it is the same. */
const ASK_ALWAYS = "no-cache";
const A_DAY = "public, max-age=86400";

const FILES: readonly (readonly [path: string, file: string, type: string, cache: string])[] = [
  ["", "index.html", "text/html; charset=utf-8", ASK_ALWAYS],
  ["worker.js", "worker.js", "text/javascript; charset=utf-8", ASK_ALWAYS],
  ["worker-classic.js", "worker-classic.js", "text/javascript; charset=utf-8", ASK_ALWAYS],
  ["manifest.webmanifest", "manifest.webmanifest", "application/manifest+json; charset=utf-8", ASK_ALWAYS],
  ["icon-192.png", "icon-192.png", "image/png", A_DAY],
  ["icon-512.png", "icon-512.png", "image/png", A_DAY],
  ["icon-maskable-512.png", "icon-maskable-512.png", "image/png", A_DAY],
];

/**
 * The phone's key signs for any script of this page, so nothing runs but files of this host, and no text becomes markup but by the policy
 * `furrow` (CSP 3; W3C Trusted Types). `blob:`: pictures and sound that lie on the phone.
 */
const RECORD_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  // Labels to print open as a page of their own (screens/label.ts).
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types furrow",
].join("; ");

const HEADERS = {
  "Content-Security-Policy": RECORD_POLICY,
  "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(), payment=(), usb=(), interest-cohort=()",
};

/** @param folder dist/web */
async function loadRecord(folder: string): Promise<RecordFiles> {
  const files = new Map<string, RecordFile>();
  for (const [path, file, type, cache] of FILES) {
    const at = join(folder, "record", file);
    if (!existsSync(at)) throw new Error(`dist/web lacks record/${file}: run \`npm run build:web\``);
    files.set(path, { type, cache, packed: await packOf(await readFile(at), type) });
  }
  return files;
}

function recordRoutes(files: RecordFiles): Router {
  // The gate below knows these addresses by their letters.
  const routes = express.Router({ strict: true, caseSensitive: true });
  routes
    .route("/record")
    .get((request, response) => response.redirect(308, `/record/${queryOf(request.originalUrl)}`))
    .all(methodNotAllowed("GET"));
  for (const [path, { type, cache, packed }] of files) {
    routes
      .route(`/record/${path}`)
      .get((request, response) => {
        response.set({ ...HEADERS, "Cache-Control": cache, "Content-Type": type });
        sendPacked(request, response, packed);
      })
      .all(methodNotAllowed("GET"));
  }
  return routes;
}

/**
 * RECORD_HOST: the recorder answers there alone, and nothing else is a page there, so that no other page's script runs where the phone's key
 * lies. What its page asks for (API, files, its own assets) is answered there as everywhere.
 */
function recordGate(recordHost: string | null): readonly RequestHandler[] {
  if (recordHost === null) return [];
  return [
    (request, response, next) => {
      const isRecorder = request.path === "/record" || request.path.startsWith("/record/");
      const isThere = URL.parse(`${request.protocol}://${request.get("host")}`)?.host === recordHost;
      if (!isThere && isRecorder) {
        response.redirect(307, `${schemeOf(recordHost, request.protocol)}://${recordHost}${request.originalUrl}`);
        return;
      }
      if (!isThere || isRecorder) next();
      else if (request.path === "/") response.redirect(307, "/record/");
      else if (isNavigation(request))
        throw new Problem("not-found", "", `${recordHost} serves the recorder alone: open this at the other address`);
      else next();
    },
  ];
}

/** Away from this machine the recorder works over https alone. */
function schemeOf(host: string, asked: string): string {
  const { hostname } = new URL(`http://${host}`);
  return /^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname) ? asked : "https";
}

function queryOf(url: string): string {
  const at = url.indexOf("?");
  return at < 0 ? "" : url.slice(at);
}
