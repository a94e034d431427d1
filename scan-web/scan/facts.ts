/**
 * Six facts, those that buyers ask for first, each with who stands behind it. What is about the field is the producer's word,
 * however well signed; what has no record is never worded as good. Pure.
 */
import type { Hex } from "../../protocol/history.ts";
import { type Names, type Said, said, type Value } from "../ui/i18n.ts";
import { readInspect } from "../../protocol/document/read-third.ts";
import { harvestsOf, type Shares } from "./ancestry.ts";
import { believed } from "./corrections.ts";
import { DAY_S, dayFrom, dayOf, type Field, type Use, usesOf } from "./field.ts";
import { type Graph, madeOf, organisationOf } from "./graph.ts";
import type { Fact } from "./story.ts";
import { type Certificate, isThird, testsOf } from "./third.ts";
import { percent } from "./units.ts";

export { sixFacts };

interface Ground {
  readonly graph: Graph;
  readonly lot: Hex;
  readonly fields: readonly Field[];
  readonly shares: Shares;
  readonly certificates: readonly Certificate[];
}

function sixFacts(ground: Ground): readonly Fact[] {
  const ofFields = (fact: Fact) => withOutside(ground, fact);
  return [
    ofFields(harvest(ground)),
    origin(ground),
    certificate(ground),
    test(ground),
    ofFields(pesticide(ground)),
    ofFields(fertiliser(ground)),
  ];
}

/** What is said of the fields is said of a part alone where another part came from outside. */
function withOutside({ shares: { outside, plots } }: Ground, fact: Fact): Fact {
  if (outside === 0 || plots.size === 0) return fact;
  const share = percent(outside);
  return {
    ...fact,
    note: fact.note === null ? said("fact.outside", { share }) : said("fact.outside.too", { note: fact.note, share }),
  };
}

function harvest({ graph, lot }: Ground): Fact {
  const makers = harvestsOf(graph, lot).flatMap((id) => {
    const written = graph.subjects.get(id)?.maker ?? null;
    const now = written === null || madeOf(graph, id)?.amount === 0n ? null : believed(graph.corrections, written);
    return written === null || now === null ? [] : { occurredAtS: dayFrom(now), recordedAtS: written.recordedAtS };
  });
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
    if (plots.length > 0) {
      const note = said("fact.origin.part.note", { share, count: plots.length });
      return { name: "origin", grade: "stated", said: said("fact.origin.part"), note };
    }
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
      said: place === null ? said("flow.plot", { name: plot }) : said("fact.origin.one", { place, plot }),
      note: said("fact.origin.one.note"),
    };
  }
  const share = percent(Math.max(...shares.plots.values()));
  return {
    name: "origin",
    grade: "stated",
    said: said("fact.origin.many", { plots: plots.length }),
    note:
      place === null ? said("fact.origin.many.note.bare", { share }) : said("fact.origin.many.note", { place, share }),
  };
}

/** What a certificate is of, until when, and whether it was in force; a visit that found fault is told before it. */
function certificate({ graph, certificates }: Ground): Fact {
  const name = "certificate";
  const failed = graph.entries.find(
    (entry) =>
      entry.open.name === "INSPECT" &&
      isThird(graph, entry) &&
      !graph.corrections.struck.has(entry.id) &&
      readInspect(entry.document, entry.subject)?.conformant === false,
  );
  if (failed !== undefined) {
    const note = said("fact.inspection.by", {
      organisation: organisationOf(graph, failed.organisation).names,
      day: { day: failed.occurredAtS, form: "short" },
    });
    return { name, grade: "third", said: said("fact.inspection.not"), note, isBad: true };
  }
  const [best] = [...certificates].sort((one, other) => worth(other) - worth(one));
  if (best === undefined) {
    return { name, grade: "none", said: said("fact.certificate.none"), note: said("fact.certificate.none.note") };
  }
  const { entry, credential, untilS, plots, others, isStruck } = best;
  const issuer = organisationOf(graph, entry.organisation).names;
  if (isStruck || !isThird(graph, entry)) {
    const key = isStruck ? "fact.certificate.struck" : "fact.certificate.own";
    return {
      name,
      grade: isStruck ? "third" : "stated",
      said: said(key),
      note: said("fact.certificate.by", { issuer }),
      isBad: true,
    };
  }
  const state = best.state === "in-force" ? (best.atHarvest === false ? "not-yet" : "in-force") : best.state;
  const until: Value = { day: untilS - 1, form: "short" };
  // Labels that are out keep what they were made under; what came since is said beside it, and first.
  const since = best.fates.at(-1);
  if (state === "in-force" && since !== undefined && since.kind !== "LIFT") {
    const day: Value = { day: since.entry.recordedAtS, form: "short" };
    return {
      name,
      grade: "third",
      said: said("fact.certificate.in-force", { name: credential?.name ?? credential?.number ?? "" }),
      note: said(since.kind === "REVOKE" ? "fact.certificate.since.REVOKE" : "fact.certificate.since.SUSPEND", { day }),
      isBad: true,
    };
  }
  return {
    name,
    grade: "third",
    said: said(`fact.certificate.${state}`, { name: credential?.name ?? credential?.number ?? "" }),
    note:
      plots.length === 0
        ? said("fact.certificate.product", { issuer, until })
        : said("fact.certificate.plots", { issuer, plots: plots.length, of: plots.length + others.length, until }),
    isBad: state !== "in-force",
  };
}

