/**
 * The operator's acts: admitting an organisation, with the public document that says who it is and how that was checked.
 * The act is logged on the ledger; the document is stored before it.
 */
import { CID } from "multiformats/cid";
import { z } from "zod";
import { organisationId } from "../protocol/batch.ts";
import { bytesOf, type Hex, hexOf } from "../protocol/bytes.ts";
import { cidOf } from "../protocol/cid.ts";
import { documentBytes } from "../protocol/document/epcis.ts";
import { keyDocument, organisationDocument } from "../protocol/document/master.ts";
import type { SealingKey } from "../protocol/document/sealing-key.ts";
import { cleanWords, MAX_NOTE, type Words } from "../protocol/document/text.ts";
import { ROLES } from "../protocol/kinds/kind.ts";
import { REASONS } from "../protocol/ledger-abi.ts";
import type { Hashing } from "../protocol/merkle.ts";
import { Problem } from "../protocol/problem.ts";
import { type PublicKey, recorderId } from "../protocol/sign.ts";
import type { Blocks } from "./blocks/blocks.ts";
import type { Account } from "./chain/account.ts";
import { type Chain, RpcError } from "./chain/chain.ts";
import { decodeReason, type Ledger } from "./chain/ledger.ts";

export type { Admission, Admitted, ManagerKey, Replacement, Said };
export { admissionForm, Operator, replacementForm, saidForm, toReplaceForm };

interface Admission {
  readonly name: Words;
  readonly roles: readonly string[];
  /** 统一社会信用代码, or what another register gave; null: none. */
  readonly registration: string | null;
  /** How the operator made sure of it. */
  readonly checked: Words;
  readonly phone: string | null;
  readonly about?: Words;
  readonly example?: boolean;
  /** Of its first manager. */
  readonly managerKey: ManagerKey;
  /** That manager's too: to it what only managers may read is sealed. */
  readonly sealingKey?: SealingKey;
}

/** An organisation before anybody's key is known. */
type Said = Omit<Admission, "managerKey" | "sealingKey">;

/** A P-256 key; 32 bytes each. */
interface ManagerKey {
  readonly x: Hex;
  readonly y: Hex;
}

/** A manager's key for an organisation that lost those of its managers. */
interface Replacement {
  readonly organisation: number;
  /** How the operator made sure of who asked for it. */
  readonly checked: Words;
  readonly managerKey: ManagerKey;
  readonly sealingKey?: SealingKey;
  readonly device?: string;
}

const words = z.strictObject({ zh: z.string().exactOptional(), en: z.string().exactOptional() });
const coordinate = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/, "not 0x and 64 lower-case hex digits")
  .transform((text) => text as Hex);

const said = {
  ...{ name: words, roles: z.array(z.string()), registration: z.string().nullable(), checked: words },
  ...{ phone: z.string().nullable(), about: words.exactOptional(), example: z.boolean().exactOptional() },
};
const part = z.base64url().length(43);
const keys = {
  managerKey: z.strictObject({ x: coordinate, y: coordinate }),
  sealingKey: z.strictObject({ kty: z.literal("EC"), crv: z.literal("P-256"), x: part, y: part }).exactOptional(),
};

/** An admission as it comes from outside; what its texts may hold is the document's to say. */
const admissionForm: z.ZodType<Admission> = z.strictObject({ ...said, ...keys });

/** The same without keys: those of the phone that will ask. */
const saidForm: z.ZodType<Said> = z.strictObject(said);

const replacing = { organisation: z.int().positive(), checked: words };

const replacementForm: z.ZodType<Replacement> = z.strictObject({ ...replacing, ...keys });

/** The same without keys. */
const toReplaceForm: z.ZodType<Pick<Replacement, "organisation" | "checked">> = z.strictObject(replacing);

interface Admitted {
  readonly organisation: number;
  readonly document: string;
  readonly block: number;
}

interface OperatorParts {
  readonly chain: Chain;
  readonly ledger: Ledger;
  readonly account: Account;
  /** The AccessManager of the ledger. */
  readonly access: Hex;
  /** Who admits by the deployment record; null: it does not say. */
  readonly admits: Hex | null;
  readonly blocks: Blocks;
  readonly hashing: Hashing;
  readonly nowS: () => number;
}

