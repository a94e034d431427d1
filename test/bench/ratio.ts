/**
 * What a measurement gives: ours and the other side, measured in one run on one machine, so that only their ratio is claimed.
 */

export type { Measured, Timed };
export { inTurns, median, percentile, show };

/** `ours` and `beside` in the same unit. */
interface Measured {
  /** What was measured, as a sentence says it: "scan pages a second, beside bare Express with the same bytes". */
  readonly name: string;
  readonly ours: number;
  readonly beside: number;
  readonly unit: string;
  /** What `ours / beside` should be; null where there is nothing to reach, only to know. */
  readonly goal: { readonly atMost: number } | { readonly atLeast: number } | null;
}

type Timed = () => Promise<number>;

/** Runs the two in turns, so that what else the machine does meets both; the median of each. */
async function inTurns(rounds: number, ours: Timed, beside: Timed): Promise<{ ours: number; beside: number }> {
  const found: { ours: number[]; beside: number[] } = { ours: [], beside: [] };
  for (let round = 0; round < rounds; round++) {
    // Who goes first changes: the first of a round finds the caches of the one before.
    if (round % 2 === 0) found.ours.push(await ours());
    found.beside.push(await beside());
    if (round % 2 === 1) found.ours.push(await ours());
  }
  return { ours: median(found.ours), beside: median(found.beside) };
}

function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** @param part of 0 to 1: the value that so many are not above */
function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** One line: name, both sides, their ratio and whether it is what it should be. */
function show({ name, ours, beside, unit, goal }: Measured): string {
  const ratio = ours / beside;
  return `| ${name} | ${round(ours)} ${unit} | ${round(beside)} ${unit} | ${ratio.toPrecision(2)} | ${told(goal, ratio)} |`;
}

function told(goal: Measured["goal"], ratio: number): string {
  if (goal === null) return "";
  const [holds, words] =
    "atMost" in goal ? [ratio <= goal.atMost, `≤ ${goal.atMost}`] : [ratio >= goal.atLeast, `≥ ${goal.atLeast}`];
  return holds ? words : `${words}: not reached`;
}

function round(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
}
