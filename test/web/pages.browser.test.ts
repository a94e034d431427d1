import { randomBytes } from "node:crypto";
import { networkInterfaces } from "node:os";
import { expect } from "chai";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { bytesOf } from "../../protocol/bytes.ts";
import type { History } from "../../protocol/history.ts";
import { fingerprint, makeSerial } from "../../protocol/label.ts";
import { UNASKED_BYTES } from "../../scan-web/scan/page.ts";
import type { StoryEntry } from "../../scan-web/scan/story.ts";
import { tellStory } from "../../scan-web/scan/tell.ts";
import { launchBrowser } from "../support/chromium.ts";
import { honestHistory } from "../support/history.ts";
import { findings, picture, verdict, violations } from "../support/page-reading.ts";
import { openPages, type PageServer } from "../support/pages.ts";
import { readQr } from "../support/qr.ts";
import { makeTea, type Tea } from "../support/tea.ts";

/** Well formed, and nobody has issued it. */
const UNKNOWN = makeSerial(Uint8Array.from({ length: 13 }, (_, n) => n));
/** The same with one character wrong. */
const SLIP = UNKNOWN.replace("5", "6");
const PHONE = { width: 360, height: 780 };

describe("Pages in a real browser", function () {
  this.timeout(60_000);
  let tea: Tea;
  let server: PageServer;
  let browser: Browser;
  let initial: PageServer["state"];

  before(async () => {
    tea = await makeTea();
    server = await openPages(tea);
    browser = await launchBrowser();
    initial = { ...server.state };
  });

  afterEach(() => {
    Object.assign(server.state, initial);
    server.requests.length = 0;
  });

  after(async () => {
    await browser.close();
    await server.close();
  });

  /** Opens a page on a phone of its own and hands it over; every message of the browser's console is kept. */
  async function on<T>(
    path: string,
    look: (page: Page, told: string[]) => Promise<T>,
    options: Omit<BrowserContextOptions, "offline"> & { readonly offline?: RegExp } = {},
  ): Promise<T> {
    const { offline, ...rest } = options;
    const context = await browser.newContext({ viewport: PHONE, locale: "zh-CN", ...rest });
    try {
      const page = await context.newPage();
      const told: string[] = [];
      page.on("console", (message) => told.push(message.text()));
      page.on("pageerror", (error) => told.push(error.message));
      if (offline !== undefined) await page.route(offline, (route) => route.abort());
      await page.goto(path.startsWith("http") ? path : server.origin + path);
      return await look(page, told);
    } finally {
      await context.close();
    }
  }

  describe("the scan page", () => {
    it("ends with N of N in both languages, reading the head from the chain itself", async () => {
      for (const [lang, whole, origin] of [
        ["zh-CN", "26 / 26 条", "账本的头由您的手机读自"],
        ["en", "26 of 26", "Head read by your phone from"],
      ] as const) {
        await on(`${tea.codes[0]}?lang=${lang}`, async (page, told) => {
          const text = await verdict(page);

          expect(text).to.contain(whole);
          expect(await page.locator("#read").textContent()).to.contain(origin);
          expect(await page.locator(".check.bad").count()).to.equal(0);
          expect(await page.locator(".entry .check.ok").count()).to.equal(await page.locator(".entry").count());
          expect(told).to.deep.equal([]);
        });
      }
      expect(server.requests).to.include("/rpc");
    });

    it("asks nothing of anybody but its own host", async () => {
      await on(tea.codes[0], async (page) => {
        const foreign: string[] = [];
        page.on("request", (request) => {
          if (new URL(request.url()).origin !== server.origin) foreign.push(request.url());
        });
        await page.reload();
        await verdict(page);

        expect(foreign.filter((url) => !url.startsWith("data:"))).to.deep.equal([]);
        expect(await page.context().cookies()).to.deep.equal([]);
      });
    });

    it("says with script off that nothing was checked, and can be read whole", async () => {
      await on(
        tea.codes[0],
        async (page) => {
          expect(await page.locator("#verdict").textContent()).to.contain(
            "下面是服务器给的内容，还没有在您的手机上核对。",
          );
          expect(await page.locator(".facts div").count()).to.equal(6);
          expect(await page.locator(".entry h4").allInnerTexts()).to.include("采摘 412 千克（824 斤）");
          await page.locator(".proof summary").first().click();
          expect(await page.locator(".proof dl").first().isVisible()).to.equal(true);
          expect(await page.locator("#print").isVisible()).to.equal(false);
          await picture(page, "scan-no-script");
        },
        { javaScriptEnabled: false },
      );
    });

    it("names the one entry that was spoiled in the visitor's own browser, and says nothing else changed", async () => {
      await on(`${tea.codes[0]}?try=alter`, async (page) => {
        const text = await verdict(page);

        expect(text).to.contain("对不上：第 17 条的内容与链上不同。").and.to.contain("22 / 26 条");
        expect(await page.locator("#more-verdict").textContent()).to.contain("服务器上什么也没有变");
        expect(await page.locator('[data-finding="group-not-in-batch"]').count()).to.equal(1);
        expect(await page.locator("#points").textContent(), "a name for programs").not.to.contain("group-not-in-batch");
        expect(await page.locator("#e17 .found").textContent()).to.contain("它不在签过名的那一批里");
        expect(await page.locator("#e17 h4 del").textContent()).to.contain("采摘 412 千克");
        expect(await page.locator("#e17 h4 ins").textContent()).to.contain("采摘 512 千克");
        expect(await page.locator("#e17 .spoiled").textContent()).to.contain("您在自己的浏览器里改坏的");
        expect(await page.locator("#more-verdict a").getAttribute("href")).to.equal("#e17");
        expect(await page.locator("#e17 .check.bad").count()).to.equal(1);
        expect(await page.locator(".entry .check.bad").count()).to.equal(1);
        await picture(page, "scan-spoiled");
      });
    });

    it("says with script off that spoiling needs script", async () => {
      const reads = (page: Page) => page.locator("body").textContent();
      const sentence = "现在没有脚本，什么也没有改";
      expect(await on(`${tea.codes[0]}?try=alter`, reads, { javaScriptEnabled: false })).to.contain(sentence);
      expect(await on(tea.codes[0], reads, { javaScriptEnabled: false })).not.to.contain(sentence);
    });

    it("names an entry that the server left out at the end", async () => {
      const history = {
        ...tea.history,
        subjects: tea.history.subjects.map((log) =>
          log.id === tea.history.lot ? { ...log, moves: log.moves.slice(0, -1) } : log,
        ),
      };
      server.state.history = () => history;
      await on(tea.codes[0], async (page) => {
        await verdict(page);

        expect(await findings(page)).to.include("entry-missing");
      });
    });

    it("names a page that tells something else than the record", async () => {
      const documents = Object.fromEntries(
        Object.entries(tea.history.documents).map(([cid, text]) => [cid, text.replaceAll("联苯菊酯乳油", "清水")]),
      );
      server.state.history = () => ({ ...tea.history, documents });
      await on("/", async (page) => {
        await page.route("**/api/lots/**", (route) => route.fulfill({ json: tea.history }));
        await page.goto(server.origin + tea.codes[0]);
        await verdict(page);

        expect(await findings(page)).to.include("page-differs");
        expect(await page.locator("#verdict strong").textContent()).to.contain(
          "第 12 条：这里显示的和核对过的记录不一样",
        );
      });
    });

    it("names a page that lets the producer's own word look like a third party's", async () => {
      await on("/", async (page) => {
        await page.route("**/01/**", async (route) => {
          const answer = await route.fetch();
          const body = (await answer.text()).replace(
            'role="img" aria-label="合作社自己说"',
            'role="img" aria-label="第三方签字"',
          );
          await route.fulfill({ response: answer, body });
        });
        await page.goto(server.origin + tea.codes[0]);
        await verdict(page);

        expect(await findings(page)).to.include("page-differs");
      });
    });

    it("names a page that hides a gap, or that nothing is known of the way since", async () => {
      for (const part of [/<li class="gap">[\s\S]*?<\/li>/, /<li class="silent">[\s\S]*?<\/li>/]) {
        await on("/", async (page) => {
          await page.route("**/01/**", async (route) => {
            const answer = await route.fetch();
            const body = await answer.text();
            expect(body).to.match(part);
            await route.fulfill({ response: answer, body: body.replace(part, "") });
          });
          await page.goto(server.origin + tea.codes[0]);
          await verdict(page);

          expect(await findings(page), String(part)).to.include("page-differs");
        });
      }
    });

    it("says that the head is the server's word where the chain's own door does not answer", async () => {
      const far = "http://127.0.0.1:9/";
      const history = { ...tea.history, deployment: { ...tea.history.deployment, rpc: [far] } };
      server.state.history = () => history;
      await on(tea.codes[0], async (page) => {
        await verdict(page);
        expect(await page.locator("#read").textContent()).to.contain("账本的头是本服务器说的：链的接口没有应答。");
        expect(await findings(page)).to.include("head-from-server");
      });
    });

    it("does not call anything checked when no head can be had, and lets the reader try again", async () => {
      server.state.words = null;
      await on(tea.codes[0], async (page) => {
        await page.locator("#more-verdict .button").waitFor();
        expect(await page.locator("#verdict").textContent()).to.contain("没能核对");

        server.state.words = tea.words;
        await page.locator("#more-verdict .button").click();

        expect(await verdict(page)).to.contain("26 / 26 条");
      });
    });

    it("hashes the pictures that it shows, and names one whose bytes are others", async () => {
      const [cid = ""] = [...tea.files].find(([, file]) => file.mediaType.startsWith("image/")) ?? [];
      await on(tea.codes[0], async (page) => {
        await page.locator(".file-check:visible").waitFor();
        expect(await page.locator(".file-check").textContent()).to.equal("与记录时的一样");
      });
      const file = tea.files.get(cid);
      const bytes = Uint8Array.from(file?.bytes ?? [], (byte, n) => (n === 60 ? byte ^ 1 : byte));
      server.state.files = new Map([...tea.files, [cid, { mediaType: "image/png", bytes }]]);
      await on(tea.codes[0], async (page) => {
        await page.locator("#verdict.mismatch").waitFor();
        expect(await findings(page)).to.include("file-altered");
        expect(await verdict(page))
          .to.contain("26 条本身都对得上")
          .and.not.to.contain("26 / 26");
      });
    });

    it("checks the mark printed on the pack when it is typed", async () => {
      const printed = fingerprint(bytesOf(tea.words[tea.history.lot] ?? "0x"));
      await on(tea.codes[0], async (page) => {
        await verdict(page);
        const answer = page.locator("#print-answer");

        await page.fill("#mark", printed.toLowerCase().replace("-", " "));
        await page.keyboard.press("Enter");
        await answer.filter({ hasText: "对上了" }).waitFor();
        await page.fill("#mark", "0000-0000");
        await page.keyboard.press("Enter");
        await answer.filter({ hasText: "对不上" }).waitFor();
        expect(await findings(page)).to.include("fingerprint-mismatch");
        const box = page.locator("#verdict + #print-verdict > .copied");
        expect(await box.textContent())
          .to.contain("印记 0000-0000 对不上")
          .and.to.contain("请对着包装再输一次");
        await picture(page, "scan-mark-wrong");
        await page.fill("#mark", "UUUU");
        await page.keyboard.press("Enter");
        await answer.filter({ hasText: "没有 U" }).waitFor();
        expect(await findings(page), "nothing was checked since").to.include("fingerprint-mismatch");
        await page.fill("#mark", printed);
        await page.keyboard.press("Enter");
        await answer.filter({ hasText: "对上了" }).waitFor();
        expect(await findings(page)).not.to.include("fingerprint-mismatch");
        expect(await page.locator("#print-verdict > .note").textContent()).to.contain(`印记 ${printed} 对上了`);
      });
    });

    it("checks the mark that home gives along, unasked", async () => {
      const printed = fingerprint(bytesOf(tea.words[tea.history.lot] ?? "0x"));
      await on(`${tea.codes[0]}#mark=${printed}`, async (page) => {
        await page.locator("#print-answer").filter({ hasText: "对上了" }).waitFor();
      });
      await on(`${tea.codes[0]}#mark=0000-0000`, async (page) => {
        await page.locator("#print-verdict").filter({ hasText: "对不上" }).waitFor();
        const [verdictBox, box] = await Promise.all(
          ["#verdict", "#print-verdict"].map((id) => page.locator(id).boundingBox()),
        );
        const end = (verdictBox?.y ?? 0) + (verdictBox?.height ?? 0);
        expect((box?.y ?? Number.POSITIVE_INFINITY) - end, "right under the verdict").to.be.below(40);
      });
    });

    it("warns of the planted copy, whatever the record says", async () => {
      server.state.opened = {
        total: 41,
        firstDay: "2026-04-20",
        regions: 9,
        recent: { days: 3, count: 41, regions: 9 },
      };
      await on(tea.codes[1], async (page) => {
        expect(await page.locator("#copied").textContent()).to.contain(
          "此码 3 天内在 9 个地区被打开 41 次，可能被复制。",
        );
        expect(await page.locator("#copied").textContent()).to.contain("比编号没有用");
        expect(await page.locator(".copied + .note").textContent()).to.contain("这些打开次数是编好放进去的");
        expect(await verdict(page)).to.contain("26 / 26 条");
        await picture(page, "scan-copied");
      });
    });

    it("is counted when somebody opens it, not when a browser looks ahead or a program asks for its headers", async () => {
      await fetch(server.origin + tea.codes[0], { method: "HEAD" });
      await fetch(server.origin + tea.codes[0], { headers: { "sec-purpose": "prefetch;prerender" } });
      await fetch(`${server.origin}${tea.codes[0]}?try=alter`);
      expect(server.state.counted).to.equal(initial.counted);

      await fetch(server.origin + tea.codes[0]);

      expect(server.state.counted).to.equal(initial.counted + 1);
    });

    it("asks before it loads a long history", async () => {
      const documents = { ...tea.history.documents, padding: randomBytes(UNASKED_BYTES).toString("hex") };
      // Another history: the size of the one with these very batches is known already.
      server.state.history = () => ({ ...tea.history, batches: { ...tea.history.batches }, documents });
      await on(tea.codes[0], async (page) => {
        await page.locator("#more-verdict .button").waitFor();
        expect(await page.locator("#verdict").textContent()).to.contain("还没有在您的手机上核对");
        expect(server.requests.some((url) => url.startsWith("/api/"))).to.equal(false);

        await page.locator("#more-verdict .button").click();

        expect(await verdict(page)).to.contain("26 / 26 条");
      });
    });

    it("runs over plain http in the network, with its own arithmetic, and says what that is worth", async () => {
      const lan = await openPages(tea, lanAddress());
      try {
        await on(`${lan.origin}${tea.codes[0]}?lang=en`, async (page) => {
          expect(await page.evaluate("globalThis.isSecureContext")).to.equal(false);
          expect(await verdict(page)).to.contain("26 of 26");
          expect(await page.locator("#more-verdict").textContent()).to.contain(
            "someone on the way could have changed the page itself",
          );
          expect(lan.requests.some((url) => url.startsWith("/assets/soft-"))).to.equal(true);
        });
      } finally {
        await lan.close();
      }
    });
  });

  describe("codes that lead nowhere", () => {
    const lead = "/01/09520123456788/10/260405-KTWD/21";

    it("each say what it means and what to do, with the right status, in both languages", async () => {
      const serial = tea.codes[0].slice(-14);
      const cases = [
        [`/T/${UNKNOWN}`, 404, "没有发过这个编号", "This number was never issued"],
        [
          `${lead}/${SLIP}`,
          400,
          "有一个字符错了，或者两个字符换了位置",
          "One character is wrong, or two have changed places",
        ],
        ["/t/U", 400, "编号是 14 个字母或数字（没有 U）", "The number has 14 letters or digits"],
        [
          `/01/09520123456789/10/260405-KTWD/21/${serial}`,
          400,
          "商品条码有一个数字错了",
          "One digit of the product number is wrong",
        ],
        [`/01/09520123456788/10/260406-KTWD/21/${serial}`, 404, "登记的是 260405-KTWD", "on record is 260405-KTWD"],
      ] as const;
      for (const [path, status, zh, en] of cases) {
        for (const [lang, sentence] of [
          ["zh-CN", zh],
          ["en", en],
        ] as const) {
          const response = await fetch(`${server.origin}${path}?lang=${lang}`);
          const body = await response.text();

          expect(response.status, path).to.equal(status);
          expect(body, path).to.contain(sentence).and.to.contain(`<html lang="${lang}">`);
        }
      }
    });

    it("show what was taken for the number, not the whole address", async () => {
      const serial = tea.codes[0].slice(-14);
      for (const [path, shown] of [
        [`${lead}/${SLIP}`, `您打开的编号：<span class="code">${SLIP}</span>`],
        ["/t/U", '您打开的编号：<span class="code">U</span>'],
        [`/01/09520123456789/10/X/21/${serial}`, '您打开的编号：<span class="code">09520123456789</span>'],
        ["/01/9/10/X", '您打开的网址：<span class="code">/01/9/10/X</span>'],
      ] as const) {
        expect(await (await fetch(server.origin + path)).text(), path).to.contain(shown);
      }
    });

    it("takes the short form, in small letters too", async () => {
      const serial = tea.codes[0].slice(-14);
      server.state.history = () => tea.history;

      for (const path of [`/T/${serial}`, `/t/${serial.toLowerCase()}`]) {
        expect((await fetch(server.origin + path)).status, path).to.equal(200);
      }
    });

    it("leads a number typed on home to its page, without script", async () => {
      const serial = tea.codes[0].slice(-14);
      server.state.history = () => tea.history;
      await on(
        "/",
        async (page) => {
          await page.fill("#code", `${serial.slice(0, 4)}-${serial.slice(4, 8)}-${serial.slice(8).toLowerCase()}`);
          await page.locator("form button").click();

          expect(new URL(page.url()).pathname).to.equal(`/T/${serial}`);
          expect(await page.locator("h1").textContent()).to.equal("云山明前绿茶");
        },
        { javaScriptEnabled: false },
      );
      const found = await fetch(
        `${server.origin}/find?code=${encodeURIComponent(`https://x.example${tea.codes[0]}`)}`,
        { redirect: "manual" },
      );
      expect([found.status, found.headers.get("location")]).to.deep.equal([303, tea.codes[0]]);
      expect((await fetch(`${server.origin}/find?code=nothing`)).status).to.equal(400);
      for (const empty of ["", "?code=", "?code=%20"]) {
        const response = await fetch(`${server.origin}/find${empty}`);
        expect([response.status, await response.text()].join(" ")).to.match(/^400 [\s\S]*还没有输入编号/);
      }
    });

    it("says in words that the server has a problem, without its insides", async () => {
      server.state.fails = true;
      const response = await fetch(server.origin + tea.codes[0], { headers: { accept: "text/html" } });
      const body = await response.text();

      expect(response.status).to.equal(500);
      expect(body).to.contain("服务器出了问题").and.not.to.contain("the index is away");
    });
  });

  describe("home", () => {
    it("draws a code that an independent reader reads as the address of the example", async () => {
      await on(
        "/",
        async (page) => {
          const read = await readQr(await page.locator(".qr").screenshot());

          expect(read).to.deep.equal([server.origin + tea.codes[0]]);
        },
        { deviceScaleFactor: 2, colorScheme: "dark" },
      );
    });

    it("keeps the language that was asked for on its links, and asks for none otherwise", async () => {
      const links = async (path: string): Promise<string[]> => {
        const body = await (await fetch(server.origin + path, { headers: { "accept-language": "zh-CN" } })).text();
        const all = [...body.matchAll(/class="button[^"]*" href="([^"]*)"/g)].map(([, href]) => href ?? "");
        // The recorder keeps its own language.
        return all.filter((href) => href !== "/record/");
      };

      const asked = await links("/?lang=en");
      expect(asked).to.have.length(3);
      for (const link of asked) expect(link).to.contain("lang=en");
      for (const link of await links("/")) expect(link).not.to.contain("lang=");
    });

    it("asks for a phone only where one can open the code, and else says how", async () => {
      expect(await (await fetch(server.origin)).text())
        .to.contain("--host ::")
        .and.not.to.contain("用手机扫这枚示例码");
      server.state.lan = "http://192.168.1.4:8800";
      expect(await (await fetch(server.origin)).text())
        .to.contain("用手机扫这枚示例码")
        .and.not.to.contain("--host ::");
    });

    it("says that the example is being made, and looks again by itself", async () => {
      server.state.example = { making: 12 };
      const body = await (await fetch(server.origin)).text();

      expect(body).to.contain("示例正在做").and.to.contain("已写下 12 条").and.to.contain('http-equiv="refresh"');
    });

    it("says that there is nothing yet where there is no example", async () => {
      server.state.example = null;
      const body = await (await fetch(server.origin)).text();

      expect(body).to.contain("这里还没有任何一批货").and.not.to.contain("示例数据");
    });
  });

  describe("for everybody", () => {
    const pages = () =>
      [
        ["home", "/"],
        ["scan", tea.codes[0]],
        ["unknown", `/T/${UNKNOWN}`],
        ["malformed", `/T/${SLIP}`],
        ["altered", `/01/09520123456788/10/X/21/${tea.codes[0].slice(-14)}`],
      ] as const;

    for (const lang of ["zh-CN", "en"] as const) {
      for (const colorScheme of ["light", "dark"] as const) {
        it(`axe finds nothing on any page in ${lang}, ${colorScheme}, at 360 × 780`, async () => {
          for (const [name, path] of pages()) {
            await on(
              `${path}?lang=${lang}`,
              async (page) => {
                if (name === "scan") await verdict(page);
                await page.evaluate(() => {
                  for (const details of document.querySelectorAll("details")) details.open = true;
                });
                expect(await violations(page), name).to.deep.equal([]);
                await picture(page, `${name}-${lang}-${colorScheme}`);
              },
              { colorScheme, bypassCSP: true },
            );
          }
        });
      }
    }

    it("axe finds nothing on what third parties say and on what was put right, nor does it scroll sideways", async () => {
      const history = await disputed();
      server.state.history = () => history;
      for (const lang of ["zh-CN", "en"] as const) {
        for (const colorScheme of ["light", "dark"] as const) {
          await on(
            `/T/${tea.codes[0].slice(-14)}?lang=${lang}`,
            async (page) => {
              expect(await page.locator(".entry s").count()).to.be.greaterThan(0);
              expect(await page.locator(".entry .table").count()).to.be.greaterThan(0);
              expect(await violations(page), `${lang} ${colorScheme}`).to.deep.equal([]);
              const wide = await page.evaluate(() => document.documentElement.scrollWidth);
              expect(wide, lang).to.be.at.most(320);
              await picture(page, `third-${lang}-${colorScheme}`);
            },
            { colorScheme, bypassCSP: true, offline: /mark-/, viewport: { width: 320, height: 700 } },
          );
        }
      }
    });

    it("nothing is cut off or scrolls sideways at 320 px, nor with type twice as large", async () => {
      for (const [name, path] of pages()) {
        for (const twice of [false, true]) {
          await on(
            path,
            async (page) => {
              if (name === "scan") await verdict(page);
              if (twice) await page.addStyleTag({ content: "html{font-size:225%}" });
              const wide = await page.evaluate(() => document.documentElement.scrollWidth);

              expect(wide, `${name}${twice ? ", large type" : ""}`).to.be.at.most(twice ? 360 : 320);
              if (twice) await picture(page, `${name}-large-type`);
            },
            { viewport: { width: twice ? 360 : 320, height: 700 }, bypassCSP: true },
          );
        }
      }
    });

    it("what can be pressed is at least 48 px high, links inside sentences apart", async () => {
      for (const [name, path] of pages()) {
        await on(path, async (page) => {
          if (name === "scan") await verdict(page);
          const low = await page.evaluate(() =>
            [...document.querySelectorAll<HTMLElement>("button, summary, input:not([type=hidden]), a.button, nav a")]
              .filter((target) => target.getClientRects().length > 0 && target.getBoundingClientRect().height < 47.5)
              .map((target) => target.outerHTML),
          );

          expect(low, name).to.deep.equal([]);
        });
      }
    });

    it("reads in order for a keyboard: skip link first, focus always visible", async () => {
      await on(tea.codes[0], async (page) => {
        await verdict(page);
        await page.keyboard.press("Tab");

        expect(await page.evaluate(() => document.activeElement?.className)).to.equal("skip");
        const outline = await page.evaluate(
          () => getComputedStyle(document.activeElement ?? document.body).outlineStyle,
        );
        expect(outline).to.equal("solid");
      });
    });

    it("keeps grey and print readable, for people to look at", async () => {
      await on(
        tea.codes[0],
        async (page) => {
          await verdict(page);
          await page.addStyleTag({ content: "html{filter:grayscale(1)}" });
          await picture(page, "scan-grey");
          await page.emulateMedia({ media: "print" });
          await picture(page, "scan-print");

          expect(await page.locator("form").first().isVisible()).to.equal(false);
        },
        { bypassCSP: true },
      );
    });
  });
});

/** A history in which a laboratory speaks, something is struck through and something contradicted. */
async function disputed(): Promise<History> {
  for (let seed = 1; seed < 60; seed++) {
    const { history } = await honestHistory(seed);
    const rows = tellStory(history)
      .stages.flatMap((stage) => stage.rows)
      .flatMap((row) => ("ids" in row ? [row] : []));
    const has = (wanted: (row: StoryEntry) => boolean): boolean => rows.some(wanted);
    const isWanted =
      has(({ table }) => table !== null) &&
      has(({ struck }) => struck !== null) &&
      has(({ contradictions }) => contradictions.length > 0);
    if (isWanted) return history;
  }
  throw new Error("none of these histories has all of it");
}

/** An IPv4 address of this machine that browsers do not take for secure. */
function lanAddress(): string {
  const found = Object.values(networkInterfaces())
    .flatMap((some) => some ?? [])
    .find(({ family, internal }) => family === "IPv4" && !internal);
  if (found === undefined) throw new Error("This machine has no network but its own: connect it to one.");
  return found.address;
}
