import { expect } from "chai";
import { bytesOf, compareBytes, type Hex } from "../../protocol/bytes.ts";
import { transformEvent } from "../../protocol/document/epcis.ts";
import type { TransformForm } from "../../protocol/document/form.ts";
import type { JsonObject } from "../../protocol/document/terms.ts";
import { verify } from "../../protocol/verify.ts";
import { flowText } from "../../scan-web/scan/flow-drawing.ts";
import type { Story } from "../../scan-web/scan/story.ts";
import { tellStory } from "../../scan-web/scan/tell.ts";
import { speak } from "../../scan-web/ui/i18n.ts";
import messages from "../../scan-web/ui/messages/zh-CN.json" with { type: "json" };
import { type Hand, HANDS, type Passage, passage } from "../support/passage.ts";
import { discarded, formOf, received, shipped } from "../support/passage-words.ts";
import { correction, entriesOf } from "../support/third-parties.ts";
import { primitives } from "../support/world.ts";

const zh = speak("zh-CN", messages);

describe("The way of the weights", () => {
  it("closes where what was thrown away was put right", async () => {
    const it = await passage();
    const { lot } = it.ids;
    const of = { lot: it.name(), amount: 3000n };
    await it.write("processor", lot, discarded(it.form(lot), of));
    await it.write("processor", lot, discarded(it.form(lot), { ...of, amount: 500n, reason: "sample" }));
    await putRight(it, "processor", lot, {
      seq: -2,
      right: discarded(it.form(lot), { ...of, amount: 1000n }),
      own: 2000n,
    });

    const story = tellStory((await it.told()).history);

    expect(linesOf(story))
      .to.include("坏掉或丢失 1 千克")
      .and.to.include("取样 0.5 千克")
      .and.to.include("余 3.5 千克");
    expectClosed(story);
  });

  it("closes where a receiver found more later, and another thing was thrown away there too", async () => {
    const it = await passage();
    const of = { lot: it.name(), taken: it.ids.harvest, packed: false, amount: 20_000n, carrier: 0 };
    const consigned = { ...of, from: HANDS.grower, to: HANDS.processor };
    const lot = await it.make("grower", (id, atS) => shipped(formOf(id, atS), consigned));
    await it.write("processor", lot, received(it.form(lot), consigned, 19_000n));
    await it.write("processor", lot, discarded(it.form(lot), { lot: it.name(), amount: 2000n }));
    await putRight(it, "processor", lot, { seq: -2, right: received(it.form(lot), consigned, 19_600n), own: 600n });

    const story = await storyOf(it, lot);

    expect(linesOf(story)).to.include("交接时少了 0.4 千克").and.to.include("坏掉或丢失 2 千克");
    expectClosed(story);
  });

  it("counts a loss once where two products of one entry both go on", async () => {
    const it = await passage();
    const { harvest, leaf, bag } = it.ids;
    const [a, b = a] = await made(
      it,
      "grower",
      [[harvest, 30_000n]],
      [
        [leaf, 20_000n],
        [bag, 6000n],
      ],
    );
    const [lot] = await made(
      it,
      "grower",
      [
        [a, 20_000n],
        [b, 6000n],
      ],
      [[bag, 25_000n]],
      { step: "merge" },
    );

    const story = await storyOf(it, lot);

    expect(linesOf(story).filter((line) => line.includes("损耗"))).to.deep.equal(["水分与损耗 4 千克（1.2 : 1）"]);
    expectClosed(story);
  });

  it("closes where a lot is blended with what it was made from", async () => {
    const it = await passage();
    const { harvest, leaf, bag } = it.ids;
    const [a] = await made(it, "grower", [[harvest, 20_000n]], [[leaf, 5000n]]);
    const inputs: Inputs = [
      [a, 5000n],
      [harvest, 10_000n],
    ];
    const [lot] = await made(it, "grower", inputs, [[bag, 14_000n]], { step: "merge" });

    expectClosed(await storyOf(it, lot));
  });

  it("closes for bags that were sent on, whoever holds them", async () => {
    const it = await passage();
    for (const [lot, line] of [
      [it.ids.toShop, "余 4 千克"],
      [it.ids.toStall, "余 1 千克"],
    ] as const) {
      const story = await storyOf(it, lot);

      expect(zh.say(story.flow?.steps.at(-1)?.end ?? "brand")).to.equal(line);
      expectClosed(story);
    }
  });

  it("names five causes of a loss, the largest, and counts the others", async () => {
    const it = await passage();
    const losses = Array.from({ length: 9 }, (_, n) => ({ cause: { zh: `原因${n}` }, amount: BigInt(n + 1) * 100n }));
    const [lot] = await made(it, "grower", [[it.ids.harvest, 30_000n]], [[it.ids.bag, 25_500n]], { losses });

    const story = await storyOf(it, lot);

    expect(linesOf(story)).to.include(
      "少了 4.5 千克：原因8 0.9 千克、原因7 0.8 千克、原因6 0.7 千克、原因5 0.6 千克、原因4 0.5 千克、另外 4 项 1 千克",
    );
    expectClosed(story);
  });
});

