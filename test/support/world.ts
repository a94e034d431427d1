/**
 * A ledger without a chain: real keys, real signatures, `foldBatch` as the contract folds, blocks that are only a number and a time.
 * What it gathers is handed out as a server would hand it out. For tests of readers; everything in it is made up.
 */
import { createHash, webcrypto } from "node:crypto";
import {
  encodeGroup,
  type Group,
  type Header,
  newSubjectId,
  organisationId,
  signBatch,
  VERSION,
} from "../../protocol/batch.ts";
import { type Bytes, bytesOf, type Hex, hexOf } from "../../protocol/bytes.ts";
import { cidOf } from "../../protocol/cid.ts";
import { documentBytes } from "../../protocol/document/epcis.ts";
import { keyDocument, organisationDocument } from "../../protocol/document/master.ts";
import type { JsonObject } from "../../protocol/document/terms.ts";
import { makeEntry } from "../../protocol/entry.ts";
import { birthWord, foldBatch, stampOf } from "../../protocol/fold.ts";
import type {
  BatchProof,
  CodeClaim,
  Deployment,
  GroupProof,
  History,
  KnownBlock,
  Move,
  OrganisationAct,
} from "../../protocol/history.ts";
import type { ArgsOf, KindName } from "../../protocol/kinds/all.ts";
import { leafHash, treePath } from "../../protocol/merkle.ts";
import { type Primitives, type Signer, webPrimitives, webSigner } from "../../protocol/sign.ts";
import type { Heads } from "../../protocol/verify/report.ts";

export type { Drafted, DraftedGroup, Phone };
export { primitives, sha256, World };

const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash("sha256").update(bytes).digest());

/** Node's own digest: a hundred thousand of them one by one are slow through promises. Signatures by WebCrypto. */
const primitives: Primitives = { sha256, verifyP256: webPrimitives(webcrypto.subtle).verifyP256 };

interface Phone {
  readonly signer: Signer;
  readonly organisation: number;
  nonce: bigint;
}

interface Drafted<Name extends KindName = KindName> {
  readonly kind: Name;
  readonly args: ArgsOf<Name>;
  /** Null for none. */
  readonly document: JsonObject | null;
  readonly occurredAtS: number;
}

interface DraftedGroup {
  readonly subject: Hex;
  readonly entries: readonly Drafted[];
}

interface Kept {
  readonly proof: Omit<BatchProof, "groups">;
  readonly groups: readonly { readonly bytes: Bytes; readonly leaf: Uint8Array }[];
}

const LEDGER: Hex = `0x${"1e".repeat(20)}`;
const LIBRARY: Hex = `0x${"2e".repeat(20)}`;
const EXAMPLE = { zh: "示例", en: "example" };

class World {
  readonly deployment: Deployment = {
    furrow: 1,
    chainId: 1 + Math.floor(Math.random() * 2 ** 40),
    ledger: LEDGER,
    codeHash: hexOf(sha256(bytesOf(LEDGER))),
    libraries: { Stock: { address: LIBRARY, codeHash: hexOf(sha256(bytesOf(LIBRARY))) } },
    access: `0x${"3e".repeat(20)}`,
    block: 0,
    finality: "journal",
    rpc: ["/rpc"],
    gateways: ["/ipfs/"],
    runBy: EXAMPLE,
    example: null,
  };
  readonly words = new Map<Hex, Uint8Array>();
  readonly logs = new Map<Hex, Move[]>();
  readonly batches = new Map<Hex, Kept>();
  readonly acts: OrganisationAct[] = [];
  readonly blocks: KnownBlock[] = [];
  readonly documents = new Map<string, string>();
  /** Attachments by CID. */
  readonly files = new Map<string, Uint8Array>();
  /** The word that each subject was born with. */
  readonly births = new Map<Hex, Uint8Array>();
  /** After each move, by subject and number: `<id> <seq>`. */
  readonly wordsAfter = new Map<string, Uint8Array>();
  /** What each subject was made of. */
  readonly inputs = new Map<Hex, readonly Hex[]>();
  readonly #chainId: bigint;

  constructor(timeS: number) {
    this.#chainId = BigInt(this.deployment.chainId);
    this.block(timeS);
  }

  /** A new block at `timeS` (never before the last one). */
  block(timeS: number): KnownBlock {
    const last = this.blocks.at(-1);
    const number = (last?.number ?? -1) + 1;
    const block = {
      number,
      hash: hexOf(sha256(Buffer.from(`block ${number}`))),
      timeS: Math.max(timeS, last?.timeS ?? 0),
    };
    this.blocks.push(block);
    return block;
  }

