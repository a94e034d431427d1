/**
 * When to look at the server again: full jitter (each wait is drawn between nothing and a limit that doubles), so that the phones of a
 * village, cut off by one mast, do not all come back in one second. Pure: chance is passed in.
 */
export { LONGEST_MS, SHORTEST_MS, waitMs };

const SHORTEST_MS = 2_000;
const LONGEST_MS = 5 * 60_000;

/**
 * Milliseconds until the next try, after `failures` in a row (1: the first). Never below what the server asked for, and then
 * spread over half as much again.
 */
function waitMs(failures: number, chance: () => number, askedMs: number | null = null): number {
  const limit = Math.min(LONGEST_MS, SHORTEST_MS * 2 ** Math.min(failures, 20));
  // A wait of nothing at all would be a second try within the same hole of the network.
  const drawn = SHORTEST_MS / 4 + chance() * (limit - SHORTEST_MS / 4);
  return askedMs === null ? drawn : Math.max(drawn, askedMs + (chance() * askedMs) / 2);
}
