/**
 * What a reader is handed: the logs of a lot, of its label run and of all it came from, with everything needed to check them
 * (docs/ledger.md §10). A server, an evidence file and the auditor's command build the same shape from different places.
 * Pure: types only, nothing here is to be believed until `verify` has looked at it.
 */
export type {
  BareMove,
  BatchProof,
  CodeClaim,
  Deployment,
  ExampleDays,
  GroupProof,
  Hex,
  History,
  KnownBlock,
  Move,
  OrganisationAct,
  SubjectLog,
};

/** `0x` and lower-case hex digits. */
type Hex = `0x${string}`;

/** Where the ledger lives and who runs it: `GET /.well-known/furrow.json`, and a file in the data folder. */
interface Deployment {
  readonly furrow: 1;
  readonly chainId: number;
  readonly ledger: Hex;
  /** sha256 of the ledger's runtime code as `eth_getCode` gives it. */
  readonly codeHash: Hex;
  /** The libraries that the ledger calls, by contract name. */
  readonly libraries: Readonly<Record<string, { readonly address: Hex; readonly codeHash: Hex }>>;
  /** OpenZeppelin AccessManager that admits organisations. */
  readonly access: Hex;
  /** The block in which the ledger was deployed. */
  readonly block: number;
  /** How a block counts as final: `journal` = mined and journalled by this operator's embedded chain. */
  readonly finality: "journal" | "finalized" | "latest" | number;
  /** Addresses of JSON-RPC doors, absolute, or from the root of the host that served this record. */
  readonly rpc: readonly string[];
  /** Trustless IPFS gateways, likewise (`/ipfs/{cid}` is added). */
  readonly gateways: readonly string[];
  /** Who runs the chain, in words. */
  readonly runBy: { readonly zh: string; readonly en: string };
  /** Set when the first blocks carry an example's own days. */
  readonly example: ExampleDays | null;
}

interface ExampleDays {
  readonly fromS: number;
  readonly untilS: number;
  /** Last block that carries an example day. */
  readonly untilBlock: number;
}

interface KnownBlock {
  readonly number: number;
  readonly hash: Hex;
  readonly timeS: number;
}

/** One step of a subject's word. `entry` is the touching entry's number in its group, or null for the group's own move. */
interface Move {
  readonly seq: number;
  readonly batch: Hex;
  readonly group: number;
  readonly entry: number | null;
  /**
   * In a certificate's log, for touches alone (`entry` not null), where the group is not in `batches`: all that the fold needs. That it is
   * there and unaltered is proven by the head all the same; who did what is not told.
   */
  readonly bare?: BareMove;
}

/** `stamp` as in {@link BatchProof}; `leaf` hash of the group's bytes in its batch's tree. */
interface BareMove {
  readonly stamp: Hex;
  readonly leaf: Hex;
}

interface SubjectLog {
  readonly id: Hex;
  readonly moves: readonly Move[];
}

/** A group's bytes with its Merkle path (sibling hashes from the leaf up, RFC 9162 §2.1.3) to the root of its batch. */
interface GroupProof {
  readonly index: number;
  readonly bytes: Hex;
  readonly path: readonly Hex[];
}

/** An `Accepted` log, and those groups of its batch that this history needs. */
interface BatchProof {
  /** Address of the contract that emitted the log, as the server says. */
  readonly emitter: Hex;
  readonly recorder: Hex;
  /** recorder 20 ‖ organisation u32 ‖ recordedAt u64. */
  readonly stamp: Hex;
  /** Decimal digits. */
  readonly nonce: string;
  readonly seen: Hex;
  readonly r: Hex;
  readonly s: Hex;
  readonly block: number;
  /** How many groups the whole batch has. */
  readonly size: number;
  readonly groups: readonly GroupProof[];
}

interface OrganisationAct {
  readonly organisation: number;
  readonly act: number;
  readonly roles: number;
  readonly content: Hex;
  readonly x: Hex;
  readonly y: Hex;
  readonly untilBlock: string;
  readonly block: number;
  readonly timeS: number;
}

/** That a serial was issued: its place in the label run's Merkle tree. */
interface CodeClaim {
  readonly serial: string;
  /** From the address that was scanned; null in the short form. */
  readonly gtin: string | null;
  readonly lotNumber: string | null;
  readonly run: Hex;
  readonly index: number;
  readonly count: number;
  readonly path: readonly Hex[];
}

interface History {
  readonly furrow: 1;
  readonly deployment: Deployment;
  /** The newest final block when this was put together. */
  readonly asOf: KnownBlock;
  readonly code: CodeClaim | null;
  readonly lot: Hex;
  /** How many certificates of the lot's holder over its product or plots are stored beside those in `subjects`, as the server says. Left out: none. */
  readonly certificatesNotShown?: number;
  /**
   * The label run (when there is a code), the lot, all it came from up to the plots, with the certificate that the run draws on and the
   * application behind it; certificates of the lot's holder that name the lot's product or one of its plots, of whatever time (`verify`
   * says which count: `Report.certificates`), each with its application; packed consignments of the lot's goods and of those again,
   * nearest first, at most 50 (they do not count in N; the lot's own log says how many there are); the products named, and the sites
   * that documents of handovers name; and the organisations that hold or wrote any of it, third parties and whoever wrote in an
   * organisation's own log included, so that their keys can be learned.
   */
  readonly subjects: readonly SubjectLog[];
  /** By batch hash. */
  readonly batches: Readonly<Record<Hex, BatchProof>>;
  readonly acts: readonly OrganisationAct[];
  /** Blocks named as `seen`, and those in which the batches lie. A `seen` that is not here is unknown to the server. */
  readonly blocks: readonly KnownBlock[];
  /** Canonical JSON text by CID (codec json): the documents of the entries and acts. A missing one is fetched or reported. */
  readonly documents: Readonly<Record<string, string>>;
}
