/**
 * The register of an organisation's 承诺达标合格证: as a page that prints on A4, and as CSV (RFC 4180, with a byte order mark, for
 * spreadsheets take Chinese for something else without). Pure.
 */
import type { PromiseState } from "../../protocol/document/held-promise.ts";
import { BASIS_CODES, HGZ_2026 } from "../../protocol/document/hgz-2026.ts";
import { brand, documentPage, linkTo, type Page } from "../ui/document.ts";
import { type Html, html, inert } from "../ui/html.ts";
import { type Lang, type Names, ZONE } from "../ui/i18n.ts";
import type { PageView } from "../ui/view.ts";
import { speaker } from "../ui/words.ts";
import { dayOf, nameIn, ruleIn } from "./items.ts";
import { type PromiseKey, wordsIn } from "./words.ts";

export type { RegisterRow, RegisterView };
export { keepUntil, registerCsv, renderRegister };

interface RegisterRow {
  readonly lot: string;
  /** CID. */
  readonly document: string;
  /** As booked: decimal text, and the unit's code. */
  readonly amount: string;
  readonly unit: string | null;
  readonly recordedAtS: number;
  readonly state: PromiseState;
  /** What the document says, whatever its state; null where it is unread. */
  readonly said: {
    readonly productName: Names | null;
    readonly lotNumber: string | null;
    readonly issuedOn: string | null;
    readonly promise: string | null;
    readonly basis: readonly string[];
  } | null;
}

interface RegisterView extends Omit<PageView, "assets"> {
  readonly css: string;
  readonly organisation: { readonly number: number; readonly names: Names; readonly example: boolean };
  readonly rows: readonly RegisterRow[];
  /** They are the newest of these days. */
  readonly isFirst: boolean;
  /** Place after which the older ones of these days go on; null: there are none. */
  readonly next: string | null;
  /** Days in China as they were asked for. */
  readonly from: string | null;
  readonly until: string | null;
}

function renderRegister(view: RegisterView): Page {
  const { lang, organisation, rows, isFirst, next, css } = view;
  const words = speaker(lang);
  const tell = wordsIn(lang);
  const of = tell("register.of", { organisation: nameIn(organisation.names, lang), number: organisation.number });
  return documentPage({
    speaker: words,
    title: `${tell("register.title")} · ${inert(of)}`,
    css,
    body: html`${organisation.example ? html`<aside class="ribbon">${words.say("example.ribbon")}</aside>` : null}
<header>${brand(words, view.here)}</header>
<main id="main" class="registered"><h1>${tell("register.title")}</h1><p>${of}</p>
<p class="soft">${tell("register.keep", { months: HGZ_2026.keepMonths })}</p>
${filter(view)}
${
  rows.length === 0
    ? html`<p>${tell("register.empty")}</p>`
    : html`<p>${tell(isFirst && next === null ? "register.count" : "register.page", { count: rows.length })}</p>${table(view)}${next === null ? null : html`<p class="needs-screen"><a class="button" rel="next" href="${linkTo(`${at(view)}?${asked(view, { after: next })}`, view)}">${tell("register.next")}</a></p>`}`
}<p class="soft">${tell("register.source")}${words.gap}${ruleIn(HGZ_2026.rule, lang)}</p></main>`,
  });
}

function filter(view: RegisterView): Html {
  const { lang, isLangAsked, from, until, isFirst } = view;
  const tell = wordsIn(lang);
  const isAll = from === null && until === null && isFirst;
  return html`<form class="days needs-screen" action="${at(view)}"><p><label for="from">${tell("register.from")}</label><input type="date" id="from" name="from" value="${from ?? ""}"></p>
<p><label for="until">${tell("register.until")}</label><input type="date" id="until" name="until" value="${until ?? ""}"></p>${
    isLangAsked ? html`<input type="hidden" name="lang" value="${lang}">` : null
  }<button class="button">${tell("register.show")}</button></form>
<p class="needs-screen">${isAll ? null : html`<a href="${linkTo(at(view), view)}">${tell("register.all")}</a> · `}<a href="${linkTo(`${at(view)}?${asked(view, { as: "csv" })}`, view)}">${tell("register.csv")}</a></p>`;
}

function at({ organisation }: RegisterView): string {
  return `/promises/${organisation.number}`;
}

/** The same days. */
function asked({ from, until }: RegisterView, more: Readonly<Record<string, string>>): URLSearchParams {
  return new URLSearchParams({ ...(from === null ? {} : { from }), ...(until === null ? {} : { until }), ...more });
}

function table(view: RegisterView): Html {
  const { lang, rows, from, until } = view;
  const tell = wordsIn(lang);
  const caption = tell("register.days", {
    from: from === null ? tell("register.start") : dayOf(from, lang),
    until: until === null ? tell("register.now") : dayOf(until, lang),
  });
  return html`<table class="register"><caption>${caption}${view.organisation.example ? html` <b>${tell("register.example")}</b>` : null}</caption><thead><tr>${COLUMNS.map((key) => html`<th scope="col"${key === "column.sheet" ? html` class="needs-screen"` : null}>${tell(key)}</th>`)}</tr></thead><tbody>${rows.map((row) => line(row, view))}</tbody></table>`;
}

