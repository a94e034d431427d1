/**
 * Puts what was checked into the page that is there: the verdict, a mark at each piece of the way, the points to look at. Text only
 * (`textContent`): nothing that came from a record is ever read as markup here.
 */
import type { History } from "../../protocol/history.ts";
import type { Report } from "../../protocol/verify/report.ts";
import type { Key, Said, Speaker } from "../ui/i18n.ts";
import { openTo } from "./folds.ts";
import type { HeadsRead } from "./heads.ts";
import { type PageFinding, type Place, type Point, pointsOf, verdictOf } from "./points.ts";

export { element, Marks };

/** So many points stand open; the rest by a tap, so that the page below is still found. */
const POINTS_OPEN = 12;

class Marks {
  readonly #speaker: Speaker;
  readonly #verdict = need("verdict");
  readonly #more = need("more-verdict");
  readonly #articles = new Map<string, HTMLElement>();

  constructor(speaker: Speaker) {
    this.#speaker = speaker;
    for (const article of document.querySelectorAll<HTMLElement>("[data-entries]")) {
      for (const id of article.dataset.entries?.split(" ") ?? []) this.#articles.set(id, article);
    }
  }

  readonly place: Place = {
    numberOf: (batch, group, entry) => {
      const article = this.#articles.get(`${batch.slice(2)}-${group}-${entry}`);
      return article === undefined ? null : Number(article.id.slice(1));
    },
    settledBy: (number) => {
      const article = document.getElementById(`e${number}`);
      const [denial, answer] = numbersIn(article, ".denied a");
      const [correction] = numbersIn(article, ".fate:not(.denied) a");
      const isSettled = article?.querySelector("h4 s") != null && article.querySelector(".answer") !== null;
      return isSettled ? [denial, answer, correction].filter((one) => one !== undefined) : [];
    },
    plotNames: (ids) =>
      [...document.querySelectorAll<HTMLElement>("[data-plot]")]
        .filter(({ dataset }) => ids.has(dataset.plot ?? ""))
        .map((plot) => plot.querySelector("b")?.textContent ?? ""),
  };

