import { expect } from "chai";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { bytesOf, hexOf } from "../../protocol/bytes.ts";
import type { History } from "../../protocol/history.ts";
import { codePath } from "../../protocol/label.ts";
import type { Heads } from "../../protocol/verify/report.ts";
import { LANGS } from "../../scan-web/ui/i18n.ts";
import { launchBrowser } from "../support/chromium.ts";
import { findings, picture, verdict, violations } from "../support/page-reading.ts";
import { openPages, type PageServer } from "../support/pages.ts";
import { HANDS, passage, type Passage } from "../support/passage.ts";
import {
  acknowledged,
  answered,
  denied,
  fated,
  formOf,
  recalled,
  released,
  shipped,
  voided,
} from "../support/passage-words.ts";
import type { Tea } from "../support/tea.ts";
import { sha256 } from "../support/world.ts";

const PHONE = { width: 360, height: 780 };
const CODE = "0x600160005260206000f3";

describe("What the books tell, in a real browser", function () {
  this.timeout(120_000);
  let browser: Browser;
  const servers: PageServer[] = [];
  const scenes = new Map<string, { readonly server: PageServer; readonly tea: Tea; readonly it: Passage }>();

  before(async () => {
    browser = await launchBrowser();
  });

  after(async () => {
    await browser.close();
    for (const server of servers) await server.close();
  });

  /** A server of its own for what became of a passage; made once. */
  async function scene(name: string, happens: (it: Passage) => Promise<void>) {
    const known = scenes.get(name);
    if (known !== undefined) return known;
    const it = await passage();
    await happens(it);
    const tea = teaOf(await it.told());
    const server = await openPages(tea);
    servers.push(server);
    const made = { server, tea, it };
    scenes.set(name, made);
    return made;
  }

  async function on<T>(
    { server, tea }: { readonly server: PageServer; readonly tea: Tea },
    look: (page: Page) => Promise<T>,
    options: BrowserContextOptions & { readonly change?: (markup: string) => string } = {},
  ): Promise<T> {
    const { change, ...rest } = options;
    const context = await browser.newContext({ viewport: PHONE, locale: "zh-CN", ...rest });
    try {
      const page = await context.newPage();
      if (change !== undefined) {
        await page.route("**/01/**", async (route) => {
          const answer = await route.fetch();
          await route.fulfill({ response: answer, body: change(await answer.text()) });
        });
      }
      await page.goto(server.origin + tea.codes[0]);
      return await look(page);
    } finally {
      await context.close();
    }
  }

  const honest = () => scene("honest", async () => {});

  const calledBack = () =>
    scene("recalled", async (it) => {
      const { harvest, lot } = it.ids;
      await it.write("grower", harvest, recalled(it.form(harvest), HANDS.grower, { phone: "010-0000 0000" }));
      const seq = it.world.logs.get(harvest)?.length ?? 0;
      await it.write("processor", lot, acknowledged(it.form(lot), HANDS.processor, { recalled: harvest, seq }));
    });

  /** Everything that is told more quietly than a recall. */
  const eventful = () =>
    scene("eventful", async (it) => {
      const { harvest, plotA, run, certificate, lot, toShop, inbound } = it.ids;
      const named = it.everybody[HANDS.processor - 1] ?? "0x";
      await it.write("grower", harvest, recalled(it.form(harvest), HANDS.grower, { drill: true }));
      await it.write("grower", harvest, recalled(it.form(harvest), HANDS.grower));
      await it.write("grower", harvest, released(it.form(harvest), HANDS.grower));
      await it.write("regulator", toShop, recalled(it.form(toShop), HANDS.regulator, { capacity: "regulator" }));
      await it.write("grower", inbound, denied(it.form(inbound), HANDS.grower, { seq: 3, entry: 0, named: harvest }));
      const seq = it.world.logs.get(inbound)?.length ?? 0;
      await it.write("processor", inbound, answered(it.form(inbound), HANDS.processor, seq));
      await it.write("shop", plotA, denied(it.form(plotA), HANDS.shop, { seq: 1, entry: 0, named }));
      const of = { lot: it.name(), lotSubject: lot, certificate, first: 10, number: 4 };
      await it.write("processor", run, voided(it.form(run), of));
      await it.write("certifier", certificate, fated(it.form(certificate), "REVOKE"));
    });

  it("holds for an honest passage: checked on the phone, and the page says what the record says", async () => {
    await on(await honest(), async (page) => {
      expect(await verdict(page)).to.contain("记录完整");
      expect(await findings(page)).to.deep.equal(["lost-between-hands"]);
      expect(await page.locator(".check.bad").count()).to.equal(0);
      expect(await page.locator(".hands li").count()).to.equal(3);
      expect(await page.locator("#alarm").count()).to.equal(0);
    });
  });

  it("compares the page with what the server gave, and checks the documents that it left out by their address", async () => {
    const { server, tea } = await honest();
    const [[cid = "", text = ""] = []] = Object.entries(tea.history.documents).filter(([, one]) =>
      one.includes("weeding"),
    );
    const { [cid]: _, ...documents } = tea.history.documents;
    const { history } = server.state;
    server.state.history = () => ({ ...tea.history, documents });
    server.state.files.set(cid, { mediaType: "application/json", bytes: Buffer.from(text) });
    try {
      await on(await honest(), async (page) => {
        expect(await verdict(page)).to.contain("记录完整");
        expect(await findings(page)).to.deep.equal(["lost-between-hands"]);
        // Once they are here and checked, the facts say what they say.
        const told = await page.locator(".facts").textContent();
        expect(told).to.contain("没有用药记录").and.not.contain("没有载入");
      });
    } finally {
      server.state.history = history;
    }
  });

  it("puts a recall before all else, with script and without", async () => {
    for (const javaScriptEnabled of [true, false]) {
      await on(
        await calledBack(),
        async (page) => {
          if (javaScriptEnabled) expect(await verdict(page)).to.contain("已召回，请勿食用。");
          const alarm = page.locator("#alarm");
          expect(await alarm.textContent())
            .to.contain("已召回，请勿食用。")
            .and.to.contain("原因：示例")
            .and.to.contain("示例合作社 2（10 分钟后）");
          const box = await alarm.boundingBox();
          const name = await page.locator("h1").boundingBox();
          expect((box?.y ?? 0) + (box?.height ?? 0)).to.be.below(name?.y ?? 0);
          expect(box?.y ?? 999).to.be.below(60);
        },
        { javaScriptEnabled },
      );
    }
  });

  it("tells the recall even where the page was sent without it, and that the page differs", async () => {
    const change = (markup: string) =>
      markup.replace(/<section id="alarm"[\s\S]*?<\/section>|<section class="alarm"[\s\S]*?<\/section>/, "");
    await on(
      await calledBack(),
      async (page) => {
        expect(await verdict(page)).to.contain("已召回，请勿食用。");
        expect(await page.locator("#alarm").count()).to.equal(0);
        expect(await findings(page))
          .to.include("recalled")
          .and.to.include("page-differs");
      },
      { change },
    );
  });

  /** What a server could write otherwise than the record has it, each in an otherwise honest page. */
  const TAMPERED: readonly (readonly [what: string, from: RegExp, to: string])[] = [
    ["hands", /收到 69.5 千克/, "收到 70 千克"],
    ["what a certificate promises of", /(<dt>数量<\/dt><dd>)100/, "$1900"],
    ["the words of a certificate", /未使用禁用农药/, "绝对没有农药"],
    ["the basis of a certificate", /(<li>)[^<]*(<a href="#e\d+">)/, "$1国家检测合格$2"],
    ["the sheet of a certificate", /href="\/promise\/\w+/, 'href="/promise/another'],
    ["the weights' text alternative", /交接时少了 0.5 千克。/, "。"],
    ["the weights' own text", /(<text[^>]*>)[^<]*少了[^<]*/, "$1一点没少"],
    ["the weights' shapes", /(<path class="stream"[^>]* d=")[^"]*/, "$1M0 0h99"],
    ["custody", /(<h3 class="custody">)[^<]*/, "$1只来自示例地，没有拼配"],
    ["the names of plots", /(<li data-plot[^>]*>[\s\S]*?<b>)[^<]*/, "$1贡茶园"],
    ["the shares of plots", /<small>至多占[^<]*<\/small>/, "<small>至多占 1%</small>"],
    ["who wrote an entry", /<span class="by">自己说/, '<span class="by">示例检测室（检测机构）签字'],
    ["whose shape an entry has", /(<article[^>]*><svg class="grade )stated/, "$1third"],
    ["what is not proven", /<li>发生的时间[^<]*<\/li>/, "<li>这一袋是正品</li>"],
    ["an entry more", /(<ol class="way">)/, '$1<li class="entry"><h4>县里检查过，全部合格</h4></li>'],
    ["quiet lines", /<ul class="quiet">[\s\S]*?<\/ul>/, ""],
    ["what a quiet line says", /发往别处的一部分/, "发往国外的一部分"],
    ["a folded stage's gaps", /(<summary><span>)\d+ 件事/, "$1 99 件事"],
    ["what the alarm says", /原因：示例/, "原因：包装印错"],
    ["whom the alarm says to call", /href="tel:[^"]*/, 'href="tel:16888888"'],
    ["who acted on a recall", /示例合作社 2（10 分钟后）/, "示例合作社 2（1 分钟后）"],
  ];

  it("names a page that shows, says aloud, draws or links to anything else than the record", async () => {
    const scenes = [await honest(), await eventful(), await calledBack()];
    for (const [what, from, to] of TAMPERED) {
      let tried = 0;
      for (const made of scenes) {
        let isChanged = false;
        const change = (markup: string) => {
          isChanged = from.test(markup);
          return markup.replace(from, to);
        };
        await on(
          made,
          async (page) => {
            await verdict(page);
            if (isChanged) expect(await findings(page), what).to.include("page-differs");
          },
          { change },
        );
        if (!isChanged) continue;
        tried++;
        break;
      }
      expect(tried, `${what} stands on no page`).to.equal(1);
    }
  });

  it("is older, not another, when goods went on while the page was on its way; and the same when it is loaded anew", async () => {
    const passed = await passage();
    const before = teaOf(await passed.told());
    const bags = { ...passed.consigned.toStall, lot: passed.name(), taken: passed.ids.toStall, amount: 500n };
    const sent = { ...bags, from: HANDS.stall, to: HANDS.grower };
    const further = await passed.make("stall", (id, atS) => shipped(formOf(id, atS), sent));
    const tea = teaOf(await passed.told(further));
    const server = await openPages(tea);
    servers.push(server);
    server.state.history = () => before.history;
    const change = (markup: string) => {
      server.state.history = () => tea.history;
      return markup;
    };
    await on(
      { server, tea },
      async (page) => {
        expect(await verdict(page)).to.contain("记录完整");
        expect(await findings(page))
          .to.include("page-older")
          .and.not.to.include("page-differs");
        await page.reload();
        await verdict(page);
        expect(await findings(page))
          .not.to.include("page-older")
          .and.not.to.include("page-differs");
      },
      { change },
    );
  });

  it("believes a page only once that it is older, and never where all was there already", async () => {
    const { it: passed, server, tea } = await honest();
    const tampered = (block: string) => (markup: string) =>
      markup.replace("收到 69.5 千克", "收到 70 千克").replace(/data-block="\d+"/, `data-block="${block}"`);
    const newest = passed.world.latest.number;
    await on(
      { server, tea },
      async (page) => {
        await verdict(page);
        expect(await findings(page)).to.include("page-differs");
      },
      { change: tampered(String(newest)) },
    );
    await on(
      { server, tea },
      async (page) => {
        await verdict(page);
        expect(await findings(page)).to.include("page-older");
        await page.reload();
        await verdict(page);
        expect(await findings(page)).to.include("page-differs");
      },
      { change: tampered("1") },
    );
  });

  it("says itself by whom the page was sent", async () => {
    const change = (markup: string) => markup.replace(/(<li class="host">)[^<]*/, "$1县里核对过");
    await on(
      await honest(),
      async (page) => {
        await verdict(page);
        expect(await page.locator(".limits .host").textContent()).to.contain("127.0.0.1");
      },
      { change },
    );
  });

  it("says of a void label that it is void", async () => {
    const void_ = await scene("void", async (it) => {
      const { run, lot, certificate } = it.ids;
      const of = { lot: it.name(), lotSubject: lot, certificate, first: 0, number: 8 };
      await it.write("processor", run, voided(it.form(run), of));
    });
    await on(void_, async (page) => {
      expect(await verdict(page)).to.contain("这一枚标签已经作废");
      expect(await page.locator("#alarm").textContent()).to.contain("没有卖掉");
    });
  });

  it("tells quietly what forbids nothing, and a denial beside what is denied", async () => {
    await on(await eventful(), async (page) => {
      await verdict(page);
      expect(await findings(page)).not.to.include("page-differs");
      expect(await page.locator("#alarm").count()).to.equal(0);
      expect(await page.locator(".quiet li").count()).to.equal(3);
      expect(await page.locator(".fate.denied").textContent())
        .to.contain("示例合作社 1否认这一条")
        .and.to.contain("答复：");
      expect(await page.locator(".fate.muted").count()).to.equal(1);
    });
  });

  it("opens a folded stage when a link leads into it", async () => {
    await on(await eventful(), async (page) => {
      await verdict(page);
      const link = page.locator(".hands a").first();
      const entry = page.locator((await link.getAttribute("href")) ?? "");
      expect(await entry.locator("h4").isVisible()).to.equal(false);

      await link.click();

      await entry.locator("h4").waitFor({ state: "visible" });
    });
  });

  for (const lang of LANGS) {
    for (const colorScheme of ["light", "dark"] as const) {
      it(`axe finds nothing, nothing scrolls sideways: ${lang}, ${colorScheme}`, async () => {
        for (const [name, made] of [
          ["recalled", await calledBack()],
          ["eventful", await eventful()],
        ] as const) {
          await on(
            made,
            async (page) => {
              await page.goto(`${made.server.origin}${made.tea.codes[0]}?lang=${lang}`);
              await verdict(page);
              await page.evaluate(() => {
                for (const fold of document.querySelectorAll("details")) fold.open = true;
              });
              await picture(page, `books-${name}-${lang}-${colorScheme}`);
              expect(await page.evaluate(() => document.documentElement.scrollWidth)).to.equal(PHONE.width);
              expect(await violations(page), name).to.deep.equal([]);
            },
            { colorScheme, bypassCSP: true },
          );
        }
      });
    }
  }
});

/** As the pages' server takes it; the ledger calls no library here, for its door knows one program. */
function teaOf({ history: given, heads }: { readonly history: History; readonly heads: Heads }): Tea {
  const deployment = { ...given.deployment, codeHash: hexOf(sha256(bytesOf(CODE))), libraries: {} };
  const history = { ...given, deployment };
  const { serial, gtin, lotNumber } = given.code ?? { serial: "", gtin: null, lotNumber: null };
  const code = codePath({ gtin, lotNumber, serial });
  return { history, words: heads.words, codes: [code, code], files: new Map(), code: CODE, second: history };
}
