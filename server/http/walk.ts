/** Pages of a walk through what was made of what. */
import { Problem } from "../../protocol/problem.ts";
import type { Trace, TraceLink } from "../resolve/trace.ts";

export { pageOfWalk };

/** A link stands on the page that brings the later of its two ends. `cut`: there is more than this, whether another page has it or not. */
function pageOfWalk({ nodes, links, cut }: Trace, limit: number, after: string | null) {
  const from = after === null ? 0 : nodes.findIndex(({ id }) => id === after) + 1;
  if (after !== null && from === 0) throw new Problem("request-invalid", "/after", "not a subject of this walk");
  const to = Math.min(nodes.length, from + limit);
  const places = new Map(nodes.map(({ id }, place) => [id, place]));
  const isHere = ({ consumer, input }: TraceLink) => {
    const later = Math.max(places.get(consumer) ?? 0, places.get(input) ?? 0);
    return later >= from && later < to;
  };
  const more = to < nodes.length;
  const next = more ? (nodes[to - 1]?.id ?? null) : null;
  return {
    nodes: nodes.slice(from, to),
    links: links.filter(isHere),
    cut: cut || more,
    next,
  };
}
