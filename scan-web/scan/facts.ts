/**
 * Six facts, those that buyers ask for first, each with who stands behind it. What is about the field is the producer's word,
 * however well signed; what has no record is never worded as good. Pure.
 */
import type { Hex } from "../../protocol/history.ts";
import { type Names, said, type Value } from "../ui/i18n.ts";
import { harvestsOf, type Shares } from "./ancestry.ts";
import { DAY_S, type Field, type Use, usesOf } from "./field.ts";
import type { Graph } from "./graph.ts";
import type { Fact } from "./story.ts";

export { sixFacts };

interface Ground {
  readonly graph: Graph;
  readonly lot: Hex;
  readonly fields: readonly Field[];
  readonly shares: Shares;
}

function sixFacts(ground: Ground): readonly Fact[] {
  return [
    harvest(ground),
    origin(ground),
    // There is no kind of entry yet by which a certifier or a laboratory could sign.
    {
      name: "certificate",
      grade: "none",
      said: said("fact.certificate.none"),
      note: said("fact.certificate.none.note"),
    },
    { name: "test", grade: "none", said: said("fact.test.none"), note: said("fact.test.none.note") },
    pesticide(ground),
    fertiliser(ground),
  ];
}

function harvest({ graph, lot }: Ground): Fact {
  const makers = harvestsOf(graph, lot).flatMap((id) => graph.subjects.get(id)?.maker ?? []);
  if (makers.length === 0) {
    return { name: "harvest", grade: "none", said: said("fact.harvest.none"), note: said("fact.harvest.none.note") };
  }
  const times = makers.map((maker) => maker.occurredAtS);
  const days: Value = { days: [Math.min(...times), Math.max(...times)] };
  const lateS = Math.max(...makers.map((maker) => maker.recordedAtS - maker.occurredAtS));
  const note =
    lateS > DAY_S ? said("fact.harvest.late", { days: Math.floor(lateS / DAY_S) }) : said("fact.harvest.same-day");
  return { name: "harvest", grade: "stated", said: said("fact.harvest.days", { days }), note };
}

/** "From this plot" only for a lot that was never blended; else how many plots, and the most that any can be. */
function origin({ graph, shares }: Ground): Fact {
  const plots = [...shares.plots.keys()];
  const [first] = plots;
  if (shares.outside > 0) {
    const share = percent(shares.outside);
    return {
      name: "origin",
      grade: "stated",
      said: said("fact.origin.outside"),
      note: said("fact.origin.outside.note", { share }),
    };
  }
  if (first === undefined) {
    return { name: "origin", grade: "none", said: said("fact.origin.none"), note: said("fact.origin.none.note") };
  }
  const place = villages(graph, plots);
  if (plots.length === 1) {
    const master = graph.plot(first);
    const plot = master?.name ?? { zh: master?.code ?? "" };
    return {
      name: "origin",
      grade: "stated",
      said: said("fact.origin.one", { place, plot }),
      note: said("fact.origin.one.note"),
    };
  }
  const share = percent(Math.max(...shares.plots.values()));
  return {
    name: "origin",
    grade: "stated",
    said: said("fact.origin.many", { plots: plots.length }),
    note: said("fact.origin.many.note", { place, share }),
  };
}

function pesticide({ fields }: Ground): Fact {
  const uses = usesOf(fields, "pesticide");
  const silent = fields.filter((field) => field.works.length === 0).length;
  if (uses.length === 0) {
    const note = silent > 0 && silent < fields.length ? unrecorded(silent) : said("fact.pesticide.none.note");
    return { name: "pesticide", grade: "none", said: said("fact.pesticide.none"), note };
  }
  const short = uses.find((use) => tooShort(use));
  if (short !== undefined) {
    return {
      name: "pesticide",
      grade: "stated",
      said: said("fact.pesticide.short", { days: short.daysToHarvest }),
      note: said("fact.pesticide.short.note", { interval: short.input.preHarvestIntervalDays ?? 0 }),
    };
  }
  const days = Math.min(...uses.map((use) => use.daysToHarvest));
  const last = { day: Math.max(...uses.map((use) => use.timeS)) };
  const count = timesOf(uses);
  const note =
    silent > 0
      ? said("fact.pesticide.uses-unrecorded", { uses: count, plots: silent })
      : said("fact.pesticide.uses", { count, last });
  return { name: "pesticide", grade: "stated", said: said("fact.pesticide.days", { days }), note };
}

function fertiliser({ fields }: Ground): Fact {
  const uses = usesOf(fields, "fertiliser");
  if (uses.length === 0) {
    return {
      name: "fertiliser",
      grade: "none",
      said: said("fact.fertiliser.none"),
      note: said("fact.fertiliser.none.note"),
    };
  }
  const names: readonly Names[] = [
    ...new Map(uses.map((use) => [JSON.stringify(use.input.name), use.input.name])).values(),
  ];
  const last = { day: Math.max(...uses.map((use) => use.timeS)) };
  return {
    name: "fertiliser",
    grade: "stated",
    said: said("fact.fertiliser.uses", { count: timesOf(uses) }),
    note: said("fact.fertiliser.last", { names: { list: names.slice(0, 2) }, last }),
  };
}

function tooShort({ daysToHarvest, input }: Use): boolean {
  const interval = input.preHarvestIntervalDays;
  return interval !== null && daysToHarvest < interval;
}

/** A day's round over seven plots with one product is one use, as a buyer would count it. */
function timesOf(uses: readonly Use[]): number {
  return new Set(uses.map((use) => `${Math.floor((use.timeS + 8 * 3600) / DAY_S)} ${JSON.stringify(use.input.name)}`))
    .size;
}

function unrecorded(plots: number) {
  return said("fact.pesticide.unrecorded", { plots });
}

/** The villages that plots lie in, each once. */
function villages(graph: Graph, plots: readonly Hex[]): Value {
  const named = plots.flatMap((plot) => graph.plot(plot)?.village ?? []);
  return { list: [...new Map(named.map((village) => [JSON.stringify(village), village])).values()].slice(0, 3) };
}

/** Rounded up: "at most 31 %" stays true. */
function percent(share: number): number {
  return Math.ceil(share * 100 - 1e-9);
}
