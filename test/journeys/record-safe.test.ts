/** What a stolen script, a stranger's text and a practice record cannot do on a phone that records. */
import { expect } from "chai";
import type { Browser } from "playwright-core";
import { launchBrowser } from "../support/chromium.ts";
import type { Engine } from "../support/engine.ts";
import { beside, type Farm, farmOn } from "../support/field-farm.ts";
import { FieldPhone, invite } from "../support/field-phone.ts";
import { nastyStrings } from "../support/nasty.ts";
import { startServer, type TestServer } from "../support/server.ts";

declare const furrow: Engine;

describe("A phone that records", function () {
  this.timeout(180_000);
  let browser: Browser;
  let server: TestServer;
  let phone: FieldPhone;
  let farm: Farm;
  /** Addresses of all that was asked for, and what windows asked. */
  const asked: string[] = [];
  const dialogs: string[] = [];

  before(async () => {
    [browser, server] = await Promise.all([launchBrowser(), startServer({ pages: true, practice: true })]);
    phone = await FieldPhone.open(browser, server.address, { throttle: 1, density: 1 });
    phone.context.on("request", (request) => asked.push(request.url()));
    phone.context.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await phone.join(await invite(server.folder));
    farm = await farmOn(phone);
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  it("has keys that no script can take out of it, in any form", async () => {
    const taken = await phone.page.evaluate(async () => {
      const db = await new Promise<IDBDatabase>((done, fail) => {
        const opening = indexedDB.open("furrow");
        opening.onsuccess = () => done(opening.result);
        opening.onerror = () => fail(opening.error ?? new Error("no database"));
      });
      const got = db.transaction("kept").objectStore("kept").get("keys") as IDBRequest<Record<string, CryptoKeyPair>>;
      await new Promise((done) => {
        got.onsuccess = done;
      });
      db.close();
      const wrapping = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["wrapKey"]);
      const tried: Record<string, string> = {};
      for (const [name, { privateKey }] of Object.entries(got.result)) {
        for (const format of ["jwk", "pkcs8", "raw"] as const) {
          const iv = new Uint8Array(12);
          const ways = {
            exported: () => crypto.subtle.exportKey(format, privateKey),
            wrapped: () => crypto.subtle.wrapKey(format, privateKey, wrapping, { name: "AES-GCM", iv }),
          };
          for (const [way, take] of Object.entries(ways))
            tried[`${name} ${format} ${way}`] = await take().then(
              () => "taken",
              (error: Error) => error.name,
            );
        }
        tried[`${name} as text`] = JSON.stringify(privateKey);
      }
      return tried;
    });

    expect(Object.keys(taken)).to.include.members(["signing jwk exported", "sealing pkcs8 wrapped"]);
    expect(new Set(Object.values(taken))).to.deep.equal(new Set(["InvalidAccessError", "{}"]));
  });

  it("is a page whose policy lets nothing run but its own files", async () => {
    const policy = (await (await fetch(`${server.address}/record/`)).headers.get("content-security-policy")) ?? "";
    const rules = new Map(
      policy.split(";").map((rule) => [rule.trim().split(" ")[0], rule.trim().split(" ").slice(1)]),
    );

    expect(rules.get("default-src")).to.deep.equal(["'none'"]);
    expect(rules.get("script-src")).to.deep.equal(["'self'"]);
    expect(rules.get("style-src")).to.deep.equal(["'self'"]);
    expect(rules.get("require-trusted-types-for")).to.deep.equal(["'script'"]);
    for (const word of ["unsafe", "*", "http:", "https:", "//"]) expect(policy, word).not.to.include(word);
  });

  it("refuses inline scripts, evaluated text, markup from text, and everything from elsewhere", async () => {
    const page = await phone.context.newPage();
    await page.goto(`${server.address}/record/`);
    const outcome = await page.evaluate(tryAll);
    await page.close();

    expect(outcome.ran).to.deep.equal([]);
    expect(outcome.refused).to.include.members(["innerHTML", "eval", "fetch elsewhere"]);
    expect(outcome.broken).to.include.members(["require-trusted-types-for", "img-src", "connect-src", "frame-src"]);
  });

  it("shows 200 nasty strings as text, in every field that somebody can fill in", async () => {
    const texts = nastyStrings.map(({ text }) => text);
    expect(texts.length).to.be.at.least(200);
    await phone.offline();
    const saved = await beside(phone, (page) => page.evaluate(writeNasty, { texts, ...farm }));
    // What cannot be seen, or turns text around, is refused in words; markup is anybody's text.
    expect(saved.refused.filter((why) => !/Problem: (text-refused|answer-|text-)/.test(why))).to.deep.equal([]);
    expect(saved.records.length).to.be.above(100);

    const lists = ["/season", "/places", "/mine", "/mine/only/saved", "/goods", "/"];
    const found = await phone.page.evaluate(lookAtAll, [
      ...lists,
      ...saved.records.map((id) => `/mine/${id}`),
      ...saved.plots.map((id) => `/plot/${id}`),
      ...saved.products.map((id) => `/product/${id}`),
      ...saved.records.slice(0, 20).map((id) => `/done/${id}`),
    ]);
    await phone.offline(false);

    expect(found.made).to.deep.equal([]);
    expect(found.looked).to.be.above(300);
    expect(found.marked, "their text is to be seen").to.be.above(50);
    expect(dialogs).to.deep.equal([]);
    expect(phone.complaints).to.deep.equal([]);
  });

  it("practises on another ledger: the real one refuses what was signed there, by whichever way it comes", async () => {
    const practising = await FieldPhone.open(browser, server.address, { throttle: 1, density: 1 });
    const went: string[] = [];
    practising.context.on("request", (request) => went.push(new URL(request.url()).pathname));
    await practising.page.goto(`${server.address}/record/?practice#/practice`);
    await practising.press("main button.first");
    await practising.at(/^#\/lesson$/);
    await practising.page.close();

    const copy = await beside(practising, (page) =>
      page.evaluate(async () => {
        const notebook = await furrow.open(true);
        const [plot] = (await notebook.field()).plots;
        if (plot === undefined) throw new Error("there is no plot to practise on");
        const target = { sort: "plot", id: plot.id } as const;
        await notebook.save(furrow.draft({ work: "inspection-walk", target, note: "practice" }));
        const made = await furrow.copyUnsent(notebook);
        if (made === null) throw new Error("there is nothing to copy");
        const read = await furrow.readCopy(made.file);
        const text = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));
        return {
          file: text(new Uint8Array(await made.file.arrayBuffer())),
          batches: (read?.batches ?? []).map(text),
          documents: [...(read?.blocks ?? [])]
            .filter(([cid]) => cid.startsWith("bagaaiera"))
            .map(([, block]) => text(block)),
        };
      }),
    );
    const plain = (text: string) => Buffer.from(text, "base64");
    const answer = await fetch(`${server.address}/api/sync`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        documents: copy.documents.map((text) => plain(text).toString()).filter((text) => text.includes("eventID")),
        batches: copy.batches.map((text) => plain(text).toString("base64url")),
      }),
    });
    const { receipts } = (await answer.json()) as { receipts: { state: string; reason: { type: string } }[] };
    // The field to practise on was written down on the phone, too.
    expect(copy.batches).not.to.deep.equal([]);
    expect(receipts).to.have.length(copy.batches.length);
    for (const { state, reason } of receipts) {
      expect(state).to.equal("refused");
      expect(reason.type).to.match(/wrong-(chain|ledger)$/);
    }

    await phone.go("/me/deliver");
    const file = { name: "copy.car", mimeType: "application/octet-stream", buffer: plain(copy.file) };
    await phone.give('main input[name="copy"]', file);
    expect(await phone.text("main .wrong")).not.to.equal("");
    const api = went.filter((path) => path.includes("/api/"));
    expect(api.filter((path) => !path.startsWith("/practice/"))).to.deep.equal([]);
    await practising.close();
  });

  it("asked nobody but its own server for anything, all along", () => {
    const elsewhere = asked.filter((url) => !url.startsWith(`${server.address}/`) && !/^(blob|data):/.test(url));

    // The attempts of the test before, which the policy stopped on their way.
    expect(elsewhere.filter((url) => !url.includes("elsewhere.example"))).to.deep.equal([]);
  });
});

