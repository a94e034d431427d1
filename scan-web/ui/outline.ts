/**
 * The dark modules of a code as one closed path: their edges, walked around. Neighbours share no seam that a printer could show,
 * and the path is half as long as one with a square for each run of modules. Pure.
 */
export { outlineOf };

/** Right, down, left, up: a turn to the right is one more. */
const LETTERS = ["h", "v", "h", "v"] as const;
const SIGNS = [1, 1, -1, -1] as const;

/** `size` modules a side, a module is 1 × 1. Fill it by the nonzero or the even-odd rule. */
function outlineOf(size: number, isDark: (x: number, y: number) => boolean): string {
  // A light row and column on each side, so that no neighbour has to be looked for outside.
  const wide = size + 2;
  const dark = new Uint8Array(wide * wide);
  for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) if (isDark(x, y)) dark[(y + 1) * wide + x + 1] = 1;
  // A corner has the number of the module to its lower right; `seen` marks upper edges, walked left to right above dark.
  const seen = new Uint8Array(wide * wide);
  const steps = [1, wide, -1, -wide] as const;
  const aheadRight = [0, -1, -wide - 1, -wide] as const;
  let path = "";
  for (let start = wide + 1; start < dark.length; start++) {
    if (dark[start] !== 1 || dark[start - wide] === 1 || seen[start] === 1) continue;
    path += `M${(start % wide) - 1} ${Math.floor(start / wide) - 1}`;
    let [corner, way, run] = [start, 0, 0];
    do {
      if (way === 0) seen[corner] = 1;
      corner += steps[way] ?? 0;
      run += 1;
      const next = turn(
        dark[corner + (aheadRight[way] ?? 0)] === 1,
        dark[corner + (aheadRight[(way + 3) % 4] ?? 0)] === 1,
      );
      if (next === 0) continue;
      // The way back to the start is `z`'s.
      if (corner !== start || way !== 3) path += `${LETTERS[way]}${run * (SIGNS[way] ?? 1)}`;
      way = (way + next) % 4;
      run = 0;
    } while (corner !== start || way !== 0);
    path += "z";
  }
  return path;
}

/** Dark lies to the right of the way. Where two dark modules touch by a corner only, each keeps its own outline. */
function turn(isRightDark: boolean, isLeftDark: boolean): 0 | 1 | 3 {
  if (!isRightDark) return 1;
  return isLeftDark ? 3 : 0;
}
