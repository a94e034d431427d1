/** Places that goods pass: a site's own master data where the history has it, else what the event calls it. Pure. */
import { readSite } from "../../protocol/document/read-master.ts";
import type { SiteReading } from "../../protocol/document/read-parts.ts";
import { type Key, said, type Value } from "../ui/i18n.ts";
import type { Graph } from "./graph.ts";

export { placeWords };

/** By the number in the entry itself, which is there when the document is not (docs/ledger.md §6, SITE). */
const LEVELS: Readonly<Record<number, Key>> = { 1: "site.village", 2: "site.township", 3: "site.county" };

/** Null where no place is named. */
function placeWords(graph: Graph, site: SiteReading | null): Value | null {
  if (site === null) return null;
  const maker = graph.subjects.get(site.subject)?.maker;
  const master = maker == null ? null : readSite(maker.document, site.subject);
  const name: Value = master?.name ?? site.name ?? master?.code ?? site.code ?? "";
  const level = maker?.open.name === "SITE" ? LEVELS[maker.open.args.level] : undefined;
  return level === undefined ? name : said("site.at", { name, level: said(level) });
}
