/** More of the same in a passage: another run of labels, another lot made from one. */
import { bytesOf, type Hex, hexOf } from "../../protocol/bytes.ts";
import { labelEvent, originEvent, transformEvent } from "../../protocol/document/epcis.ts";
import { NET, type Passage } from "./passage.ts";
import { formOf } from "./passage-words.ts";

export { labelled, origin, transformed };

const ZERO = new Uint8Array(32);

/** By the processor; `certificate` null claims none. */
async function labelled(
  it: Passage,
  lot: Hex,
  count: number,
  certificate: Hex | null = it.ids.certificate,
): Promise<Hex> {
  const root = new Uint8Array(32).fill(7);
  const leaves = {
    cid: it.world.keepFile(Buffer.from(`${count}`)),
    mediaType: "text/csv",
    size: 2,
    name: "leaves.csv",
  };
  return it.make("processor", (subject, atS) => ({
    kind: "LABEL",
    args: {
      ...{ index: 0, lot: bytesOf(lot), certificate: certificate === null ? ZERO : bytesOf(certificate) },
      ...{ count: BigInt(count), root },
    },
    document: labelEvent({
      ...{ ...formOf(subject, atS), lot: it.name(), lotSubject: lot, count, net: NET, uom: "KGM" },
      ...{ root: hexOf(root), leaves },
    }),
    occurredAtS: atS,
  }));
}

/** By the processor: bought from somebody who records nothing here. */
async function origin(it: Passage, product: Hex, amount: bigint): Promise<Hex> {
  const lot = it.name();
  return it.make("processor", (subject, atS) => ({
    kind: "ORIGIN",
    args: { index: 0, product: bytesOf(product), amount },
    document: originEvent({
      ...{ ...formOf(subject, atS), lot, product: { subject: product, name: { zh: "示例" } } },
      ...{ amount, uom: "KGM" },
    }),
    occurredAtS: atS,
  }));
}

/** By the processor: as much of another product. */
async function transformed(it: Passage, from: Hex, amount: bigint, product: Hex): Promise<Hex> {
  const inputs = [{ subject: from, lot: it.name(), amount }];
  const name = it.name();
  return it.make("processor", (subject, atS) => {
    const outputs = [{ subject, lot: name, amount, product: { subject: product, name: { zh: "示例" } } }];
    const share = (id: Hex) => [{ id: bytesOf(id), amount }];
    return {
      kind: "TRANSFORM",
      args: { index: 0, step: 1, inputs: share(from), outputs: share(product) },
      document: transformEvent({ ...formOf(subject, atS), step: "process", uom: "KGM", inputs, outputs }),
      occurredAtS: atS,
    };
  });
}
