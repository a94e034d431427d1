/**
 * `GET /assets/{file}`: what pages load, from dist/web. Names there carry their content's hash, so a browser keeps them for ever. Each is packed at its
 * best when it is asked for first, and kept so: that is too slow for each answer, and a phone in the field loads the recorder over a thin line.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RequestHandler } from "express";
import { type Packed, packOf, sendPacked } from "./packed.ts";

export { assets };

const AGE = "public, max-age=31536000, immutable";
/** `mark-5K2CABCD.js`: flat, so that nothing beside the bundles is one of them. */
const NAME = /^\/([\w-]+-[A-Z0-9]{8}\.(js|css))$/;
const TYPES: Readonly<Record<string, string>> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
};
/** Files kept packed; more than two builds have. */
const MAX_KEPT = 200;

/** To be used at `/assets`. @param folder dist/web */
function assets(folder: string): RequestHandler {
  const kept = new Map<string, Promise<Packed | null>>();

  function packed(file: string, type: string): Promise<Packed | null> {
    const known = kept.get(file);
    if (known !== undefined) return known;
    const packing = readPacked(join(folder, file), type);
    kept.set(file, packing);
    const forget = () => void kept.delete(file);
    // What is not there now may be there after the next build.
    packing.then((found) => {
      if (found === null) forget();
    }, forget);
    for (const oldest of kept.keys()) {
      if (kept.size <= MAX_KEPT) break;
      kept.delete(oldest);
    }
    return packing;
  }

  return async (request, response, next) => {
    const [, file, kind] = NAME.exec(request.path) ?? [];
    if (file === undefined || kind === undefined || !["GET", "HEAD"].includes(request.method)) {
      next();
      return;
    }
    const type = TYPES[kind] ?? "application/octet-stream";
    const found = await packed(file, type);
    if (found === null) {
      next();
      return;
    }
    response.set({ "Cache-Control": AGE, "Content-Type": type });
    sendPacked(request, response, found);
  };
}

async function readPacked(path: string, type: string): Promise<Packed | null> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return null;
    throw cause;
  });
  return bytes === null ? null : packOf(bytes, type);
}
