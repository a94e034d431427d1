/**
 * Tables of the index: a cache of chain and IPFS. Dropped and rebuilt, it is equal row for row.
 * Hex is `0x` and lower case; times are seconds; amounts are whole thousandths (at most 2^40 − 1, so a double holds them).
 */
export type { IndexTables };

interface IndexTables {
  /** How far the index has followed: one row. */
  cursor: { name: "followed"; block: number; hash: string };
  /**
   * What whoever reads the index must know of whoever writes it, which may be another process: up to which block heads were
   * compared as well, and why it stands still, in one sentence. At most one row.
   */
  progress: { name: "index"; checked: number; fault: string | null };
  /** Words of subjects that moved since they were last compared with those in the ledger's storage. */
  unchecked: { subject: string; word: string };
  /**
   * Documents that are still to be read (indexer/rounds.ts), which is no part of the record. `list`: the leaves of the label run
   * `item`; `paper`: the document with the CID `item`, of whatever consignments. `cid`: what was missing last. `due_ms`: when it is looked
   * for again, machine time, 0 at once. `tries`: how often it was stored nowhere, since `since_ms`. `block`: of the newest entry.
   */
  awaited: {
    work: "list" | "paper";
    item: string;
    cid: string;
    block: number;
    tries: number;
    wait_ms: number;
    due_ms: number;
    since_ms: number | null;
  };
  batch: {
    hash: string;
    emitter: string;
    recorder: string;
    stamp: string;
    nonce: string;
    seen: string;
    r: string;
    s: string;
    block: number;
    size: number;
  };
  /** A group with its entries, `entries` of them: what they say is read from the bytes, which heads and signatures prove. */
  record_group: {
    batch: string;
    idx: number;
    subject: string;
    seq: number;
    entries: number;
    bytes: Uint8Array;
    leaf: string;
  };
  /** `entry_idx` −1: the group's own move. */
  move: { subject: string; seq: number; batch: string; group_idx: number; entry_idx: number; word: string };
  /** One row a subject: who holds it, and its books as the ledger keeps them. */
  subject: {
    id: string;
    sort: number;
    holder: number;
    unit: number;
    /** As in the ledger: the low four bits count recalls that stand; 16 ended, 32 suspended, 64 revoked, 128 answered or an answer. */
    status: number;
    /** Subject id of the product, for lots, plantings and label runs; of itself for a product. */
    product: string | null;
    /** Lot: made. Planting: harvested. Plot: area. Label run: count. Certificate, application: volume. Product: net content. */
    made: number;
    /** Lot: left. Plot: free area. Planting: what it may still bear. Label run: valid. Certificate: left of its volume. */
    remaining: number;
    /** Lot: packed. */
    packed: number;
    /** Lot: discarded, or lost between hands. */
    lost: number;
    /** Lot: what went in and did not come out, as far as a correction may add it. */
    room: number;
    made_at: number;
    made_batch: string;
    made_content: string;
  };
  /** `amount` comes down to 0 where goods went back; the consumer's head commits to its input all the same. */
  link: { consumer: string; input: string; amount: number };
  /** What a planting may bear is counted anew when its area is corrected. `cap` as in the entry, thousandths a hectare. */
  planting: { id: string; cap: number };
  /**
   * Lots that are or were on their way. `offered`, `found`: of the consignment's unit, as corrected; `found` null until it is
   * received. `cid`: of the SHIP's document, in which `sscc` (18 digits) and the sites are read: `document` is `wrong` where that can
   * never be. `settled_…`: the same of the entry by which it was received, refused or withdrawn, and where that stands in its log.
   * Sites are ids as the documents have them: whether the ledger knows such a site is not asked here.
   */
  consignment: {
    id: string;
    lot: string;
    sender: number;
    receiver: number;
    /** 0: nobody named. */
    carrier: number;
    packed: number;
    offered: number;
    found: number | null;
    shipped_at: number;
    state: "under-way" | "received" | "refused" | "withdrawn";
    cid: string;
    document: "awaited" | "read" | "wrong";
    sscc: string | null;
    from_site: string | null;
    to_site: string | null;
    settled_at: number | null;
    settled_seq: number | null;
    settled_entry: number | null;
    settled_content: string | null;
    settled_cid: string | null;
    settled_document: "awaited" | "read" | "wrong" | null;
    settled_from_site: string | null;
    settled_to_site: string | null;
  };
  /** `answered_by`: the certificate that came of it. */
  application: { id: string; certifier: number; answered_by: string | null };
  /**
   * In force while valid_from ≤ time < valid_until; its issuer is the holder of the subject. `products`: how many its scope names.
   * Its volume and what is left of it stand in its row of `subject`, what labels drew in `label_run`.
   */
  certificate: {
    id: string;
    application: string | null;
    beneficiary: number;
    products: number;
    valid_from: number;
    valid_until: number;
  };
  /** Products and plots that a certificate names. */
  scope: { certificate: string; subject: string };
  /** Suspended, lifted, revoked. Here and below `seq` and `entry` name the entry: move of the subject, number in its group. */
  certificate_fate: {
    certificate: string;
    seq: number;
    entry: number;
    kind: number;
    content: string;
    at_s: number;
  };
  /** 承诺达标合格证 of a lot. */
  promise: {
    lot: string;
    seq: number;
    entry: number;
    organisation: number;
    amount: number;
    content: string;
    at_s: number;
  };
  /** One that is not a drill stands until `released_at`. */
  recall: {
    subject: string;
    seq: number;
    entry: number;
    organisation: number;
    capacity: number;
    drill: number;
    certificate: string | null;
    content: string;
    at_s: number;
    released_at: number | null;
  };
  /**
   * Of the RECALL at `recall_seq` of `recalled`. `came_of` 1: `subject` is what was recalled, or came of it; 0: it has nothing to do with
   * it, for anybody can name a recall.
   */
  acknowledgement: {
    subject: string;
    seq: number;
    entry: number;
    recalled: string;
    recall_seq: number;
    came_of: number;
    organisation: number;
    content: string;
    at_s: number;
  };
  /** Of the entry at `of_seq` and `of_entry` of the same subject; `named`: by what the organisation is concerned. */
  dispute: {
    subject: string;
    seq: number;
    entry: number;
    of_seq: number;
    of_entry: number;
    named: string;
    organisation: number;
    content: string;
    at_s: number;
  };
  /** To the DISPUTE at `of_seq`. */
  answer: { subject: string; seq: number; entry: number; of_seq: number; content: string; at_s: number };
  organisation_act: {
    block: number;
    log_index: number;
    organisation: number;
    act: number;
    roles: number;
    content: string;
    x: string;
    y: string;
    until_block: string;
    time_s: number;
  };
  recorder: { id: string; organisation: number; x: string; y: string; manager: number; ended_block: number | null };
  /**
   * Label runs in the order of the ledger (`log_index` within `block`), with the CID of their document. `awaited`: the list of
   * leaves is not read yet · `listed`: its codes can be found · `wrong`: the list can never give the root in the ledger.
   * `net`: content of one piece, `certificate`: the one claimed.
   */
  label_run: {
    run: string;
    lot: string;
    certificate: string | null;
    net: number;
    block: number;
    log_index: number;
    cid: string;
    state: "awaited" | "listed" | "wrong";
  };
  /** Labels of a run that count no more: `number` of them from `first` on, by their place in the run. */
  void_range: { run: string; first: number; number: number; reason: number; seq: number; entry: number; at_s: number };
  /** Leaves of serials. Whoever copies the list of another's run has the same leaves: the earlier run counts. */
  label_serial: { leaf: string; run: string; idx: number };
  /** The Merkle trees of label runs (label-tree.ts). */
  label_tree: { run: string; level: number; part: number; hashes: Uint8Array };
}