/** In force at harvest and labelling first, then of more plots. */
function worth({ state, atHarvest, isStruck, plots, others, claimed }: Certificate): number {
  // The one that the labels themselves name comes before all others.
  if (claimed) return 10;
  const inForce = isStruck ? 0 : state === "in-force" ? (atHarvest === false ? 2 : 3) : 1;
  return inForce + plots.length / (plots.length + others.length + 1);
}

/** A test that was not passed is told before one that was. */
function test({ graph }: Ground): Fact {
  const name = "test";
  const tests = testsOf(graph).map((one) => {
    const count = (verdict: string) => one.test.results.filter((result) => result.verdict === verdict).length;
    return { ...one, over: count("fail"), within: count("pass"), open: count("unknown") };
  });
  const found = tests.find(({ test, over }) => test.verdict === "fail" || over > 0) ?? tests[0];
  if (found === undefined) {
    return { name, grade: "none", said: said("fact.test.none"), note: said("fact.test.none.note") };
  }
  const by: Readonly<Record<string, Value>> = {
    laboratory: organisationOf(graph, found.entry.organisation).names,
    day: { day: found.entry.occurredAtS, form: "short" },
  };
  const { over, within, open, isOfLot } = found;
  const isBad = over > 0 || found.test.verdict === "fail";
  const isGood = !isBad && found.test.verdict === "pass" && within > 0;
  return {
    name,
    grade: "third",
    said: isBad
      ? over > 0
        ? said("fact.test.over", { count: over })
        : said("fact.test.fail")
      : isGood
        ? said("fact.test.within", { count: within })
        : said("fact.test.open", { count: found.test.results.length }),
    note: !isOfLot
      ? said("fact.test.other", by)
      : isGood && open > 0
        ? said("fact.test.by-open", { ...by, open })
        : said("fact.test.by", by),
    isBad,
  };
}

function pesticide({ fields }: Ground): Fact {
  const uses = usesOf(fields, "pesticide");
  const silent = fields.filter((field) => field.works.length === 0).length;
  const unread = unreadOf(fields);
  if (uses.length === 0 && unread > 0) return notLoaded("pesticide", unread);
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
  const last: Value = { day: Math.max(...uses.map((use) => use.timeS)), form: "short" };
  const count = daysOf(uses);
  const note =
    unread > 0
      ? said("fact.uses-unread", { days: said("fact.pesticide.on-days", { count }), more: unread })
      : silent > 0
        ? said("fact.pesticide.uses-unrecorded", {
            days: said("fact.pesticide.on-days", { count }),
            plots: unrecorded(silent),
          })
        : said("fact.pesticide.uses", { count, last });
  return { name: "pesticide", grade: "stated", said: said("fact.pesticide.days", { days }), note };
}

function fertiliser({ fields }: Ground): Fact {
  const uses = usesOf(fields, "fertiliser");
  const unread = unreadOf(fields);
  if (uses.length === 0 && unread > 0) return notLoaded("fertiliser", unread);
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
  const last: Value = { day: Math.max(...uses.map((use) => use.timeS)), form: "short" };
  return {
    name: "fertiliser",
    grade: "stated",
    said: said("fact.fertiliser.uses", { count: daysOf(uses) }),
    note:
      unread > 0
        ? said("fact.uses-unread", {
            days: said("fact.fertiliser.last", { names: { list: names.slice(0, 1) }, last }),
            more: unread,
          })
        : said("fact.fertiliser.last", { names: { list: names.slice(0, 2) }, last }),
  };
}

/** Field records of which the words are not here: nothing may be concluded from what they do not say. */
function unreadOf(fields: readonly Field[]): number {
  return new Set(fields.flatMap(({ works }) => works.filter(({ document }) => document === null).map(({ id }) => id)))
    .size;
}

function notLoaded(name: "pesticide" | "fertiliser", count: number): Fact {
  return { name, grade: "none", isUnread: true, said: said("fact.unread", { count }), note: said("fact.unread.note") };
}

function tooShort({ daysToHarvest, input }: Use): boolean {
  const interval = input.preHarvestIntervalDays;
  return interval !== null && daysToHarvest < interval;
}

/**
 * On how many days of the calendar in China. A day's round over seven plots may stand in one entry or, where one dose was put right,
 * in several: whoever counts days on the way comes to this number.
 */
function daysOf(uses: readonly Use[]): number {
  return new Set(uses.map((use) => dayOf(use.timeS))).size;
}

function unrecorded(count: number): Said {
  return said("fact.pesticide.unrecorded", { count });
}

/** So many villages are named; of more, how many there are. */
const VILLAGES_NAMED = 3;

/** The villages that plots lie in; null unless every plot names its own, for one that is named would stand for all. */
function villages(graph: Graph, plots: readonly Hex[]): Value | null {
  const named = plots.flatMap((plot) => graph.plot(plot)?.village ?? []);
  if (named.length < plots.length) return null;
  const all = [...new Map(named.map((village) => [JSON.stringify(village), village])).values()];
  return all.length <= VILLAGES_NAMED ? { list: all } : said("fact.origin.villages", { count: all.length });
}
