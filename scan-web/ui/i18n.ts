/**
 * Words of the pages: whole sentences by key, with `{placeholders}`. `messages/zh-CN.json` is the source, `en.json` must
 * have its keys and placeholders (test/web/messages.test.ts). Pure: the messages are handed in, so that a browser loads one
 * language only. Product text (names, notes) is data and is never translated here.
 */
import type { Words } from "../../protocol/document/text.ts";
import { isolated } from "./html.ts";
import type source from "./messages/zh-CN.json";

export type { Key, Lang, Messages, Names, Said, Speaker, Unit, Value };
export { chooseLang, LANGS, said, speak, ZONE };

type Lang = "zh-CN" | "en";
type Entry = keyof typeof source;
type Stem<K> = K extends `${infer S}.other` ? S : never;
/** A key of the messages, or the stem of one that has `.one` and `.other`. */
type Key = Entry | Stem<Entry>;
type Messages = Readonly<Record<Entry, string>>;

const LANGS: readonly Lang[] = ["zh-CN", "en"];

/** The fields lie in China, and a harvest's day is the day there, wherever the page is read. */
const ZONE = "Asia/Shanghai";

/** A name in either language or both, as documents carry it. */
type Names = Words;

/** Units of lots and plots, UN/CEFACT Recommendation 20. */
type Unit = "KGM" | "MTK" | "H87" | "LTR";

/**
 * The recorder has messages of its own (record/words.ts): `K` are the keys of a page's own.
 * What may fill a placeholder. A bare number is written with the language's own digits, a `figure` of a report to its last; `day`, `days` (a span) and `moment`
 * are seconds since 1970; `amount` counts thousandths of `unit` (`form` chooses "412 kg" without the 斤, or "250 g");
 * `cap` are kilograms per hectare; `list` is joined as the language joins; a sentence may stand in another.
 */
type Value<K extends string = Key> =
  | string
  | number
  | Names
  | { readonly figure: number }
  | { readonly day: number; readonly form?: "short" }
  | { readonly days: readonly [number, number] }
  | { readonly moment: number }
  | { readonly amount: bigint; readonly unit: Unit; readonly form?: "short" | "small" }
  | { readonly cap: number }
  | { readonly bytes: number }
  | Said<K>
  | { readonly list: readonly Value<K>[] };

/** A sentence not yet spoken: which one, and what fills it. */
interface Said<K extends string = Key> {
  readonly key: K;
  readonly values: Readonly<Record<string, Value<K>>>;
}

interface Speaker<K extends string = Key> {
  readonly lang: Lang;
  /** Between two sentences: Chinese leaves no space after its full stop. */
  readonly gap: string;
  /** The sentence of a key. Where the key has `.one` and `.other`, `{count}` chooses. */
  readonly say: (key: K | Said<K>, values?: Readonly<Record<string, Value<K>>>) => string;
  /** One value as this language writes it. */
  readonly write: (value: Value<K>) => string;
  readonly has: (key: string) => key is K;
}

/** 15 亩 make a hectare. */
const MU_PER_HECTARE = 15;
const M2_PER_MU = 10_000 / MU_PER_HECTARE;

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

function said(key: Key, values: Readonly<Record<string, Value>> = {}): Said {
  return { key, values };
}

