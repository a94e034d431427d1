/**
 * Problems as RFC 9457 answers: the only place where a Problem becomes HTTP.
 * What nobody foresaw is logged with its cause and answered as `internal`, without its insides.
 */
import type { ErrorRequestHandler, RequestHandler, Response } from "express";
import type { z } from "zod";
import { Problem, type ProblemType, problems } from "../../protocol/problem.ts";
import { ChainError } from "../chain/chain.ts";
import { StoreAwayError } from "../store/tables.ts";
import { type ProblemAnswer, problemUrn, type Told } from "./describe.ts";

export { methodNotAllowed, notFound, problemBody, problemHandler, read };

/** Seconds after which a client may try again what cannot be done right now. */
const RETRY_S = 5;

/** The answer's JSON: RFC 9457 members, the place as JSON Pointer (RFC 6901), and what to do. */
function problemBody(type: ProblemType, at: string, detail: string): Told<z.infer<typeof ProblemAnswer>> {
  const { status, title, mend } = problems[type];
  return { type: problemUrn(type), title, status, detail, pointer: at, mend };
}

function answerProblem(response: Response, problem: Problem): void {
  const { status } = problems[problem.type];
  if ((status === 503 || status === 429) && !response.hasHeader("Retry-After"))
    response.set("Retry-After", String(RETRY_S));
  response
    .status(status)
    .set("Cache-Control", "no-store")
    .type("application/problem+json")
    .send(JSON.stringify(problemBody(problem.type, problem.at, problem.detail)));
}

/** Last among the handlers of an app. */
function problemHandler(log: (line: string, cause: unknown) => void): ErrorRequestHandler {
  return (cause: unknown, request, response, next) => {
    if (response.headersSent) {
      next(cause);
      return;
    }
    const problem = asProblem(cause);
    // The code of an invitation lets a phone in: it stands in no log.
    const path = request.path.replace(/(\/invitations\/)[^/]+/, "$1…");
    if (problem.type === "internal") log(`${request.method} ${path} failed`, cause);
    answerProblem(response, problem);
  };
}

/** For what follows the last route of an address: the Allow header names the methods that it knows. */
function methodNotAllowed(...methods: readonly string[]): RequestHandler {
  const allowed = [...methods, ...(methods.includes("GET") ? ["HEAD"] : []), "OPTIONS"].join(", ");
  return (request, response) => {
    response.set("Allow", allowed);
    if (request.method === "OPTIONS") {
      response
        .set("Access-Control-Allow-Methods", allowed)
        .set("Access-Control-Allow-Headers", "content-type, if-none-match")
        .sendStatus(204);
      return;
    }
    throw new Problem("method-not-allowed", "", `${request.method} is not one of ${allowed}`);
  };
}

const notFound: RequestHandler = (request) => {
  throw new Problem("not-found", "", `nothing answers at ${request.baseUrl}${request.path}`);
};

/** One schema an input. @throws Problem `request-invalid` that points to the field; the first of them when there are several. */
function read<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const unknownKey = issue?.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const path = [...(issue?.path ?? []), ...(unknownKey === undefined ? [] : [unknownKey])];
  const pointer = path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
  throw new Problem("request-invalid", pointer, issue?.message ?? "not the expected form");
}

function asProblem(cause: unknown): Problem {
  if (cause instanceof Problem) return cause;
  if (cause instanceof ChainError && cause.retryable)
    return new Problem("chain-unavailable", "", "the chain is starting again");
  if (cause instanceof StoreAwayError)
    return new Problem("store-unavailable", "", "nothing that was taken is lost, and it is tried again");
  if (isDiskFull(cause)) return new Problem("storage-full", "", "the disk of this server has no room for it");
  const kind = typeof cause === "object" && cause !== null && "type" in cause ? cause.type : null;
  const status = typeof cause === "object" && cause !== null && "status" in cause ? cause.status : null;
  if (kind === "entity.too.large") {
    const limit =
      cause instanceof Error && "limit" in cause ? `the limit is ${String(cause.limit)} bytes` : "over its limit";
    return new Problem("body-too-large", "", limit);
  }
  if (kind === "encoding.unsupported")
    return new Problem("unsupported-media-type", "", "this content encoding is not read");
  if (typeof status === "number" && status >= 400 && status < 500) {
    return new Problem("request-invalid", "", cause instanceof Error ? cause.message : "the request cannot be read");
  }
  return new Problem("internal", "", "the cause is in the server's log");
}

/** Node's word for it, SQLite's number 13 (SQLITE_FULL), or PostgreSQL's 53100. */
function isDiskFull(cause: unknown): boolean {
  if (typeof cause !== "object" || cause === null) return false;
  const code = "code" in cause ? cause.code : null;
  return code === "ENOSPC" || code === "EDQUOT" || code === "53100" || ("errcode" in cause && cause.errcode === 13);
}
