import { expect } from "chai";
import { ASKED, choices } from "../../../scan-web/record/asks.ts";
import { bannedOn, findInput, inputs, matches } from "../../../scan-web/record/inputs.ts";
import { messages as en } from "../../../scan-web/record/messages/en.ts";
import { messages as zh } from "../../../scan-web/record/messages/zh-CN.ts";
import type { Place } from "../../../scan-web/record/model.ts";
import { hasPictogram } from "../../../scan-web/record/pictograms.ts";
import { cropOf, placeAt, placesOf, targetOf } from "../../../scan-web/record/place.ts";
import { usualWorks, worksFor } from "../../../scan-web/record/usual.ts";
import { findWork, STEPS, walked, works } from "../../../scan-web/record/works.ts";
import { field, IDS } from "../../support/notebook.ts";

const MARCH = 3;
const AUGUST = 8;

function place(id: string): Place {
  const found = placesOf(field).find(
    (one) => (one.sort === "lot" ? one.lot.id : (one.planting?.id ?? one.plot.id)) === id,
  );
  if (found === undefined) throw new Error(`no place ${id}`);
  return found;
}

describe("The works that a recorder picks", () => {
  it("are as many as the list has, with the steps of making tea as one", () => {
    const yard = ["weighing", "splitting", "sending-packages"];
    const ofNoCrop = ["photo", "voice", "harvesting", "season-end", "receiving", "discarding", "labelling", ...yard];
    const masters = ["new-plot", "new-product"];

    expect(works.filter(({ id }) => ![...ofNoCrop, ...masters].includes(id))).to.have.length(49 - STEPS.length + 1);
  });

  it("ask five questions at most, each once", () => {
    for (const { id, asks } of works) {
      expect(asks.length, id).to.be.at.most(5);
      expect(new Set(asks.map((ask) => ask.id)).size, id).to.equal(asks.length);
    }
  });

  it("have a name in both languages and a picture each, and no id twice", () => {
    for (const work of works) {
      expect(work.zh, work.id).to.match(/^[\p{Script=Han}、]{2,6}$/u);
      expect(work.en, work.id).to.match(/^[a-z][a-z ,-]+$/i);
      expect(hasPictogram(work.id), work.id).to.equal(true);
    }
    expect(new Set(works.map(({ id }) => id)).size).to.equal(works.length);
  });

  it("ask in words that both languages have, and offer nothing without words", () => {
    for (const work of works) {
      for (const ask of work.asks) {
        const keys = [
          `record.ask.${work.id}.${ask.id}`,
          `record.ask.${ask.id}.${ask.inputs ?? ""}`,
          `record.ask.${ask.id}`,
        ];
        expect(
          keys.filter((key) => key in zh && key in en),
          `${work.id} ${ask.id}`,
        ).not.to.be.empty;
        expect(ASKED, ask.id).to.have.property(ask.id);
        if (ask.type === "choice") for (const id of ask.choices ?? []) expect(choices, id).to.have.property(id);
      }
    }
  });

  it("walk through what has to be answered first, so that the last of it stands where the record is saved", () => {
    expect(walked(findWork("spraying") ?? fail()).map(({ id }) => id)).to.deep.equal(["input", "interval", "dose"]);
    expect(walked(findWork("photo") ?? fail())).to.deep.equal([]);
    for (const { id, asks } of works) {
      const order = asks.map(({ required }) => required);
      expect(order, id).to.deep.equal([...order].sort((one, other) => Number(other) - Number(one)));
    }
  });

  it("keep to nine on the first screen, for the place's crop, the one done last first", () => {
    for (const one of placesOf(field)) {
      for (let month = 1; month <= 12; month++) {
        const usual = usualWorks(one, cropOf(field, one), ["pruning"], month);
        expect(usual.length + 3).to.be.at.most(9);
        for (const { crops } of usual) if (crops.length > 0) expect(crops).to.include("tea");
      }
    }
    const garden = place(IDS.planting);
    expect(usualWorks(garden, "tea", ["pruning"], AUGUST)[0]?.id).to.equal("pruning");
    expect(usualWorks(garden, "tea", [], MARCH).map(({ id }) => id)).to.include("plucking");
    expect(worksFor(garden, "tea", [], AUGUST).map(({ id }) => id)).not.to.include("picking-fruit");
  });

  it("offer at a lot what is done to goods, and nothing that needs a plant", () => {
    const ids = worksFor(place(IDS.lot), "tea", [], MARCH).map(({ id }) => id);

    expect(ids).to.include.members(["processing", "packing", "loading", "discarding"]);
    expect(ids).not.to.include.members(["plucking", "spraying", "irrigation"]);
  });

  it("are about the planting where there is one, the plot for a planting to come, and the organisation where there is no place", () => {
    const garden = placeAt(field, null);

    expect(targetOf({ kind: "GROW", on: "plot" }, garden, field)).to.deep.equal({ sort: "planting", id: IDS.planting });
    expect(targetOf({ kind: "PLANT", on: "plot" }, garden, field)).to.deep.equal({ sort: "plot", id: IDS.plot });
    expect(targetOf({ kind: "NOTE", on: "plot" }, null, field)).to.deep.equal({
      sort: "organisation",
      id: IDS.organisation,
    });
    expect(targetOf({ kind: "PLOT", on: "nothing" }, garden, field)).to.equal(null);
  });
});

describe("The list of inputs", () => {
  it("has 52 pesticides and 17 fertilisers, each under one id", () => {
    expect(inputs.filter(({ kind }) => kind === "pesticide")).to.have.length(52);
    expect(inputs.filter(({ kind }) => kind === "fertiliser")).to.have.length(17);
    expect(new Set(inputs.map(({ id }) => id)).size).to.equal(inputs.length);
  });

  it("says of none how long a harvest has to wait: that stands on the label", () => {
    for (const input of inputs)
      expect(Object.keys(input)).to.have.members(["id", "name", "kind", "letters", "bannedOn"]);
  });

  it("is found by Chinese, by English, by first letters and by short name", () => {
    const found = (typed: string) => inputs.filter((input) => matches(input, typed)).map(({ id }) => id);

    expect(found("虫脒")).to.deep.equal(["acetamiprid"]);
    expect(found("acetam")).to.deep.equal(["acetamiprid"]);
    expect(found("dcm")).to.deep.equal(["acetamiprid"]);
    expect(found("甲维盐")).to.deep.equal(["emamectin-benzoate"]);
    expect(found("没有这种")).to.deep.equal([]);
  });

  it("says which are banned on the crop, and of no other that it is allowed", () => {
    expect(bannedOn("carbofuran", "tea")).to.equal(true);
    expect(bannedOn("omethoate", "citrus")).to.equal(true);
    expect(bannedOn("omethoate", "tea")).to.equal(false);
    expect(findInput("acetamiprid")?.bannedOn).to.deep.equal([]);
  });
});

function fail(): never {
  throw new Error("there is no such work");
}
