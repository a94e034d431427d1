/** Pages of a walk through what was made of what. */
import { Problem } from "../../protocol/problem.ts";
import type { Trace, TraceLink } from "../resolve/trace.ts";

export { MOST_LINKS, pageOfWalk };

/** Of one page, but for those of a single subject. */
const MOST_LINKS = 10_000;

/**
 * A link stands on the page that brings the later of its two ends; a page with many of them has fewer subjects. `cut`: there is more than
 * this, whether another page has it or not.
 */
function pageOfWalk({ nodes, links, cut }: Trace, limit: number, after: string | null) {
  const from = after === null ? 0 : nodes.findIndex(({ id }) => id === after) + 1;
  if (after !== null && from === 0) throw new Problem("request-invalid", "/after", "not a subject of this walk");
  const places = new Map(nodes.map(({ id }, place) => [id, place]));
  const most = Math.min(nodes.length, from + limit);
  const linksOf = new Map<number, TraceLink[]>();
  for (const link of links) {
    const later = Math.max(places.get(link.consumer) ?? 0, places.get(link.input) ?? 0);
    if (later < from || later >= most) continue;
    const known = linksOf.get(later);
    if (known === undefined) linksOf.set(later, [link]);
    else known.push(link);
  }
  const here: TraceLink[] = [];
  let to = from;
  for (; to < most; to++) {
    const own = linksOf.get(to) ?? [];
    if (to > from && here.length + own.length > MOST_LINKS) break;
    for (const link of own) here.push(link);
  }
  const more = to < nodes.length;
  return {
    nodes: nodes.slice(from, to),
    links: here,
    cut: cut || more,
    next: more ? (nodes[to - 1]?.id ?? null) : null,
  };
}
