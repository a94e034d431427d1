/** What plots, products and organisations are called, by their own documents: English where there is one. Pure. */
import { organisationId } from "../../protocol/batch.ts";
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import { cidOf } from "../../protocol/cid.ts";
import { readOrganisation, readPlot, readProduct } from "../../protocol/document/read-master.ts";
import type { Hex, History } from "../../protocol/history.ts";

export type { Names };
export { documentNames };

interface Names {
  readonly plots: ReadonlyMap<Hex, string>;
  readonly products: ReadonlyMap<Hex, string>;
  readonly organisations: ReadonlyMap<number, string>;
}

function documentNames(of: {
  readonly acts: History["acts"];
  readonly documents: History["documents"];
  readonly subjects: readonly { readonly id: Hex }[];
}): Names {
  const plots = new Map<Hex, string>();
  const products = new Map<Hex, string>();
  const shown = new Set(of.subjects.map(({ id }) => id));
  for (const text of Object.values(of.documents)) {
    const document = parsed(text);
    for (const id of namedIn(document)) {
      if (!shown.has(id)) continue;
      const plot = readPlot(document, id);
      if (plot !== null) plots.set(id, plot.name?.en ?? plot.name?.zh ?? plot.code);
      const product = readProduct(document, id);
      const name = product?.name?.en ?? product?.name?.zh;
      if (name !== undefined) products.set(id, name);
    }
  }
  return { plots, products, organisations: organisationNames(of) };
}

/** Subjects that a document may be about. */
function namedIn(document: unknown): readonly Hex[] {
  const named = JSON.stringify(document).match(/0x[0-9a-f]{64}/g) ?? [];
  return [...new Set(named)] as Hex[];
}

/** From their public documents, as the operator admitted them. */
function organisationNames({ acts, documents }: Pick<History, "acts" | "documents">): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const { organisation, act, content } of acts) {
    if (act !== 1 || /^0x0*$/.test(content)) continue;
    const id = hexOf(organisationId(organisation));
    const read = readOrganisation(parsed(documents[cidOf(bytesOf(content), "json")] ?? ""), id);
    const name = read?.name?.en ?? read?.name?.zh;
    if (name !== undefined) names.set(organisation, name);
  }
  return names;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
