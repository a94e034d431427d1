/**
 * The one Express app: headers that every answer carries, then the routes that `main.ts` hands in, then errors.
 * Order counts: `/api` routes, doors at the root (rpc, gateway, deployment), pages last.
 */
import compression from "compression";
import express, { type Express, type RequestHandler, type Router } from "express";
import { Problem } from "../../protocol/problem.ts";
import { isHost } from "./origin.ts";
import { notFound, problemHandler } from "./problem.ts";

export type { AppParts };
export { buildApp };

interface AppParts {
  /** Asked before anything answers. */
  readonly gate?: readonly RequestHandler[];
  /** Answer under `/api`. */
  readonly api: readonly Router[];
  /** Answer at the root; what none of them takes is `not-found`. */
  readonly root: readonly Router[];
  /** Addresses of the operator's own proxies, as Express's `trust proxy` takes them; none: nobody's word is taken. */
  readonly trustProxy: readonly string[];
  readonly log: (line: string, cause: unknown) => void;
}

function buildApp({ gate = [], api, root, trustProxy, log }: AppParts): Express {
  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", trustProxy.length === 0 ? false : [...trustProxy]);
  app.set("query parser", "simple");
  app.use(safeHeaders, withHost, ...gate, compression());
  app.use("/api", openToReaders, ...api, notFound);
  for (const router of root) app.use(router);
  app.use(notFound, problemHandler(log));
  return app;
}

/** What holds until a route says otherwise: nothing may run, be framed, be guessed at or be told to other hosts. */
const safeHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(self), interest-cohort=()",
  });
  next();
};

/** RFC 9112 §3.2: exactly one Host, from HTTP/1.1 on; of two, a proxy may have believed the other one. It is in codes and on pages. */
const withHost: RequestHandler = (request, _response, next) => {
  const hosts = request.headersDistinct.host ?? [];
  const least = request.httpVersion === "1.0" ? 0 : 1;
  if (hosts.length < least || hosts.length > 1)
    throw new Problem("request-invalid", "", `the request names ${hosts.length} hosts`);
  const [host] = hosts;
  if (host !== undefined && !isHost(host))
    throw new Problem("request-invalid", "", `the request's Host, "${host.slice(0, 80)}", is none`);
  next();
};

/** The API knows no session, so any page may read it: that is how a record is checked from another host. */
const openToReaders: RequestHandler = (request, response, next) => {
  // `fetch` says no-cache by itself with every condition that a program sets, and Express would then send all again.
  if (request.headers["if-none-match"] !== undefined) delete request.headers["cache-control"];
  response.set({
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Allow, ETag, Link, Location, Retry-After",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "no-store",
  });
  next();
};
