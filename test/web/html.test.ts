import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { html, type raw } from "../../scan-web/ui/html.ts";

const SCAN_WEB = join(import.meta.dirname, "../../scan-web");

/** Where markup is let through as it is. Each of these holds nothing that came from a record or a request. */
const RAW_USES: Readonly<Record<string, number>> = {
  // The style sheet of printed pages: no part of it comes from a record.
  "label/frame.ts": 1,
  // The template's own result · its definition · the word in its error.
  "ui/html.ts": 3,
  // The style sheet that was built, and the loader with the built script's address.
  "ui/document.ts": 2,
};

describe("The template of the pages", () => {
  it("shows 200 nasty texts as text, in elements and in attributes", () => {
    for (const nasty of nastyTexts()) {
      const page = html`<p title="${nasty}">${nasty}</p>`.markup;

      const [, attribute = "<", inside = "<"] = /^<p title="([^"]*)">([^<]*)<\/p>$/.exec(page) ?? [];
      for (const written of [attribute, inside]) {
        expect(written, JSON.stringify(nasty)).not.to.match(/["<>'`]|&(?!(amp|lt|gt|quot|#39|#96);)/);
      }
    }
  });

  it("lets no text out of its attribute, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const [, inside = ""] = /^<a b="([^"]*)"><\/a>$/.exec(html`<a b="${text}"></a>`.markup) ?? [];
        return !/[<>"'`]/.test(inside);
      }),
    );
  });

  it("makes characters that turn text around visible", () => {
    const weight = "净重 \u202e052\u202c 克";

    expect(html`${weight}`.markup).to.equal("净重 \ufffd052\ufffd 克");
  });

  it("takes no object for markup that only looks like it", () => {
    const fromJson = JSON.parse('{"markup":"<script>"}') as ReturnType<typeof raw>;

    expect(() => html`${fromJson}`).to.throw(TypeError);
  });

  it("leaves nothing behind for null, undefined and false, and joins lists", () => {
    expect(html`${null}${undefined}${false}${[html`<b>${1}</b>`, "&"]}`.markup).to.equal("<b>1</b>&amp;");
  });

  it("lets markup through unescaped in the listed places only", () => {
    const found: Record<string, number> = {};
    for (const file of readdirSync(SCAN_WEB, { recursive: true, encoding: "utf8" })) {
      if (!file.endsWith(".ts")) continue;
      const uses = readFileSync(join(SCAN_WEB, file), "utf8").match(/\braw\(/g)?.length ?? 0;
      if (uses > 0) found[file] = uses;
    }

    expect(found).to.deep.equal(RAW_USES);
  });

  it("is the only way markup comes about: innerHTML is written at the recorder's one door, and no page has a handler in an attribute", () => {
    for (const file of readdirSync(SCAN_WEB, { recursive: true, encoding: "utf8" })) {
      if (!file.endsWith(".ts")) continue;
      const source = readFileSync(join(SCAN_WEB, file), "utf8");

      // Takes what `html` made, and hands it to the browser by the one policy that its CSP trusts.
      const written = file === join("record", "markup.ts") ? source.replace("place.innerHTML = policy()", "") : source;
      expect(written, file).not.to.match(/innerHTML|outerHTML|insertAdjacentHTML|document\.write/);
      expect(source, file).not.to.match(/<[a-z]+[^>`]*\son[a-z]+=/);
    }
  });
});

/** Ten openings, twenty endings. */
function nastyTexts(): string[] {
  const begins = ["", '"', "'", "`", "<", "</p>", "&", "]]>", "-->", "\u202e"];
  const ends = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '" onfocus="alert(1)" autofocus="',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "&lt;script&gt;",
    "&#x3c;script&#x3e;",
    "%24{alert(1)}",
    "{{alert(1)}}",
    "<!--",
    "</title><svg/onload=alert(1)>",
    "<style>*{display:none}</style>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0>",
    "\u0000<\u0000script>",
    "<svg><use href=data:,x></svg>",
    "＜script＞",
    "<a href=//evil.example>",
    "\u2028\u2029",
    "</script><script>",
  ];
  return begins.flatMap((begin) => ends.map((end) => begin + end));
}
