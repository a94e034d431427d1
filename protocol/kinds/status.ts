/**
 * Status: goods called back, called off again, and answered for (docs/ledger.md §6, kinds 96 to 98). A recall stands by organisation and
 * capacity, and each ends its own alone; a drill changes nothing. Pure.
 */
import { concat, isZero, Reader, uint } from "../bytes.ts";
import { Problem } from "../problem.ts";
import type { Kind } from "./kind.ts";
import { checkFlag, checkLength, existing, fixed } from "./kind.ts";

export type { AcknowledgeArgs, RecallArgs, ReleaseArgs };
export { acknowledge, CAPACITIES, recall, release };

interface RecallArgs {
  /** As what the organisation speaks: a number of CAPACITIES. */
  readonly capacity: number;
  /** An exercise, which everybody sees and nobody's goods are held by. */
  readonly drill: boolean;
  /** Of a certifier: its certificate for whoever holds the subject; all zero of the others. */
  readonly certificate: Uint8Array;
}

interface ReleaseArgs {
  readonly capacity: number;
}

interface AcknowledgeArgs {
  /** The recalled subject that the group's subject came from; all zero where it is the group's subject itself. */
  readonly recalled: Uint8Array;
  /** The move of the recalled subject that carries the RECALL. */
  readonly seq: number;
}

/** Numbers as in the args; names as in documents. */
const CAPACITIES = { holder: 1, regulator: 2, certifier: 3 } as const;

const MAX_CAPACITY = 3;

const recall: Kind<RecallArgs, "RECALL"> = {
  number: 96,
  name: "RECALL",
  making: false,
  // Asked for by the capacity, which the ledger looks at.
  roles: 0,
  encodeArgs(args) {
    checkCapacity(args.capacity, "/args");
    checkCertificate(args, "/args");
    return concat(uint(args.capacity, 1), uint(args.drill ? 1 : 0, 1), fixed(args.certificate, 32));
  },
  decodeArgs(bytes, at = "/args") {
    checkLength(bytes, 34, at);
    const reader = new Reader(bytes, at);
    const capacity = reader.u8();
    // The ledger looks at the capacity before all else.
    checkCapacity(capacity, at);
    const args = { capacity, drill: checkFlag(reader.u8(), `${at}/drill`), certificate: reader.take(32) };
    checkCertificate(args, at);
    return args;
  },
  touches: ({ certificate }) => existing(certificate),
  furtherOutputs: () => 0,
};

const release: Kind<ReleaseArgs, "RELEASE"> = {
  number: 97,
  name: "RELEASE",
  making: false,
  roles: 0,
  encodeArgs({ capacity }) {
    checkCapacity(capacity, "/args");
    return uint(capacity, 1);
  },
  decodeArgs(bytes, at = "/args") {
    checkLength(bytes, 1, at);
    const capacity = new Reader(bytes, at).u8();
    checkCapacity(capacity, at);
    return { capacity };
  },
  touches: () => [],
  furtherOutputs: () => 0,
};

const acknowledge: Kind<AcknowledgeArgs, "ACKNOWLEDGE"> = {
  number: 98,
  name: "ACKNOWLEDGE",
  making: false,
  roles: 0,
  encodeArgs: ({ recalled, seq }) => concat(fixed(recalled, 32), uint(seq, 4)),
  decodeArgs(bytes, at = "/args") {
    checkLength(bytes, 36, at);
    const reader = new Reader(bytes, at);
    return { recalled: reader.take(32), seq: reader.u32() };
  },
  touches: ({ recalled }) => existing(recalled),
  furtherOutputs: () => 0,
};

function checkCapacity(capacity: number, at: string): void {
  if (capacity < 1 || capacity > MAX_CAPACITY)
    throw new Problem("capacity-unknown", `${at}/capacity`, `no capacity has the number ${capacity}`);
}

/** A certificate is named exactly by a certifier: one way to say a thing. */
function checkCertificate({ capacity, certificate }: RecallArgs, at: string): void {
  const isCertifier = capacity === CAPACITIES.certifier;
  if (isCertifier && isZero(certificate))
    throw new Problem(
      "subject-unknown",
      `${at}/certificate`,
      "a certifier recalls by a certificate, and none is named",
    );
  if (!isCertifier && !isZero(certificate))
    throw new Problem("other-not-needed", `${at}/certificate`, "only a certifier recalls by a certificate");
}
