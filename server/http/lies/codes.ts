/** Lies in what is printed on the bag. */
import { codePath, makeSerial, parseCodePath, serialValues } from "../../../protocol/label.ts";
import type { Lie } from "./lie.ts";

export { liesInCodes };

const liesInCodes: readonly Lie[] = [
  {
    name: "serial-letter",
    says: "the bag's serial is one letter off, and the server swears that it was issued",
    finding: "serial-not-issued",
    where: "everywhere",
    plan: async ({ code }) => {
      const parsed = parseCodePath(code);
      const serial = neighbour(parsed.serial);
      return {
        bag: { code: codePath({ ...parsed, serial }) },
        history: (honest) => (honest.code === null ? honest : { ...honest, code: { ...honest.code, serial } }),
      };
    },
  },
  {
    name: "fingerprint-letter",
    says: "the fingerprint printed on the bag is one letter off",
    finding: "fingerprint-mismatch",
    where: "everywhere",
    plan: async ({ fingerprint }) => ({
      bag: { fingerprint: `${fingerprint.startsWith("0") ? "1" : "0"}${fingerprint.slice(1)}` },
    }),
  },
];

/** A serial that differs in one letter, and in the check character that goes with it. */
function neighbour(serial: string): string {
  return makeSerial(serialValues(serial).map((value, place) => (place === 0 ? value + 1 : value)));
}
