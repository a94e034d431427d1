/**
 * `GET /api`: the page to try the API; `GET /api/ui/{file}`: Swagger UI's two files, from its package, served by us.
 * No script and no style of this page stands inline but the house's own style sheet, by its hash.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import express, { type Router } from "express";
import { renderApi } from "../../scan-web/api/page.ts";
import type { Paths } from "./describe.ts";
import { everyPath } from "./openapi.ts";
import { pageView } from "./pages.ts";
import { methodNotAllowed } from "./problem.ts";

export type { TryAssets };
export { loadTryAssets, tryRoutes };

interface TryAssets {
  readonly css: string;
  /** `/assets/api-….js` */
  readonly script: string;
}

const FILES = ["swagger-ui.css", "swagger-ui-bundle.js"] as const;
/** A day: their names do not change with their content. */
const FILE_AGE = "public, max-age=86400";

/** @param folder dist/web */
async function loadTryAssets(folder: string): Promise<TryAssets> {
  const manifest = JSON.parse(await readFile(join(folder, "manifest.json"), "utf8")) as Readonly<
    Record<string, string>
  >;
  const { "api.css": css, "api.js": script } = manifest;
  if (css === undefined || script === undefined)
    throw new Error("dist/web lacks the API's page: run `npm run build:web`");
  return { css: await readFile(join(folder, css), "utf8"), script: `/assets/${script}` };
}

/** To be mounted at `/api`. */
function tryRoutes({ css, script }: TryAssets): Router {
  const routes = express.Router();
  const { resolve } = createRequire(import.meta.url);
  const calls = callsOf(everyPath);
  routes
    .route("/")
    .get((request, response) => {
      const view = pageView(request);
      const page = renderApi({
        ...view,
        ...{ css, calls, styleAt: `/api/ui/${FILES[0]}`, scripts: [`/api/ui/${FILES[1]}`, script] },
        documentAt: "/api/openapi.json",
      });
      response
        .set({
          "Content-Security-Policy": cspOf(view.host, page.styles),
          "Content-Language": page.lang,
          "Cross-Origin-Resource-Policy": "same-origin",
          Link: '</api/openapi.json>; rel="service-desc"; type="application/json"',
          Vary: "Accept-Language",
        })
        .removeHeader("Access-Control-Allow-Origin");
      response.type("html").send(page.markup);
    })
    .all(methodNotAllowed("GET"));
  routes
    .route("/ui/:file")
    .get((request, response, next) => {
      const file = FILES.find((name) => name === request.params.file);
      if (file === undefined) {
        next("router");
        return;
      }
      response.set("Cache-Control", FILE_AGE);
      response.sendFile(resolve(`swagger-ui-dist/${file}`), { cacheControl: false }, (cause) => {
        if (cause !== undefined && !response.headersSent) next(cause);
      });
    })
    .all(methodNotAllowed("GET"));
  return routes;
}

function callsOf(paths: Paths) {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { summary }]) => ({ method: method.toUpperCase(), path, summary })),
  );
}

/** Scripts come from two folders of this host alone: nothing that somebody stored here can be one. */
function cspOf(host: string, styles: readonly string[]): string {
  const hashes = styles.map((style) => `'sha256-${createHash("sha256").update(style).digest("base64")}'`);
  return [
    "default-src 'none'",
    `script-src ${host}/api/ui/ ${host}/assets/`,
    `style-src ${host}/api/ui/ ${hashes.join(" ")}`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
