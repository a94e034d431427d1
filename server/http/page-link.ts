/** The address of a list's next page (RFC 8288), as EPCIS 2.0 and others have it: nobody has to build it. */
import type { Request, Response } from "express";

export { nextPage };

/** @param next the cursor that `after` takes; null: this is the last page */
function nextPage(request: Request, response: Response, next: string | null): void {
  if (next === null) return;
  const url = new URL(request.originalUrl, "http://host");
  url.searchParams.set("after", next);
  response.set("Link", `<${url.pathname}${url.search}>; rel="next"`);
}
