/**
 * Whether the page says what the checked history says. The words on it came from the server ready made: a record that holds proves
 * nothing about a page that tells another one. So the page is made once more, of the checked history and with the same templates,
 * and both are read side by side: words, links, shapes, and what is said to those who hear it. Reads the page, changes nothing.
 */
import type { History } from "../../protocol/history.ts";
import type { Speaker } from "../ui/i18n.ts";
import type { PageFinding } from "./points.ts";
import type { Story } from "./story.ts";
import { tellPage, toldWhole } from "./told.ts";

export { pageFindings };

const NOWHERE = { subject: null, seq: null, batch: null, entry: null, detail: {} } as const;

/** All that a history decides; what the host alone knows (how often opened, its own name) is no part of it. */
const TOLD = [".ribbon", "#alarm", ".product", ".facts", ".legend", ".quiet", ".story", ".limits", ".report"];

interface Shown {
  /** Of which block the page says that it is. */
  readonly block: number;
  /** The newest block that this tab has seen this page's record at; 0 for none. */
  readonly known: number;
  readonly isLangAsked: boolean;
}

function pageFindings(history: History, story: Story, shown: Shown, speaker: Speaker): readonly PageFinding[] {
  const markup = toldWhole(tellPage(story, speaker, shown.isLangAsked)).markup;
  const told = new DOMParser().parseFromString(markup, "text/html");
  const differing = [...entriesThatDiffer(told), ...(TOLD.every((part) => isSame(part, told)) ? [] : [NOWHERE])];
  if (differing.length === 0) return [];
  if (isOlder(history, shown)) return [{ ...NOWHERE, code: "page-older", grade: "notice" }];
  return differing.map((place) => ({ ...NOWHERE, ...place, code: "page-differs", grade: "mismatch" }));
}

/**
 * The record may have grown since the page was made. A page that says so of a block in which all was there already, or once more after
 * it was loaded anew, is no older one.
 */
function isOlder({ batches, acts }: History, { block, known }: Shown): boolean {
  const newest = [...Object.values(batches), ...acts].reduce((most, one) => Math.max(most, one.block), 0);
  return block < newest && block >= known;
}

type Place = Pick<PageFinding, "batch" | "entry">;

/** Each by its own place; what stands around them is compared with the rest. */
function entriesThatDiffer(told: Document): readonly Place[] {
  return [...told.querySelectorAll<HTMLElement>("article[data-entries]")].flatMap((article) => {
    const shown = document.getElementById(article.id);
    if (shown !== null && written(shown) === written(article)) return [];
    const [, batch = "", group = "0", entry = "0"] = /^(\w+)-(\d+)-(\d+)/.exec(article.dataset.entries ?? "") ?? [];
    return [{ batch: `0x${batch}`, entry: { group: Number(group), entry: Number(entry) } }];
  });
}

function isSame(selector: string, told: Document): boolean {
  const read = (page: Document) =>
    [...page.querySelectorAll(selector)].map((part) => written(part, "article[data-entries]"));
  const [shown, expected] = [read(document), read(told)];
  return shown.length === expected.length && shown.every((part, n) => part === expected[n]);
}

/** What a reader sees, hears or follows. Others are the layout's, or set by the script. */
const READ = [
  "id",
  "class",
  "href",
  "src",
  "alt",
  "aria-label",
  "role",
  "datetime",
  "data-entries",
  "data-plot",
  "d",
  "x",
  "y",
];

/** @param apart elements of which only their place is read */
function written(part: Node, apart?: string): string {
  if (part.nodeType === Node.TEXT_NODE) return bare(part.textContent ?? "");
  if (!(part instanceof Element)) return "";
  if (part.matches(".host")) return "<host>";
  if (apart !== undefined && part.matches(apart)) return `<${part.id}>`;
  const values = READ.flatMap((name) => {
    const value = part.getAttribute(name);
    return value === null ? [] : `${name}=${bare(value)}`;
  });
  const inside = [...part.childNodes].map((child) => written(child, apart)).join("");
  return `<${[part.tagName.toLowerCase(), ...values].join(" ")}>${inside}</>`;
}

/** Spaces are the layout's, isolates those of how it is shown. */
function bare(text: string): string {
  return text.replace(/[\s\u2068\u2069]+/g, "");
}