const COLUMNS = [
  ...["column.day", "column.product", "column.amount", "column.lot", "column.promise", "column.basis"],
  ...["column.keep", "column.state", "column.sheet"],
] as readonly PromiseKey[];

function line(row: RegisterRow, view: RegisterView): Html {
  const { lang } = view;
  const tell = wordsIn(lang);
  const cell = (key: PromiseKey, text: Html | string, kind = "") =>
    html`<td data-label="${tell(key)}"${kind === "" ? null : html` class="${kind}"`}><span>${text}</span></td>`;
  const { said } = row;
  const none = "—";
  const recorded = dayAt(row.recordedAtS);
  const day = said?.issuedOn ?? recorded;
  return html`<tr>${cell("column.day", html`${dayOf(day, lang)}${recorded === day ? null : html`<small> ${tell("column.recorded")} ${dayOf(recorded, lang)}</small>`}`)}${cell("column.product", nameIn(said?.productName ?? {}, lang) || none)}${cell("column.amount", amountText(row, lang), "figure")}${cell("column.lot", said?.lotNumber ?? none)}${cell("column.promise", kindText(said?.promise ?? null, lang))}${cell("column.basis", basisText(said?.basis ?? [], lang) || none)}${cell("column.keep", dayOf(keepUntil(day), lang))}${cell("column.state", row.state === "stands" ? tell("state.stands") : html`<b>${tell(`state.${row.state}`)}</b>`)}${cell("column.sheet", html`<a href="${linkTo(`/promise/${row.document}`, view)}">${tell("column.sheet.link")}<span class="unseen"> ${nameIn(said?.productName ?? {}, lang)} ${day}</span></a>`, "needs-screen")}</tr>
`;
}

function amountText({ amount, unit }: RegisterRow, lang: Lang): string {
  const known = unit === "KGM" || unit === "MTK" || unit === "H87" || unit === "LTR" ? unit : null;
  if (known === null) return amount;
  return speaker(lang).write({ amount: BigInt(Math.round(Number(amount) * 1000)), unit: known, form: "short" });
}

function kindText(promise: string | null, lang: Lang): string {
  if (promise !== "producer" && promise !== "purchaser") return "—";
  return wordsIn(lang)(`kind.${promise}`);
}

function basisText(codes: readonly string[], lang: Lang): string {
  return BASIS_CODES.filter((code) => codes.includes(code))
    .map((code) => ruleIn(HGZ_2026.basis[code], lang))
    .join(lang === "zh-CN" ? "；" : "; ");
}

/** The calendar that pages are written by has no day after it. */
const LAST_DAY = "9999-12-31";

/** The same day, so many months on; the month's last where it has no such day. */
function keepUntil(day: string): string {
  const until = new Date(`${day}T00:00:00Z`);
  const date = until.getUTCDate();
  until.setUTCMonth(until.getUTCMonth() + HGZ_2026.keepMonths);
  if (until.getUTCDate() !== date) until.setUTCDate(0);
  return until.getUTCFullYear() > 9999 ? LAST_DAY : until.toISOString().slice(0, 10);
}

const dayFormat = new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE });

/** `2026-04-03`, the day in China. */
function dayAt(timeS: number): string {
  return dayFormat.format(timeS * 1000);
}

const CSV_COLUMNS = [
  ...["column.day", "column.recorded", "column.product", "column.amount", "column.unit", "column.lot"],
  ...["column.promise", "column.basis", "column.keep", "column.state", "column.document", "column.address"],
  "column.example",
] as readonly PromiseKey[];

/** `origin`: of the sheets' addresses. */
function registerCsv(
  rows: readonly RegisterRow[],
  { lang, origin, isExample }: { readonly lang: Lang; readonly origin: string; readonly isExample: boolean },
): string {
  const tell = wordsIn(lang);
  const lines = rows.map(({ said, document, amount, unit, recordedAtS, state }) => {
    const recorded = dayAt(recordedAtS);
    const day = said?.issuedOn ?? recorded;
    return [
      ...[
        said?.issuedOn ?? "",
        recorded,
        nameIn(said?.productName ?? {}, lang),
        amount,
        unit ?? "",
        said?.lotNumber ?? "",
      ],
      ...[said === null ? "" : kindText(said.promise, lang), basisText(said?.basis ?? [], lang), keepUntil(day)],
      ...[tell(`state.${state}`), document, `${origin}/promise/${document}`],
      isExample ? tell("register.example") : "",
    ];
  });
  const all = [CSV_COLUMNS.map((key) => tell(key)), ...lines];
  return `\ufeff${all.map((cells) => `${cells.map(field).join(",")}\r\n`).join("")}`;
}

/** A spreadsheet would reckon with what begins like a formula: a name is nothing to be reckoned with. */
function field(value: string): string {
  const text = inert(/^[=+\-@\t\r]/.test(value) ? `'${value}` : value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