/** In the page: what an attacker would try first. */
async function tryAll() {
  const place = globalThis as unknown as { ran: string[] };
  place.ran = [];
  const broken = new Set<string>();
  document.addEventListener("securitypolicyviolation", (event) => broken.add(event.effectiveDirective));
  const refused: string[] = [];
  const attempt = (name: string, act: () => unknown): void => {
    try {
      act();
    } catch {
      refused.push(name);
    }
  };
  // Out of the browser's own evaluation, which the policy does not bind.
  await new Promise<void>((done) => {
    setTimeout(() => {
      attempt("inline script", () => {
        const script = document.createElement("script");
        script.append("ran.push('inline')");
        document.body.append(script);
      });
      attempt("innerHTML", () => {
        document.body.innerHTML = "<img src=x onerror=\"ran.push('onerror')\">";
      });
      attempt("eval", () => (0, eval)("ran.push('eval')"));
      attempt("script elsewhere", () => {
        const script = document.createElement("script");
        script.setAttribute("src", "https://elsewhere.example/x.js");
        document.body.append(script);
      });
      attempt("picture elsewhere", () => {
        const picture = document.createElement("img");
        picture.src = "https://elsewhere.example/x.png";
        document.body.append(picture);
      });
      attempt("frame", () => {
        const frame = document.createElement("iframe");
        frame.src = "https://elsewhere.example/";
        document.body.append(frame);
      });
      attempt("attribute", () => {
        const button = document.createElement("button");
        button.setAttribute("onclick", "ran.push('onclick')");
        document.body.append(button);
        button.click();
      });
      done();
    });
  });
  await fetch("https://elsewhere.example/").catch(() => refused.push("fetch elsewhere"));
  await new Promise((done) => setTimeout(done, 500));
  return { ran: place.ran, refused, broken: [...broken] };
}

