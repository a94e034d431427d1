/**
 * Reading what is sent: bytes within a limit, JSON without a second meaning (no duplicate keys).
 */
import { type Request, type RequestHandler, raw } from "express";
import { textOf } from "../../protocol/bytes.ts";
import { parseJson } from "../../protocol/canonical.ts";
import { Problem } from "../../protocol/problem.ts";

export { anyBody, bytesBody, jsonBody, jsonOf, jsonOrFormBody, jsonOrFormOf };

/**
 * Takes a body of any media type, at most `limit` bytes. One that says that it is longer is refused before it is read: the parser
 * alone would first wait for all of it.
 */
function anyBody(limit: number): RequestHandler {
  const parse = raw({ type: () => true, limit });
  return (request, response, next) => {
    if (Number(request.get("content-length")) > limit)
      throw new Problem("body-too-large", "", `the limit is ${limit} bytes`);
    parse(request, response, next);
  };
}

/** Takes a JSON body of at most `limit` bytes after decompression; read it by {@link jsonOf}. */
function jsonBody(limit: number): RequestHandler[] {
  const isJson: RequestHandler = (request, _response, next) => {
    if (request.is("application/json") === false) {
      throw new Problem("unsupported-media-type", "", "the body must be application/json");
    }
    next();
  };
  return [isJson, anyBody(limit)];
}

/** Escapes of a form make a text longer. */
const FORM_LENGTH = 3;

/** Takes what {@link jsonBody} does, or the same JSON as a field of a form: a page opens what it asks for only by sending one. */
function jsonOrFormBody(limit: number): RequestHandler[] {
  const isEither: RequestHandler = (request, _response, next) => {
    if (request.is(["application/json", FORM]) === false)
      throw new Problem("unsupported-media-type", "", `the body must be application/json or ${FORM}`);
    next();
  };
  return [isEither, anyBody(FORM_LENGTH * limit)];
}

const FORM = "application/x-www-form-urlencoded";

/** Of {@link jsonOrFormBody}. @throws Problem as {@link jsonOf} */
function jsonOrFormOf(request: Request, field: string): unknown {
  if (request.is(FORM) === false) return jsonOf(request);
  return parseJson(new URLSearchParams(textOf(bytesBody(request))).get(field) ?? "");
}

/** The bytes sent; none is an empty array. */
function bytesBody(request: Request): Uint8Array {
  return Buffer.isBuffer(request.body) ? new Uint8Array(request.body) : new Uint8Array();
}

/** @throws Problem `json-unreadable`, `json-duplicate-key`, `text-unreadable` */
function jsonOf(request: Request): unknown {
  return parseJson(textOf(bytesBody(request)));
}
