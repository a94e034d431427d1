/** What a subject's `status` says (docs/ledger.md §7), in the ledger and in the index alike. */
export { isRecalled, STATUS };

/** Bits, beside the count of recalls that stand in the low four. */
const STATUS = { ended: 16, suspended: 32, revoked: 64, answered: 128 } as const;
const RECALLS = 15;

/** Whether a recall of this very subject stands. */
function isRecalled(status: number): boolean {
  return (status & RECALLS) !== 0;
}
