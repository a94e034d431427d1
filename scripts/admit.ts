/**
 * `npm run admit`: the operator admits an organisation through the running server. Without the key of its manager it prints an
 * invitation, which the manager's phone opens; with the key, the organisation's number at once.
 */
import { Command } from "commander";
import { printInvitation } from "../protocol/invitation.ts";
import type { Words } from "../protocol/document/text.ts";
import { ROLES } from "../protocol/kinds/kind.ts";
import { ConfigError, readConfig } from "../server/config.ts";
import { ControlError, callControl } from "../server/control.ts";
import type { Invited, OpenInvitation } from "../server/joining.ts";
import type { Admission, Admitted, Replacement, Said } from "../server/operator.ts";
import { ArgumentError, managerKeyOf } from "./house/manager-key.ts";
import { terminalCode } from "./house/terminal-code.ts";

interface Options {
  readonly nameZh?: string;
  readonly nameEn?: string;
  readonly roles?: string;
  readonly registration?: string;
  readonly checked?: string;
  readonly phone?: string;
  readonly managerKey?: string;
  readonly organisation?: string;
  readonly list?: true;
  readonly data?: string;
}

const options = new Command("admit")
  .description(
    "Admits an organisation to the ledger of the running server. Prints a link for its first manager's phone, which holds for 7 days; with --manager-key its number at once.",
  )
  .option("--name-zh <name>", "its name in Chinese")
  .option("--name-en <name>", "its name in English")
  .option("--roles <list>", `separated by commas: ${Object.keys(ROLES).join(", ")}`)
  .option("--registration <number>", "its registration number (统一社会信用代码); without: none")
  .option("--checked <how>", "how you made sure that it is who it says, in a few words; public")
  .option("--phone <number>", "a number that buyers may ring; public")
  .option("--manager-key <key>", "its first manager's P-256 key: a JWK file, or x.y in base64url")
  .option("--organisation <number>", "one that was admitted and lost its managers' keys: gives it a new one")
  .option("--list", "lists the invitations that are open")
  .option("--data <folder>", "the server's data folder")
  .parse()
  .opts<Options>();

try {
  const { data } = readConfig(process.env, { data: options.data });
  if (options.list === true) await list(data);
  else if (options.organisation !== undefined) await replace(data, numberOf(options.organisation));
  else await admit(data);
} catch (cause) {
  if (!(cause instanceof ControlError || cause instanceof ConfigError || cause instanceof ArgumentError)) throw cause;
  console.error(cause.message);
  process.exit(1);
}

async function admit(data: string): Promise<void> {
  const said: Said = {
    name: nameOf({ zh: options.nameZh, en: options.nameEn }),
    roles: needed("roles")
      .split(",")
      .map((role) => role.trim()),
    registration: options.registration ?? null,
    checked: wordsOf(needed("checked")),
    phone: options.phone ?? null,
  };
  if (options.managerKey === undefined) {
    await invite(data, { said }, "Its first manager opens this on the phone that is to record, and it is admitted");
    return;
  }
  const admission: Admission = { ...said, managerKey: managerKeyOf(options.managerKey) };
  const admitted = (await callControl(data, "admit", admission)) as Admitted;
  console.log(`Organisation ${admitted.organisation} is admitted (block ${admitted.block}).`);
  console.log(`Its public document: /ipfs/${admitted.document}`);
}

async function replace(data: string, organisation: number): Promise<void> {
  const checked = wordsOf(needed("checked"));
  if (options.managerKey === undefined) {
    await invite(
      data,
      { organisation, checked },
      `The new manager of organisation ${organisation} opens this on the phone that is to record, and ends the lost keys there`,
    );
    return;
  }
  const replacement: Replacement = { organisation, checked, managerKey: managerKeyOf(options.managerKey) };
  await callControl(data, "replace", replacement);
  console.log(`Organisation ${organisation} has that key as a manager's. Its managers end the lost ones.`);
}

/** Printed once: only the digest of the code is kept. */
async function invite(data: string, of: object, what: string): Promise<void> {
  const { code, untilS, address } = (await callControl(data, "invite", of)) as Invited & { readonly address: string };
  const printed = printInvitation(code);
  const hours = Math.round((untilS - Date.now() / 1000) / 3_600);
  console.log(`${what}:`);
  if (address === "") {
    console.log(`\n  /record/#/join/${printed}\n\nat the address of your API (set PUBLIC_URL, and it stands here).`);
  } else {
    const link = `${address}/record/#/join/${printed}`;
    console.log(`\n${await terminalCode(link)}\n\n  ${link}\n`);
    if (isPlain(address))
      console.log(
        "A phone's browser records nothing over plain http: start the server with --https (npm start -- --https).\n",
      );
  }
  console.log(`It holds for ${hours / 24} days, until ${timeOf(untilS)}, for one phone. It is shown this once.`);
}

/** A browser keeps keys for https and for its own machine alone (W3C Secure Contexts). */
function isPlain(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === "http:" && hostname !== "localhost" && hostname !== "127.0.0.1";
}

async function list(data: string): Promise<void> {
  const open = (await callControl(data, "invitations", {})) as readonly OpenInvitation[];
  if (open.length === 0) console.log("No invitation is open.");
  for (const { sort, name, organisation, untilS, asking } of open) {
    const whom = sort === "admit" ? (name?.zh ?? name?.en ?? "") : `a new manager of organisation ${organisation}`;
    const state = asking === null ? `until ${timeOf(untilS)}` : `"${asking}" has asked, and waits for the ledger`;
    console.log(`${whom}: ${state}`);
  }
}

/** By this machine's own clock. */
function timeOf(atS: number): string {
  const at = new Date(atS * 1000);
  const two = (number: number) => String(number).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

function needed(name: "roles" | "checked"): string {
  const value = options[name];
  if (value === undefined) throw new ArgumentError(`Give --${name}: npm run admit -- --help says what it is.`);
  return value;
}

function numberOf(text: string): number {
  if (!/^[1-9]\d{0,7}$/.test(text)) throw new ArgumentError(`--organisation: ${text} is no number of an organisation.`);
  return Number(text);
}

function wordsOf(text: string): Words {
  return /\p{Script=Han}/u.test(text) ? { zh: text } : { en: text };
}

function nameOf({ zh, en }: { readonly zh: string | undefined; readonly en: string | undefined }): Words {
  if (zh === undefined && en === undefined) throw new ArgumentError("Give its name: --name-zh, --name-en or both.");
  return { ...(zh === undefined ? {} : { zh }), ...(en === undefined ? {} : { en }) };
}
