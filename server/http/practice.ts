/**
 * `/practice/api`, `/practice/ipfs` and `/practice/.well-known`: the same calls as without `/practice`, of a second ledger on which
 * people learn. What answers there is a whole app of its own.
 */
import type { RequestListener } from "node:http";
import type { RequestHandler } from "express";
import { Problem } from "../../protocol/problem.ts";

export { practiceGate };

const BASE = "/practice";
const BELOW = /^\/practice\/(?:api|ipfs|\.well-known)(?=[/?]|$)/;

/** @param answer starts it where it does not run; null: PRACTICE is off */
function practiceGate(answer: (() => Promise<RequestListener>) | null): RequestHandler {
  return async (request, response, next) => {
    if (!BELOW.test(request.url)) {
      next();
      return;
    }
    if (answer === null) throw new Problem("not-found", "", "there is no practice on this server");
    const practice = await answer();
    request.url = request.url.slice(BASE.length);
    practice(request, response);
  };
}
