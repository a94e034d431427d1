/**
 * The dark modules of a code as one closed path: their edges, walked around. Neighbours share no seam that a printer could show,
 * and the path is a third as long as one square a module. Pure.
 */
export { outlineOf };

/** Right, down, left, up: a turn to the right is one more. */
const STEPS = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const;
const LETTERS = ["h", "v", "h", "v"] as const;

/** `size` modules a side, a module is 1 × 1. Fill it by the nonzero or the even-odd rule. */
function outlineOf(size: number, isDark: (x: number, y: number) => boolean): string {
  const dark = (x: number, y: number) => x >= 0 && y >= 0 && x < size && y < size && isDark(x, y);
  // Upper edges, left to right, dark below: every outline has one.
  const left = new Set<number>();
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) if (dark(x, y) && !dark(x, y - 1)) left.add(y * size + x);
  let path = "";
  for (const start of left) {
    const [startX, startY] = [start % size, Math.floor(start / size)];
    let [x, y, way, run] = [startX, startY, 0, 0];
    path += `M${x} ${y}`;
    do {
      if (way === 0) left.delete(y * size + x);
      const [dx, dy] = STEPS[way] ?? [0, 0];
      x += dx;
      y += dy;
      run += 1;
      const next = turn(dark, x, y, way);
      if (next === way) continue;
      path += LETTERS[way] + String(run * (dx + dy));
      way = next;
      run = 0;
    } while (x !== startX || y !== startY || way !== 0);
    // The last edge is `z`'s.
    path = `${path.replace(/[hv]-?\d+$/, "")}z`;
  }
  return path;
}

/** Dark lies to the right of the way. Where two dark modules touch by a corner only, each keeps its own outline. */
function turn(dark: (x: number, y: number) => boolean, x: number, y: number, way: number): number {
  const at = (towards: number) => {
    // The module at the front right of somebody who stands in (x, y) and looks `towards`.
    const [dx, dy] = STEPS[towards] ?? [0, 0];
    const [rx, ry] = STEPS[(towards + 1) % 4] ?? [0, 0];
    return dark(x + Math.min(0, dx + rx), y + Math.min(0, dy + ry));
  };
  const right = at(way);
  const ahead = at((way + 3) % 4);
  if (!right) return (way + 1) % 4;
  return ahead ? (way + 3) % 4 : way;
}