  get latest(): KnownBlock {
    return this.blocks.at(-1) ?? this.block(0);
  }

  /** Keeps a document and gives its digest. */
  keep(document: JsonObject | null): Uint8Array {
    if (document === null) return new Uint8Array(32);
    const bytes = documentBytes(document);
    const digest = sha256(bytes);
    this.documents.set(cidOf(digest, "json"), new TextDecoder().decode(bytes));
    return digest;
  }

  /** Keeps a file of one block and gives its address. */
  keepFile(bytes: Uint8Array): string {
    const cid = cidOf(sha256(bytes), "raw");
    this.files.set(cid, bytes);
    return cid;
  }

  /** The operator admits an organisation with a manager's key; by default a producer, processor and trader. */
  async admit(number: number, timeS: number, roles = 7): Promise<Phone> {
    const phone = await this.newPhone(number);
    const subject = hexOf(organisationId(number));
    const document = organisationDocument({
      subject,
      createdAtS: timeS,
      example: true,
      number,
      name: { zh: `示例合作社 ${number}`, en: `Example co-operative ${number}` },
      registration: null,
      checked: EXAMPLE,
      phone: null,
    });
    const { x, y } = phone.signer.key;
    this.act(number, 1, timeS, { roles, content: hexOf(this.keep(document)), x: hexOf(x), y: hexOf(y) });
    const of = { chainId: this.#chainId, ledger: bytesOf(LEDGER), subject: organisationId(number) };
    this.words.set(subject, await birthWord(primitives, of));
    this.logs.set(subject, []);
    return phone;
  }

  act(organisation: number, act: number, timeS: number, found: Partial<OrganisationAct> = {}): void {
    const block = this.block(timeS);
    const zero: Hex = `0x${"00".repeat(32)}`;
    const at = { block: block.number, timeS: block.timeS };
    this.acts.push({ organisation, act, roles: 7, content: zero, x: zero, y: zero, untilBlock: "0", ...at, ...found });
  }

  async newPhone(organisation: number): Promise<Phone> {
    const pair = await webcrypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
    return { signer: await webSigner(primitives, webcrypto.subtle, pair), organisation, nonce: 0n };
  }

  /** A manager's phone adds another one. */
  async enrol(manager: Phone, timeS: number): Promise<Phone> {
    const phone = await this.newPhone(manager.organisation);
    const args = { manager: false, ...phone.signer.key };
    await this.submit(manager, [this.#keyGroup(manager, { kind: "ENROL", args }, phone.signer.recorder, timeS)], timeS);
    return phone;
  }

  async expel(manager: Phone, phone: Phone, timeS: number): Promise<void> {
    const { recorder } = phone.signer;
    await this.submit(
      manager,
      [this.#keyGroup(manager, { kind: "EXPEL", args: { recorder } }, recorder, timeS)],
      timeS,
    );
  }

  #keyGroup(
    manager: Phone,
    entry: { kind: "ENROL"; args: ArgsOf<"ENROL"> } | { kind: "EXPEL"; args: ArgsOf<"EXPEL"> },
    recorder: Uint8Array,
    timeS: number,
  ): DraftedGroup {
    const subject = hexOf(organisationId(manager.organisation));
    const act = entry.kind === "ENROL" ? "enrol" : "expel";
    const document = keyDocument({ subject, createdAtS: timeS, example: true, recorder: hexOf(recorder), act });
    return { subject, entries: [{ ...entry, document, occurredAtS: timeS }] };
  }

  /** The id that the next batch of this phone makes under `index`. */
  async newId(phone: Phone, index = 0): Promise<Hex> {
    return hexOf(await newSubjectId(primitives, phone.signer.recorder, phone.nonce, index));
  }

  /** Signs, folds and logs a batch in a new block at `timeS`; `seen` is by default the newest block before it. */
  async submit(phone: Phone, groups: readonly DraftedGroup[], timeS: number, seen = this.latest.hash): Promise<Hex> {
    const encoded: Group[] = groups.map(({ subject, entries }) => ({
      subject: bytesOf(subject),
      entries: entries.map(({ kind, args, document, occurredAtS }) =>
        makeEntry(kind, { occurredAtS, content: this.keep(document), args }),
      ),
    }));
    const block = this.block(timeS);
    const home = { chainId: this.#chainId, ledger: bytesOf(LEDGER), nonce: phone.nonce, seen: bytesOf(seen) };
    const { bytes, hash } = await signBatch(primitives, phone.signer, { ...home, groups: encoded });
    const header: Header = { version: VERSION, recorder: phone.signer.recorder, ...home };
    const by = { organisation: phone.organisation, recordedAtS: block.timeS };
    const folded = await foldBatch(
      primitives,
      { header, groups: encoded },
      by,
      (subject) => this.words.get(hexOf(subject)) ?? null,
    );
    const batch = hexOf(hash);
    for (const { subject, from, word } of folded.births) {
      this.inputs.set(hexOf(subject), from.map(hexOf));
      this.births.set(hexOf(subject), word);
    }
    for (const { subject, seq, group, entry, word } of folded.moves) {
      const id = hexOf(subject);
      this.words.set(id, word);
      this.wordsAfter.set(`${id} ${seq}`, word);
      this.logs.set(id, [...(this.logs.get(id) ?? []), { seq, batch, group, entry }]);
    }
    const signature = bytes.subarray(bytes.length - 64);
    const proof = {
      emitter: LEDGER,
      recorder: hexOf(phone.signer.recorder),
      stamp: hexOf(stampOf({ recorder: phone.signer.recorder, ...by })),
      nonce: String(phone.nonce),
      seen,
      r: hexOf(signature.subarray(0, 32)),
      s: hexOf(signature.subarray(32)),
      block: block.number,
      size: groups.length,
    };
    const parts = encoded.map((group) => encodeGroup(group));
    const leaves = await Promise.all(parts.map((part) => leafHash(primitives, part)));
    this.batches.set(batch, { proof, groups: parts.map((part, n) => ({ bytes: part, leaf: leaves[n] ?? part })) });
    phone.nonce++;
    return batch;
  }

  /** Everything that `from` came from, itself first. */
  ancestors(from: readonly Hex[]): Hex[] {
    const found = new Set<Hex>(from);
    for (const id of found) for (const input of this.inputs.get(id) ?? []) found.add(input);
    return [...found];
  }

  /** The history of the same lot as it is by now. */
  async again(history: History): Promise<History> {
    return this.history(
      history.lot,
      history.subjects.map(({ id }) => id),
      history.code,
    );
  }

  /** As a server hands it out: these logs, and of each batch only the groups that they lie in. */
  async history(lot: Hex, subjects: readonly Hex[], code: CodeClaim | null = null): Promise<History> {
    const wanted = new Map<Hex, Set<number>>();
    for (const id of subjects) {
      for (const { batch, group } of this.logs.get(id) ?? [])
        wanted.set(batch, (wanted.get(batch) ?? new Set()).add(group));
    }
    const batches: Record<Hex, BatchProof> = {};
    for (const [hash, groups] of wanted) {
      const kept = this.batches.get(hash);
      if (kept === undefined) continue;
      const leaves = kept.groups.map(({ leaf }) => leaf);
      const proofs: GroupProof[] = [];
      for (const index of [...groups].sort((a, b) => a - b)) {
        const path = await treePath(primitives, leaves, index);
        proofs.push({ index, bytes: hexOf(kept.groups[index]?.bytes ?? new Uint8Array()), path: path.map(hexOf) });
      }
      batches[hash] = { ...kept.proof, groups: proofs };
    }
    return structuredClone({
      furrow: 1,
      deployment: this.deployment,
      asOf: this.latest,
      code,
      lot,
      subjects: subjects.map((id) => ({ id, moves: this.logs.get(id) ?? [] })),
      batches,
      acts: this.acts,
      blocks: this.blocks,
      documents: Object.fromEntries(this.documents),
    });
  }

  /** What the ledger holds, to be set back to: as if what came after had not been taken. */
  snapshot(): { readonly words: ReadonlyMap<Hex, Uint8Array>; readonly logs: ReadonlyMap<Hex, Move[]> } {
    return { words: new Map(this.words), logs: new Map(this.logs) };
  }

  restore({ words, logs }: ReturnType<World["snapshot"]>): void {
    this.words.clear();
    this.logs.clear();
    for (const [id, word] of words) this.words.set(id, word);
    for (const [id, log] of logs) this.logs.set(id, log);
  }

  heads(): Heads {
    const words = Object.fromEntries([...this.words].map(([id, word]) => [id, hexOf(word)]));
    const { chainId, ledger, codeHash, libraries } = this.deployment;
    const libraryHashes = Object.values(libraries).map((library) => [library.address, library.codeHash]);
    return structuredClone({
      words,
      block: this.latest.number,
      source: "rpc",
      origin: "test",
      chainId,
      codeHashes: { [ledger]: codeHash, ...Object.fromEntries(libraryHashes) },
    });
  }
}
