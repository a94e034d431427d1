/** Why a certificate is not printed, in one sentence; as a page, and as text for programs. Pure. */
import { HGZ_2026 } from "../../protocol/document/hgz-2026.ts";
import { brand, documentPage, type Page } from "../ui/document.ts";
import { html } from "../ui/html.ts";
import type { Lang, Names } from "../ui/i18n.ts";
import type { PageView } from "../ui/view.ts";
import { speaker } from "../ui/words.ts";
import type { Refusal } from "./certificate.ts";
import { nameIn, ruleIn } from "./items.ts";
import { type PromiseKey, wordsIn } from "./words.ts";

export type { Refused };
export { refusedText, renderRefused };

/** `example`: of example data. */
type Refused = { readonly example?: boolean } & Why;

type Why =
  | Refusal
  | { readonly why: "none" | "behind" | "address" | "small" | "organisation" }
  | { readonly why: "recalled"; readonly organisation: Names; readonly atS: number };

function renderRefused(view: Omit<PageView, "assets"> & { readonly css: string; readonly refused: Refused }): Page {
  const { lang, refused, css } = view;
  const tell = wordsIn(lang);
  const title = tell(refused.why === "organisation" ? "register.title" : "refused.title");
  return documentPage({
    speaker: speaker(lang),
    title,
    css,
    body: html`${refused.example === true ? html`<aside class="ribbon">${speaker(lang).say("example.ribbon")}</aside>` : null}
<header>${brand(speaker(lang), view.here)}</header>
<main id="main"><h1>${title}</h1><p class="card refused">${refusedText(refused, lang)}</p></main>`,
  });
}

const PLAIN: Readonly<Record<string, PromiseKey>> = {
  none: "refused.none",
  behind: "refused.behind",
  address: "refused.address",
  small: "refused.small",
  organisation: "register.unknown",
  unreadable: "refused.unreadable",
  struck: "refused.struck",
  taken: "refused.taken",
  "taken-missing": "refused.taken.missing",
  processed: "refused.processed",
  "not-grown": "refused.not-grown",
};

function refusedText(refused: Refused, lang: Lang): string {
  const tell = wordsIn(lang);
  const { write } = speaker(lang);
  switch (refused.why) {
    case "words":
      return tell("refused.differs", { what: tell("refused.differs.words") });
    case "promisor":
      return tell("refused.differs", {
        what: tell("refused.differs.promisor", { booked: nameIn(refused.booked, lang) }),
      });
    case "amount": {
      const { written, booked, unit } = refused;
      const said = (amount: bigint | null) => (amount === null ? "—" : write({ amount, unit, form: "short" }));
      const what = tell("refused.differs.amount", { written: said(written), booked: said(booked) });
      return tell("refused.differs", { what });
    }
    case "incomplete":
      return tell("refused.incomplete", {
        what: write({ list: refused.items.map((item) => nameIn(item, lang)) }),
      });
    case "gone": {
      const { left, booked, unit } = refused;
      const said = (amount: bigint) => write({ amount, unit, form: "short" });
      return left === 0n ? tell("refused.gone.all") : tell("refused.gone", { left: said(left), booked: said(booked) });
    }
    case "basis":
      return tell(refused.basis === "control" ? "refused.basis" : "refused.test", {
        basis: ruleIn(HGZ_2026.basis[refused.basis], lang),
      });
    case "recalled":
      return tell("refused.recalled", {
        organisation: nameIn(refused.organisation, lang),
        day: write({ day: refused.atS }),
      });
    default:
      return tell(PLAIN[refused.why] ?? "refused.unreadable");
  }
}