  /** Script runs, so nobody need be told that checking takes it. */
  awake(): void {
    set(this.#verdict, ".why", this.#speaker.say("verdict.whole.note"));
  }

  checking(done: number, total: number): void {
    this.#say("checking", this.#speaker.say("verdict.checking", { done, total }), "verdict.checking.note");
    this.#verdict.setAttribute("aria-busy", "true");
  }

  failed(why: Key): void {
    this.#say("unchecked", this.#speaker.say("verdict.failed", { why: this.#speaker.say(why) }), "verdict.failed.note");
    this.#verdict.removeAttribute("aria-busy");
  }

  /** A button under the verdict; gone once it is used. */
  offer(label: string, act: () => void): void {
    const button = element("button", label, "button first");
    button.addEventListener("click", () => {
      button.remove();
      act();
    });
    this.#more.append(button);
  }

  clear(): void {
    this.#more.replaceChildren();
  }

  /** A line under the verdict, with a link where there is something to see. */
  line(what: Said, link?: { readonly href: string; readonly says: Key }): void {
    const line = element("p", this.#speaker.say(what));
    if (link !== undefined) {
      const see = element("a", this.#speaker.say(link.says));
      see.setAttribute("href", link.href);
      line.append(this.#speaker.gap, see);
    }
    this.#more.append(line);
  }

  show(history: History, report: Report, findings: readonly PageFinding[], heads: HeadsRead): void {
    const { say } = this.#speaker;
    const points = pointsOf(findings, this.place, this.#speaker);
    const { state, sentence } = verdictOf(points, report.total);
    const isWrong = points.some(({ grade }) => grade === "mismatch");
    this.#say(state, say(sentence), isWrong ? "verdict.mismatch.note" : "verdict.whole.note");
    const { whole, total } = report;
    // "126 of 126" beside "does not match" would contradict it: a file, a mark or a code is what does not fit.
    const counted = isWrong && whole === total ? "verdict.counted.else" : "verdict.counted";
    set(this.#verdict, ".counted", say(counted, { whole, total }));
    set(need("read"), ".origin", this.#origin(heads));
    // The one line on what is not proven that the record does not decide.
    set(need("main"), ".limits .host", say("limits.server", { host: location.host }));
    this.#verdict.dataset.whole = String(whole);
    this.#verdict.dataset.total = String(total);
    this.#verdict.removeAttribute("aria-busy");
    if (points.length > 0) this.#list(points);
    this.#entries(report, points);
    this.#weights(report, findings);
    const head = document.getElementById("head");
    const word = heads.words[history.lot]?.slice(2) ?? "";
    if (head !== null && word !== "") {
      head.textContent = `· ${say("footer.head", { head: `${word.slice(0, 4)}…${word.slice(52, 56)}` })}`;
    }
  }

  /** A picture or file: as recorded, altered, missing, or too large to be checked here. */
  file(cid: string, state: "ok" | "altered" | "missing" | "unchecked"): void {
    for (const mark of document.querySelectorAll<HTMLElement>(`.file-check[data-file="${cid}"]`)) {
      mark.hidden = false;
      mark.textContent = this.#speaker.say(`file.${state}`);
      mark.classList.toggle("late", state === "altered" || state === "missing");
    }
  }

  #say(state: string, sentence: string, note: Key): void {
    this.#verdict.className = `verdict ${state}`;
    set(this.#verdict, ".counted", "");
    this.#verdict.querySelector('a[href="#points"]')?.remove();
    set(this.#verdict, "strong", sentence);
    set(this.#verdict, ".why", this.#speaker.say(note));
  }

  #origin({ source, origin, block }: HeadsRead): string {
    if (source === "server") return this.#speaker.say("verdict.head.server");
    return this.#speaker.say(origin === location.host ? "verdict.head.own" : "verdict.head.rpc", { origin, block });
  }

  #list(points: readonly Point[]): void {
    const { say } = this.#speaker;
    const box = need("points");
    const list = document.createElement("ul");
    const rest = document.createElement("ul");
    for (const [n, { code, number, what, mend, also }] of points.entries()) {
      const item = document.createElement("li");
      item.dataset.finding = code;
      if (number !== null) {
        const link = element("a", say("points.place", { number }));
        link.setAttribute("href", `#e${number}`);
        item.append(link, " ");
      }
      item.append(element("b", say(what)), this.#speaker.gap, say(mend));
      for (const other of also) {
        const link = element("a", say("points.place", { number: other }));
        link.setAttribute("href", `#e${other}`);
        item.append(" ", link);
      }
      (n < POINTS_OPEN ? list : rest).append(item);
    }
    box.replaceChildren(element("h2", say("points.heading")), list);
    if (points.length > POINTS_OPEN) {
      const more = document.createElement("details");
      more.append(element("summary", say("points.more", { count: points.length - POINTS_OPEN })), rest);
      box.append(more);
    }
    box.hidden = false;
    const link = element("a", say("verdict.points", { count: points.length }));
    link.setAttribute("href", "#points");
    this.#verdict.querySelector(".counted")?.after(this.#speaker.gap, link);
  }

  #entries(report: Report, points: readonly Point[]): void {
    const bad = new Set<HTMLElement>();
    const seen = new Set<HTMLElement>();
    for (const { batch, group, entry, ok } of report.statements) {
      const article = this.#articles.get(`${batch.slice(2)}-${group}-${entry}`);
      if (article === undefined) continue;
      seen.add(article);
      if (!ok) bad.add(article);
    }
    const byNumber = new Map<number, Point[]>();
    for (const point of points) {
      if (point.number !== null) byNumber.set(point.number, [...(byNumber.get(point.number) ?? []), point]);
    }
    for (const article of new Set(this.#articles.values())) {
      const mine = byNumber.get(Number(article.id.slice(1))) ?? [];
      const isBad = bad.has(article) || !seen.has(article) || mine.some(({ grade }) => grade === "mismatch");
      if (isBad) openTo(article.id);
      const key = isBad ? "entry.check.bad" : mine.length > 0 ? "entry.check.look" : "entry.check.ok";
      const mark = article.querySelector(".check");
      if (mark !== null) {
        mark.textContent = this.#speaker.say(key);
        mark.className = `check ${isBad ? "bad" : "ok"}`;
      }
      const means = article.querySelector<HTMLElement>(".means");
      if (means !== null && !isBad) {
        means.hidden = false;
        means.textContent = this.#speaker.say("entry.check.means");
      }
      // That it was written down late stands there already.
      const told = mine.filter(({ code }) => code !== "late-record");
      const found = article.querySelector<HTMLElement>(".found");
      if (found !== null && told.length > 0) {
        found.hidden = false;
        found.textContent = told.map(({ what }) => this.#speaker.say(what)).join(this.#speaker.gap);
      }
    }
  }

  #weights(report: Report, findings: readonly PageFinding[]): void {
    const mark = document.querySelector<HTMLElement>('[data-check="weights"]');
    if (mark === null) return;
    // What others wrote badly leaves the weights as they are.
    const isWrong = findings.some(({ grade }) => grade === "mismatch") && report.whole < report.total;
    const bad = findings.some(({ code }) => code === "sums-mismatch") || isWrong;
    mark.hidden = false;
    mark.className = `check ${bad ? "bad" : "ok"}`;
    set(mark, "span", this.#speaker.say(bad ? "weights.check.bad" : "weights.check.ok"));
    if (bad) mark.querySelector("svg")?.remove();
  }
}

/** To which pieces these links of a piece lead. */
function numbersIn(article: Element | null, selector: string): readonly number[] {
  return [...(article?.querySelectorAll<HTMLAnchorElement>(selector) ?? [])].map(({ hash }) => Number(hash.slice(2)));
}

function need(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new TypeError(`the page lacks #${id}`);
  return found;
}

function set(within: Element, selector: string, text: string): void {
  const found = within.querySelector(selector);
  if (found !== null) found.textContent = text;
}

function element(name: string, text: string, className = ""): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  if (className !== "") made.className = className;
  return made;
}