/** In a page beside the app: each text in every answer of a record, and as name of a plot and of a product. */
async function writeNasty(of: { readonly texts: readonly string[]; readonly planting: `0x${string}` }) {
  const notebook = await furrow.open();
  const saved = {
    records: [] as string[],
    plots: [] as string[],
    products: [] as string[],
    places: 0,
    refused: [] as string[],
  };
  const text = (said: string) => ({ type: "text", text: said }) as const;
  const choice = (id: string) => ({ type: "choice", id }) as const;
  for (const said of of.texts) {
    const named = { type: "input", id: null, name: { zh: said, en: said }, kind: "pesticide" } as const;
    const dose = { type: "amount", amount: { text: "5", shown: "ml" } } as const;
    const interval = { type: "amount", amount: { text: "7", shown: "day" } } as const;
    const free = ["registration", "variety", "sample", "store", "vehicle", "code", "name", "village"];
    const answers = { input: named, interval, dose, ...Object.fromEntries(free.map((id) => [id, text(said)])) };
    const area = { type: "amount", amount: { text: "1", shown: "mu" } } as const;
    try {
      const target = { sort: "planting", id: of.planting } as const;
      saved.records.push((await notebook.save(furrow.draft({ work: "spraying", target, answers, note: said }))).id);
    } catch (failure) {
      saved.refused.push(`${JSON.stringify(said)}: ${String(failure)}`);
    }
    for (const [work, more, list] of [
      ["new-plot", { code: text(said), name: text(said), village: text(said), area }, saved.plots],
      ["new-product", { name: text(said), crop: choice("tea"), unit: choice("KGM") }, saved.products],
    ] as const) {
      try {
        const row = await notebook.save(furrow.draft({ work, answers: more }));
        saved.places++;
        list.push(row.makes[0]?.id ?? "");
      } catch (failure) {
        saved.refused.push(`${work} ${JSON.stringify(said)}: ${String(failure)}`);
      }
    }
  }
  return saved;
}

/** In the app's page: goes from address to address, and tells what of it is no text. */
async function lookAtAll(addresses: readonly string[]) {
  const place = globalThis as { drawing?: { count: number; address: string } };
  const made: string[] = [];
  let marked = 0;
  let looked = 0;
  for (const address of addresses) {
    location.hash = address;
    for (let n = 0; n < 400 && place.drawing?.address !== `#${address}`; n++)
      await new Promise((done) => setTimeout(done, 5));
    looked++;
    const strange = document.querySelectorAll(
      "script:not([src^='/assets/']), iframe, object, embed, main style, main link, main [onerror], main [onclick], main [onload], main base, main meta, main svg script",
    );
    for (const one of strange) made.push(`${address}: ${one.outerHTML.slice(0, 80)}`);
    if (/<|script|onerror|\u202e/i.test(document.querySelector("main")?.textContent ?? "")) marked++;
  }
  return { made, looked, marked };
}
