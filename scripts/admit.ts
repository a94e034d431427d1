/**
 * `npm run admit`: the operator admits an organisation through the running server, and learns its number.
 */
import { existsSync, readFileSync } from "node:fs";
import { Command } from "commander";
import { z } from "zod";
import { hexOf } from "../protocol/bytes.ts";
import type { Words } from "../protocol/document/text.ts";
import { ROLES } from "../protocol/kinds/kind.ts";
import { ConfigError, readConfig } from "../server/config.ts";
import { ControlError, callControl } from "../server/control.ts";
import type { Admission, Admitted } from "../server/operator.ts";

interface Options {
  readonly nameZh?: string;
  readonly nameEn?: string;
  readonly roles: string;
  readonly registration?: string;
  readonly checked: string;
  readonly phone?: string;
  readonly managerKey: string;
  readonly data?: string;
}

class ArgumentError extends Error {}

const options = new Command("admit")
  .description("Admits an organisation to the ledger of the running server and prints its number.")
  .option("--name-zh <name>", "its name in Chinese")
  .option("--name-en <name>", "its name in English")
  .requiredOption("--roles <list>", `separated by commas: ${Object.keys(ROLES).join(", ")}`)
  .option("--registration <number>", "its registration number (统一社会信用代码); without: none")
  .requiredOption("--checked <how>", "how you made sure that it is who it says, in a few words; public")
  .option("--phone <number>", "a number that buyers may ring; public")
  .requiredOption("--manager-key <key>", "its first manager's P-256 key: a JWK file, or x.y in base64url")
  .option("--data <folder>", "the server's data folder")
  .parse()
  .opts<Options>();

try {
  const { data } = readConfig(process.env, { data: options.data });
  const admission: Admission = {
    name: wordsOf({ zh: options.nameZh, en: options.nameEn }),
    roles: options.roles.split(",").map((role) => role.trim()),
    registration: options.registration ?? null,
    checked: /\p{Script=Han}/u.test(options.checked) ? { zh: options.checked } : { en: options.checked },
    phone: options.phone ?? null,
    managerKey: keyOf(options.managerKey),
  };
  const admitted = (await callControl(data, "admit", admission)) as Admitted;
  console.log(`Organisation ${admitted.organisation} is admitted (block ${admitted.block}).`);
  console.log(`Its public document: /ipfs/${admitted.document}`);
} catch (cause) {
  if (!(cause instanceof ControlError || cause instanceof ConfigError || cause instanceof ArgumentError)) throw cause;
  console.error(cause.message);
  process.exit(1);
}

function wordsOf({ zh, en }: { readonly zh: string | undefined; readonly en: string | undefined }): Words {
  if (zh === undefined && en === undefined) throw new ArgumentError("Give its name: --name-zh, --name-en or both.");
  return { ...(zh === undefined ? {} : { zh }), ...(en === undefined ? {} : { en }) };
}

function keyOf(text: string): Admission["managerKey"] {
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
