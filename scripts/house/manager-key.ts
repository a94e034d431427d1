/** A manager's public key as the operator gives it on a command line: a file, or the key itself. */
import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { hexOf } from "../../protocol/bytes.ts";
import type { ManagerKey } from "../../server/operator.ts";

export { ArgumentError, managerKeyOf };

/** An argument cannot be used; the message is one sentence for who gave it. */
class ArgumentError extends Error {
  override readonly name = "ArgumentError";
}

/** @param text path of a JWK file, or x.y in base64url. @throws ArgumentError */
function managerKeyOf(text: string): ManagerKey {
  const coordinate = z.base64url().length(43);
  const Jwk = z.object({ kty: z.literal("EC"), crv: z.literal("P-256"), x: coordinate, y: coordinate });
  const [x, y] = text.split(".");
  const pair = Jwk.safeParse({ kty: "EC", crv: "P-256", x, y });
  // A path, for a key has just these characters and one point.
  if (!pair.success && !existsSync(text) && /[/\\]|\.(?:json|jwk)$/i.test(text)) {
    throw new ArgumentError(`--manager-key: there is no such file as ${text}.`);
  }
  const jwk = pair.success ? pair : Jwk.safeParse(jsonAt(text));
  if (!jwk.success)
    throw new ArgumentError(`--manager-key: ${text} is neither a JWK file of a P-256 key nor x.y in base64url.`);
  const hex = (part: string) => hexOf(Buffer.from(part, "base64url"));
  return { x: hex(jwk.data.x), y: hex(jwk.data.y) };
}

function jsonAt(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}
