/**
 * The address that a code carries: the one that whoever asks names, else PUBLIC_URL, else the one that was asked.
 * A Host comes from anybody and is printed into codes, so what is no host is refused before any route reads it.
 */
import type { Request } from "express";
import { z } from "zod";
import { Problem } from "../../protocol/problem.ts";

export { HostField, isHost, isNavigation, isPublic, originOf };

const MAX_ADDRESS = 200;

const HostField = z
  .url({ protocol: /^https?$/ })
  .max(MAX_ADDRESS)
  .optional()
  .meta({ description: "Address that the codes carry; else PUBLIC_URL, else the one that was asked." });

/** RFC 9110 §7.2: a name, or an address of IPv4 or (in brackets) of IPv6, and a port; in capitals or not. */
const HOST = /^(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i;

/** Whether a Host line names one that an address can carry. */
function isHost(text: string): boolean {
  return text.length <= 255 && HOST.test(text) && URL.canParse(`http://${text}`);
}

/** `https://host`. `host`: an address as {@link HostField} lets it through. @throws Problem `request-invalid` where there is none */
function originOf(publicOrigin: string | null, request: Request, host: string | undefined): string {
  if (host !== undefined) return new URL(host).origin;
  if (publicOrigin !== null) return publicOrigin;
  const asked = request.get("host");
  if (asked === undefined) throw new Problem("request-invalid", "/host", "the request names no host, so name one here");
  return new URL(`${request.protocol}://${asked}`).origin;
}

/** Places of a browser in which an answer would be a page of ours (Fetch, "destination"). */
const PAGE_PLACES = ["document", "iframe", "frame", "embed", "object"];

/** Whether a browser would show the answer as a page, and not hand it to a script. */
function isNavigation(request: Request): boolean {
  const place = request.get("sec-fetch-dest");
  // Older browsers, and all of them over plain http, say nothing of it; what they open they ask for as HTML.
  return place === undefined ? request.get("accept")?.includes("text/html") === true : PAGE_PLACES.includes(place);
}

/** Whether buyers far away can open it, as far as a name tells. */
function isPublic(origin: string): boolean {
  const { hostname, protocol } = new URL(origin);
  const isNear = /^(127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|\[)|\.(local|internal|lan)$/.test(
    hostname,
  );
  return protocol === "https:" && hostname.includes(".") && !isNear;
}