type Inputs = readonly (readonly [lot: Hex, amount: bigint])[];

/** Made in one entry by somebody who has the inputs; ids of the outputs. */
async function made(
  it: Passage,
  by: Hand,
  taken: Inputs,
  outs: readonly (readonly [product: Hex, amount: bigint])[],
  { step = "process", losses }: { step?: TransformForm["step"]; losses?: TransformForm["losses"] } = {},
): Promise<[Hex, ...Hex[]]> {
  const first = await it.world.newId(it.phones[by], 0);
  const ids: [Hex, ...Hex[]] = [first];
  for (let n = 1; n < outs.length; n++) ids.push(await it.world.newId(it.phones[by], n));
  const inputs = taken
    .map(([subject, amount]) => ({ subject, lot: it.name(), amount }))
    .sort((one, other) => compareBytes(bytesOf(one.subject), bytesOf(other.subject)));
  const outputs = outs.map(([product, amount], n) => ({
    ...{ subject: ids[n] ?? first, lot: it.name(), amount, product: { subject: product, name: { zh: "示例" } } },
  }));
  const form = { ...it.form(first), step, uom: "KGM" as const, inputs, outputs };
  await it.write(by, first, {
    kind: "TRANSFORM",
    args: {
      ...{ index: 0, step: step === "process" ? 1 : 4 },
      inputs: inputs.map(({ subject, amount }) => ({ id: bytesOf(subject), amount })),
      outputs: outs.map(([product, amount]) => ({ id: bytesOf(product), amount })),
    },
    document: transformEvent(losses === undefined ? form : { ...form, losses }),
    occurredAtS: form.occurredAtS,
  });
  return ids;
}

/** @param of `seq`: of the wrong entry, counted from the end of the log */
async function putRight(
  it: Passage,
  by: Hand,
  lot: Hex,
  of: {
    readonly seq: number;
    readonly right: { document: JsonObject | null; occurredAtS: number };
    readonly own: bigint;
  },
): Promise<void> {
  const wrong = entriesOf(it.world, lot).at(of.seq);
  const { document, occurredAtS } = of.right;
  if (wrong === undefined || document === null) throw new Error("there is such an entry, with a document");
  const right = [String(document.eventID).replace("urn:uuid:", "")];
  const said = { reason: 1, declaredAtS: it.nextS, right, own: of.own } as const;
  const note = { kind: "NOTE", args: {}, document, occurredAtS } as const;
  await it.write(by, lot, correction({ ...wrong, subject: lot }, said), note);
}

/** Of any lot, without a code; what is told of it holds. */
async function storyOf(it: Passage, lot: Hex): Promise<Story> {
  const subjects = [...new Set([...it.world.ancestors([lot]), it.ids.leaf, it.ids.bag, it.ids.site, ...it.everybody])];
  const history = await it.world.history(lot, subjects);
  const { findings } = await verify(history, it.world.heads(), primitives);
  expect(findings.filter(({ grade }) => grade === "mismatch")).to.deep.equal([]);
  return tellStory(history);
}

function linesOf({ flow }: Story): readonly string[] {
  return (flow?.steps ?? []).flatMap(({ exits }) => exits.map((exit) => zh.say(exit.said)));
}

/** What comes into a step goes out of it, and what ends is what came in less what turned off. */
function expectClosed({ flow }: Story): void {
  const steps = flow?.steps ?? [];
  for (const { said: what, before, came, after, exits } of steps) {
    for (const { amount } of exits) expect(amount > 0n, zh.say(what)).to.equal(true);
    expect(
      exits.reduce((sum, { amount }) => sum + amount, after),
      zh.say(what),
    ).to.equal(before + came);
  }
  const all = (amounts: readonly bigint[]) => amounts.reduce((sum, amount) => sum + amount, 0n);
  const out = all(steps.flatMap(({ exits }) => exits.map(({ amount }) => amount)));
  expect(all(steps.map(({ came }) => came))).to.equal(out + (steps.at(-1)?.after ?? 0n));
  if (flow !== null) expect(flowText(flow, zh)).not.to.equal("");
}