class Operator {
  readonly #parts: OperatorParts;
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: OperatorParts) {
    this.#parts = parts;
  }

  /**
   * One at a time, for the document names the number that the organisation will get.
   * @throws Problem of a field that cannot be taken, or of the ledger
   */
  admit(admission: Admission): Promise<Admitted> {
    return this.#inTurn(() => this.#admit(admission));
  }

  /**
   * Gives an organisation a manager's key; ends no other. Resolves when that is final.
   * @throws Problem of a field that cannot be taken, or of the ledger
   */
  replaceManager(replacement: Replacement): Promise<void> {
    return this.#inTurn(() => this.#replace(replacement));
  }

  /** What an admission would be refused for, whichever key comes. @throws Problem, Error: as {@link admit} */
  async check(said: Said): Promise<void> {
    bitsOf(said.roles);
    this.#document(said, 1);
    await this.#checkRight();
  }

  /** Likewise. @throws Problem `organisation-unknown`, of a text, Error */
  async checkReplacement({ organisation, checked }: Omit<Replacement, "managerKey">): Promise<void> {
    cleanWords(checked, "/checked", MAX_NOTE);
    await this.#checkRight();
    const admitted = await this.#parts.ledger.organisations();
    if (organisation > admitted)
      throw new Problem("organisation-unknown", "/organisation", `${admitted} organisations have been admitted`);
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const own = this.#last.then(act);
    this.#last = own.catch(() => {});
    return own;
  }

  #document({ roles: _roles, ...about }: Omit<Admission, "managerKey">, number: number): Uint8Array {
    const subject = hexOf(organisationId(number));
    return documentBytes(
      organisationDocument({ ...about, number, subject, createdAtS: Math.floor(this.#parts.nowS()) }),
    );
  }

  async #admit({ managerKey, ...about }: Admission): Promise<Admitted> {
    const { chain, ledger, account, blocks, hashing } = this.#parts;
    const number = (await this.#settledCount()) + 1;
    const bytes = this.#document(about, number);
    const content = await hashing.sha256(bytes);
    const data = ledger.admitCall(bitsOf(about.roles), content, bytesOfKey(managerKey));
    const gas = await this.#gasOf(data);
    const document = cidOf(content, "json");
    await blocks.put(CID.parse(document), bytes);
    const [receipt] = await account.send([{ to: ledger.address, data, gas }]);
    if (receipt === undefined) throw new Error("the admission has no receipt");
    const organisation = ledger.admitted(receipt.logs);
    // Somebody else with the same rights admitted at once: the document would name the wrong organisation.
    if (organisation !== number) throw new Error(`number ${number} was expected, the ledger gave ${organisation}`);
    const block = await chain.block(receipt.blockNumber);
    return { organisation, document, block: block?.number ?? receipt.blockNumber };
  }

  async #replace({ organisation, checked, managerKey, sealingKey, device }: Replacement): Promise<void> {
    const { ledger, account, blocks, hashing, nowS } = this.#parts;
    const key = bytesOfKey(managerKey);
    const bytes = documentBytes(
      keyDocument({
        ...{
          subject: hexOf(organisationId(organisation)),
          createdAtS: Math.floor(nowS()),
          act: "enrol",
          manager: true,
        },
        ...{ recorder: hexOf(await recorderId(hashing, key)), reason: checked },
        ...(sealingKey === undefined ? {} : { sealingKey }),
        ...(device === undefined ? {} : { device: { zh: device } }),
      }),
    );
    const content = await hashing.sha256(bytes);
    const data = ledger.setManagerKeyCall(organisation, key, content);
    const gas = await this.#gasOf(data);
    await blocks.put(CID.parse(cidOf(content, "json")), bytes);
    await account.send([{ to: ledger.address, data, gas }]);
  }

  /**
   * How many organisations there are. What an earlier run sent, or somebody else, counts only when no reorganisation can give it
   * another number: until then nothing is admitted.
   */
  async #settledCount(): Promise<number> {
    const { chain, ledger, account } = this.#parts;
    const final = await ledger.organisations("latest");
    const sent = Number(await chain.request("eth_getTransactionCount", [account.address, "latest"]));
    if ((await ledger.organisations("pending")) === final && (await account.count()) === sent) return final;
    throw new Error("An earlier admission is not final yet, so the next number is not known: admit again in a while.");
  }

  /** With a quarter on top; a call that would fail is named here and not sent. */
  async #gasOf(data: Hex): Promise<bigint> {
    const { chain, ledger, account } = this.#parts;
    try {
      const gas = await chain.request("eth_estimateGas", [
        { from: account.address, to: ledger.address, data },
        "pending",
      ]);
      return (BigInt(gas as string) * 5n) / 4n;
    } catch (cause) {
      if (!(cause instanceof RpcError)) throw cause;
      await this.#checkRight();
      const { name, args } = decodeReason(cause.data);
      const type = Object.hasOwn(REASONS, name) ? REASONS[name as keyof typeof REASONS] : "refused-by-ledger";
      throw new Problem(type, "", name === "" ? cause.message : [name, ...args].join(" "));
    }
  }

  /** @throws Error when this folder's key admits nobody */
  async #checkRight(): Promise<void> {
    const { ledger, account, access, admits } = this.#parts;
    if (await ledger.mayAdmit(access, account.address)) return;
    const who =
      admits === null || admits === account.address.toLowerCase() ? "" : ` (${admits} by its deployment record)`;
    throw new Error(
      `The operator of this data folder, ${account.address}, may not admit organisations to this ledger: ask the server on the data folder that holds the key of the ledger's operator${who}.`,
    );
  }
}

function bytesOfKey({ x, y }: ManagerKey): PublicKey {
  return { x: bytesOf(x, "/managerKey/x", 32), y: bytesOf(y, "/managerKey/y", 32) };
}

function bitsOf(roles: readonly string[]): number {
  if (roles.length === 0)
    throw new Problem("form-refused", "/roles", `at least one of ${Object.keys(ROLES).join(", ")}`);
  return roles.reduce((bits, role) => {
    const bit = Object.entries(ROLES).find(([name]) => name === role)?.[1];
    if (bit === undefined) {
      throw new Problem("form-refused", "/roles", `"${role}" is none of ${Object.keys(ROLES).join(", ")}`);
    }
    return bits | bit;
  }, 0);
}