/** `messages` must hold the sentences of units (`unit.…`); their own keys, and stems of plurals, are what can be said. */
function speak<E extends string>(lang: Lang, messages: Readonly<Record<E, string>>): Speaker<E | Stem<E>> {
  type K = E | Stem<E>;
  const plural = new Intl.PluralRules(lang);
  const number = new Intl.NumberFormat(lang, { maximumFractionDigits: 3 });
  const figure = new Intl.NumberFormat(lang, { maximumFractionDigits: 15 });
  const day = new Intl.DateTimeFormat(lang, { timeZone: ZONE, year: "numeric", month: "long", day: "numeric" });
  // A Chinese date has no shorter form that would not read like a form.
  const month = lang === "zh-CN" ? "long" : "short";
  const shortDay = new Intl.DateTimeFormat(lang, { timeZone: ZONE, year: "numeric", month, day: "numeric" });
  const moment = new Intl.DateTimeFormat(lang, {
    timeZone: ZONE,
    year: "numeric",
    month: "long",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const list = new Intl.ListFormat(lang, { style: "short", type: "unit" });
  const joined = (parts: string[]) => (lang === "zh-CN" ? parts.join("、") : list.format(parts));

  function write(value: Value<K>): string {
    if (typeof value === "string") return isolated(value);
    if (typeof value === "number") return number.format(value);
    if ("figure" in value) return figure.format(value.figure);
    if ("day" in value) return (value.form === "short" ? shortDay : day).format(value.day * 1000);
    if ("moment" in value) return moment.format(value.moment * 1000);
    if ("days" in value) return span(...value.days);
    if ("amount" in value) return amount(value.amount, value.unit, value.form);
    if ("cap" in value) return unit("cap", { kgHa: Math.round(value.cap), kgMu: rounded(value.cap / MU_PER_HECTARE) });
    if ("bytes" in value) return size(value.bytes);
    if ("key" in value) return say(value);
    if ("list" in value) return joined(value.list.map(write));
    return isolated((lang === "zh-CN" ? value.zh || value.en : value.en || value.zh) ?? "");
  }

  function amount(thousandths: bigint, of: Unit, form?: "short" | "small"): string {
    const n = Number(thousandths) / 1000;
    if (of === "MTK") return unit("MTK", { m2: Math.round(n), mu: rounded(n / M2_PER_MU) });
    if (of !== "KGM") return unit(of, { n, count: n });
    if (form === "small" && n < 1) return unit("KGM.small", { g: Number(thousandths) });
    return unit(form === undefined ? "KGM" : "KGM.short", { kg: n, jin: n * 2 });
  }

  /** ICU shortens a Chinese range of dates to digits and slashes, which reads like a form. */
  function span(fromS: number, untilS: number): string {
    const [from, until] = [day.format(fromS * 1000), day.format(untilS * 1000)];
    if (from === until) return from;
    if (lang !== "zh-CN") return day.formatRange(fromS * 1000, untilS * 1000);
    const [year = ""] = /^\d+年/.exec(from) ?? [];
    return unit("span", { from, until: until.startsWith(year) ? until.slice(year.length) : until });
  }

  function size(bytes: number): string {
    if (bytes < 1_000_000) return unit("bytes", { kb: Math.max(1, Math.round(bytes / 1000)) });
    if (bytes < 1_000_000_000) return unit("bytes.mega", { mb: rounded(bytes / 1_000_000) });
    return unit("bytes.giga", { gb: rounded(bytes / 1_000_000_000) });
  }

  function unit(key: string, values: Readonly<Record<string, number | string>>): string {
    return say(`unit.${key}` as K, values);
  }

  function say(what: K | Said<K>, values: Readonly<Record<string, Value<K>>> = {}): string {
    const sentence: Said<K> = typeof what === "string" ? { key: what, values } : what;
    const count = sentence.values.count;
    const chosen = typeof count === "number" ? `${sentence.key}.${plural.select(count)}` : sentence.key;
    const known: Readonly<Record<string, string>> = messages;
    const template = known[chosen] ?? known[sentence.key] ?? sentence.key;
    return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = sentence.values[name];
      return value === undefined ? whole : write(value);
    });
  }

  return {
    lang,
    gap: lang === "zh-CN" ? "" : " ",
    say,
    write,
    has: (key): key is K => Object.prototype.hasOwnProperty.call(messages, key),
  };
}

/** `?lang=` wins, then the browser's own list (RFC 9110 §12.5.4), then Chinese, the language of most bags. */
function chooseLang(asked: string | null | undefined, accept: string | null | undefined): Lang {
  for (const wish of [asked, ...wishes(accept ?? "")]) {
    if (wish === null || wish === undefined) continue;
    const main = wish.toLowerCase().split("-")[0];
    if (main === "zh") return "zh-CN";
    if (main === "en") return "en";
  }
  return "zh-CN";
}

function wishes(accept: string): string[] {
  return accept
    .slice(0, 500)
    .split(",")
    .map((range, place) => {
      const [tag = "", ...settings] = range.split(";").map((part) => part.trim());
      const quality = settings.find((setting) => setting.startsWith("q="));
      return { tag, place, weight: quality === undefined ? 1 : Number(quality.slice(2)) || 0 };
    })
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight || one.place - other.place)
    .map(({ tag }) => tag);
}
