/**
 * History → what its labels say: the same names, lot and days as on the scan page, read from the same records. Pure.
 */
import type { Hex, History } from "../../protocol/history.ts";
import { codePath } from "../../protocol/label.ts";
import { harvestsOf } from "../scan/ancestry.ts";
import { believed } from "../scan/corrections.ts";
import { dayFrom } from "../scan/field.ts";
import { openHistory } from "../scan/graph.ts";
import { registeredCode, tellStory } from "../scan/tell.ts";
import type { Lang } from "../ui/i18n.ts";
import { speaker } from "../ui/words.ts";
import type { Printed } from "./label.ts";

export type { Told };
export { pathsOf, tellLabel };

type Told = Omit<Printed, "fingerprint" | "host">;

/** docs/ledger.md §6: steps of a TRANSFORM. */
const PACK = 2;

/** `run` is the label run of `history`: its day stands on labels of what was neither harvested nor packed here. */
function tellLabel(history: History, run: Hex, lang: Lang): Told {
  const graph = openHistory(history);
  const story = tellStory(history);
  // As corrected: a label must not carry a day that was put right.
  const harvests = harvestsOf(graph, history.lot).flatMap((id) => {
    const written = graph.subjects.get(id)?.maker ?? null;
    const now = written === null ? null : believed(graph.corrections, written);
    return now === null ? [] : dayFrom(now);
  });
  const maker = graph.subjects.get(history.lot)?.maker;
  const isPacked = maker?.open.name === "TRANSFORM" && maker.open.args.step === PACK;
  const words = speaker(lang);
  return {
    product: story.product ?? { [lang === "zh-CN" ? "zh" : "en"]: words.say("scan.no-product") },
    net: story.net === null ? null : words.write({ ...story.net, form: "small" }),
    lotNumber: story.lotNumber,
    harvested: harvests.length === 0 ? null : [Math.min(...harvests), Math.max(...harvests)],
    packedS: isPacked ? maker.occurredAtS : null,
    labelledS: graph.subjects.get(run)?.maker?.occurredAtS ?? null,
    holder: story.holder.names,
    example: story.example !== null,
  };
}

/**
 * Serial → path of its code: with article and lot number where the product has a GTIN, else the short form. A lot number that does
 * not go into a code's alphanumeric mode (small letters, for one) would make the code larger: those take the short form too.
 */
function pathsOf(history: History): (serial: string) => string {
  const registered = registeredCode(history);
  const long = codePath({ ...registered, serial: "" });
  const named = /^[0-9A-Z$%*+\-./:]*$/.test(long) ? registered : { gtin: null, lotNumber: null };
  return (serial) => codePath({ ...named, serial });
}
