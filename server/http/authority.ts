/**
 * What a phone needs before it trusts this machine (HTTPS=on): `GET /ca`, a page that says how, and `GET /ca.crt`, the certificate. Both answer over plain
 * HTTP too, since a phone that needs them trusts nothing here yet; all else is led on to https.
 */
import { X509Certificate } from "node:crypto";
import express, { type RequestHandler, type Router } from "express";
import { renderAuthority } from "../../scan-web/home/authority.ts";
import { cspOf } from "./csp.ts";
import { pageView } from "./pages.ts";
import { methodNotAllowed } from "./problem.ts";

export type { AuthorityTold };
export { authorityRoutes, secureGate };

interface AuthorityTold {
  /** PEM. */
  readonly certificate: string;
  /** SHA-256, as phones show it. */
  readonly fingerprint: string;
}

interface AuthorityParts extends AuthorityTold {
  readonly css: string;
}

const PAGE = "/ca";
const FILE = "/ca.crt";

function authorityRoutes({ certificate, fingerprint, css }: AuthorityParts): Router {
  const routes = express.Router({ strict: true });
  const { raw, subject } = new X509Certificate(certificate);
  const name = /CN=([^\n]+)/.exec(subject)?.[1] ?? "";
  routes
    .route(PAGE)
    .get((request, response) => {
      const view = pageView(request);
      const page = renderAuthority({
        ...{ ...view, css, name, fingerprint, certificateAt: FILE },
        recorderAt: `https://${new URL(view.host).host}/record/`,
      });
      response.set({
        "Content-Security-Policy": cspOf(page),
        "Cache-Control": "no-store",
        "Content-Language": page.lang,
        Vary: "Accept-Language",
      });
      response.type("html").send(page.markup);
    })
    .all(methodNotAllowed("GET"));
  routes
    .route(FILE)
    .get((_request, response) => {
      response.set({
        "Content-Type": "application/x-x509-ca-cert",
        "Content-Disposition": 'attachment; filename="furrow-ca.crt"',
        "Cache-Control": "no-store",
      });
      response.send(raw);
    })
    .all(methodNotAllowed("GET"));
  return routes;
}

/** Leads plain HTTP on to https, but for what makes https possible. */
const secureGate: RequestHandler = (request, response, next) => {
  if (request.secure || request.path === PAGE || request.path === FILE) next();
  else response.redirect(307, `https://${request.get("host") ?? "localhost"}${request.originalUrl}`);
};
