/** Content-Security-Policy (CSP 3) of a page. */
import { createHash } from "node:crypto";
import type { Page } from "../../scan-web/ui/document.ts";

export { cspOf };

/**
 * Only what the page itself lists may run or style it (CSP 3). `strict-dynamic` lets the one inline script load the module it
 * names; browsers that do not know it fall back to files of this host.
 */
function cspOf({ styles, scripts, connect }: Page): string {
  const hashes = (contents: readonly string[]) => contents.map(hashOf).join(" ");
  return [
    "default-src 'none'",
    `script-src ${scripts.length === 0 ? "'none'" : `${hashes(scripts)} 'strict-dynamic' 'self'`}`,
    `style-src ${hashes(styles) || "'none'"}`,
    "img-src 'self' data:",
    `connect-src ${["'self'", ...connect].join(" ")}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** All pages have a few style sheets and scripts between them. */
const HASHES = 32;
const hashesKnown = new Map<string, string>();

function hashOf(content: string): string {
  const known = hashesKnown.get(content);
  if (known !== undefined) return known;
  const hash = `'sha256-${createHash("sha256").update(content).digest("base64")}'`;
  if (hashesKnown.size >= HASHES) hashesKnown.clear();
  hashesKnown.set(content, hash);
  return hash;
}
