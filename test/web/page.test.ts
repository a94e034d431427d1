import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { expect } from "chai";
import type { History } from "../../protocol/history.ts";
import { FIRST_VIEW_ENDS, renderScan, UNASKED_BYTES } from "../../scan-web/scan/page.ts";
import { tellStory } from "../../scan-web/scan/tell.ts";
import type { Page } from "../../scan-web/ui/document.ts";
import { LANGS, type Lang } from "../../scan-web/ui/i18n.ts";
import type { Assets, ScanView } from "../../scan-web/ui/view.ts";
import { buildWeb } from "../../scripts/build-web.ts";
import { ROOT } from "../../scripts/house/root.ts";
import { cspOf } from "../../server/http/csp.ts";
import { loadAssets } from "../../server/http/page-assets.ts";
import { makeTea, type Tea } from "../support/tea.ts";

const { budget } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { budget: { firstView: number } };

describe("The scan page", () => {
  let tea: Tea;
  let assets: Assets;

  before(async function () {
    this.timeout(60_000);
    await buildWeb();
    assets = await loadAssets(join(ROOT, "dist/web"));
    tea = await makeTea();
  });

  const render = (lang: Lang = "zh-CN", change: Partial<ScanView> = {}): Page => {
    const history = change.history ?? tea.history;
    const view: ScanView = {
      lang,
      here: tea.codes[0],
      isLangAsked: false,
      host: "http://192.168.1.4:8800",
      assets,
      code: tea.codes[0],
      history,
      historyAt: `/api/lots/${history.lot}/history`,
      historyBytes: JSON.stringify(history).length,
      opened: null,
      isPlanted: false,
      ...change,
    };
    return renderScan(view, tellStory(history));
  };

  it("has its first view, HTML and style and six facts, within the budget of one round trip", () => {
    for (const lang of LANGS) {
      const { markup } = render(lang);
      const first = markup.slice(0, markup.indexOf(FIRST_VIEW_ENDS));

      expect(first).to.contain("</dl>").and.to.contain("<style>");
      expect(compressed(first), lang).to.be.below(budget.firstView);
      expect(compressed(markup), `${lang}, the whole page`).to.be.below(budget.firstView);
    }
  });

  it("says, before any script has run, that nothing was checked on this phone yet", () => {
    expect(verdictOf(render())).to.contain("下面是服务器给的内容，还没有在您的手机上核对。");
    expect(verdictOf(render("en"))).to.contain("It has not been checked on your phone yet.");
    expect(render().markup).not.to.match(/记录完整|核对过[：，]/);
  });

  it("says beside each of the six facts in a word who stands behind it", () => {
    const words = [...render().markup.matchAll(/<dd class="who">.*?<small aria-hidden="true">(.*?)<\/small>/g)];

    expect(words.map(([, word]) => word)).to.deep.equal(["自己说", "自己说", "没记录", "没记录", "自己说", "自己说"]);
  });

  it("allows its own inline style and script by hash and nothing else", () => {
    const csp = cspOf(render());

    expect(csp).to.match(
      /^default-src 'none'; script-src 'sha256-[^']+' 'strict-dynamic' 'self'; style-src 'sha256-[^']+';/,
    );
    expect(csp).not.to.match(/unsafe|\*/);
    expect(csp).to.contain("connect-src 'self';").and.to.contain("frame-ancestors 'none'");
  });

  it("lets its script ask the chain's doors that the deployment names, and no others", () => {
    const rpc = ["/rpc", "https://chain.example:8545/x", "javascript:alert(1)", "ftp://files.example/"];
    const history: History = { ...tea.history, deployment: { ...tea.history.deployment, rpc } };

    expect(cspOf(render("en", { history }))).to.contain("connect-src 'self' https://chain.example:8545;");
  });

  it("lists each entry once, in an ordered list, with its time, its proof and a link to its document", () => {
    const { markup } = render();

    expect(markup.match(/<article /g)).to.have.length(markup.match(/<details class="proof">/g)?.length ?? 0);
    expect(markup).to.match(/<time datetime="2026-04-05T08:00:00Z"/);
    expect(markup).to.match(/<a href="\/ipfs\/bag[a-z2-7]+">/);
    expect(markup.match(/<h1>/g)).to.have.length(1);
  });

  it("names the example as an example, days and all", () => {
    expect(render().markup).to.contain("示例数据 · Example data").and.to.contain("这是示例");
    expect(render("en").markup).to.match(/its dates \(February 10\s–\sApril 11, 2026\) are made up/);
  });

  it("asks before it spends more than a little data", () => {
    expect(render().markup).to.contain('data-start="now"');
    expect(render("zh-CN", { historyBytes: UNASKED_BYTES + 1 }).markup).to.contain('data-start="ask"');
  });

  it("shows what strangers wrote into documents as text", () => {
    const nasty = "</h4><script>alert(1)</script>\u202e";
    const documents = Object.fromEntries(
      Object.entries(tea.history.documents).map(([cid, text]) => [
        cid,
        text.replaceAll("除草", JSON.stringify(nasty).slice(1, -1)),
      ]),
    );

    const { markup } = render("zh-CN", { history: { ...tea.history, documents } });

    expect(markup).to.contain("&lt;/h4&gt;&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(markup.match(/<script/g)).to.have.length(1);
    expect(markup).not.to.contain("\u202e");
  });

  it("is told from hostile histories without breaking", () => {
    for (const text of ["null", "[]", "{", '{"type":"ObjectEvent"}', '"x"', "9".repeat(400)]) {
      const documents = Object.fromEntries(Object.keys(tea.history.documents).map((cid) => [cid, text]));

      expect(render("en", { history: { ...tea.history, documents } }).markup, text).to.contain("</html>");
    }
  });
});

function compressed(text: string): number {
  return brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }).length;
}

function verdictOf({ markup }: Page): string {
  return /<section class="verdict[\s\S]*?<\/section>/.exec(markup)?.[0] ?? "";
}
