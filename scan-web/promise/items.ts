/** The items of a 承诺达标合格证 in the rule's order, as text in one language: what the sheet and the slip both print. Pure. */
import { HGZ_2026, type PromiseItem } from "../../protocol/document/hgz-2026.ts";
import type { Lang, Names } from "../ui/i18n.ts";
import { speaker } from "../ui/words.ts";
import type { Certificate, Leaned } from "./certificate.ts";
import { wordsIn } from "./words.ts";

export type { Item };
export { dayOf, itemsOf, nameIn, recordText, ruleIn };

interface Item {
  readonly name: PromiseItem;
  readonly label: string;
  readonly text: string;
}

/** All but the promise and its basis, which are more than a line. */
function itemsOf(certificate: Certificate, lang: Lang): readonly Item[] {
  const { productName, lotNumber, amount, origin, issuedOn, promisor, contact } = certificate;
  const tell = wordsIn(lang);
  const words = speaker(lang);
  const item = (name: PromiseItem, text: string): Item => ({ name, label: ruleIn(HGZ_2026.items[name], lang), text });
  const lot = lotNumber === null ? "" : ` ${tell("item.lot")} ${lotNumber}`;
  const number = `${tell("item.number")} ${contact.number}`;
  return [
    item("productName", nameIn(productName, lang) + lot),
    item("quantity", words.write({ ...amount, form: "short" })),
    item("origin", nameIn(origin, lang)),
    item("issuedOn", dayOf(issuedOn, lang)),
    item("promisor", nameIn(promisor.names, lang)),
    item("contact", contact.phone === null ? number : `${contact.phone} ${number}`),
  ];
}

function nameIn({ zh, en }: Names, lang: Lang): string {
  return (lang === "zh-CN" ? (zh ?? en) : (en ?? zh)) ?? "";
}

function ruleIn({ zh, en }: { readonly zh: string; readonly en: string }, lang: Lang): string {
  return lang === "zh-CN" ? zh : en;
}

/** `2026-04-03` as the language writes it. */
function dayOf(day: string, lang: Lang): string {
  return speaker(lang).write({ day: Date.parse(`${day}T12:00:00+08:00`) / 1000 });
}

const KINDS = [
  ...(["GROW", "NOTE", "TEST", "INSPECT", "HARVEST", "PLANT", "SENSE"] as const),
  ...(["RECEIVE", "TRANSFORM", "ORIGIN", "PROMISE"] as const),
];

/** Which record, of what, of which day, by whom. */
function recordText({ document, entry }: Leaned, lang: Lang): string {
  const tell = wordsIn(lang);
  if (entry === null) return tell("sheet.missing", { document: `${document.slice(0, 8)}…${document.slice(-6)}` });
  const kind = KINDS.find((name) => name === entry.kind);
  return [
    tell(kind === undefined ? "record.other" : `record.${kind}`),
    entry.what === null ? null : nameIn(entry.what, lang),
    speaker(lang).write({ day: entry.occurredAtS }),
    nameIn(entry.organisation, lang),
  ]
    .filter((part) => part !== null)
    .join(" · ");
}
