import { expect } from "chai";
import { html } from "../../../scan-web/ui/html.ts";
import { addressOf, findScreen } from "../../../scan-web/record/route.ts";
import type { Screen } from "../../../scan-web/record/screen.ts";
import { laterScreens } from "../../../scan-web/record/later.ts";
import { screens } from "../../../scan-web/record/screens.ts";

function screen(path: string): Screen {
  return { path, show: async () => ({ title: path, body: html``, back: null }) };
}

describe("An address of the recorder", () => {
  it("is what stands after the #, and the first screen where nothing does", () => {
    expect(addressOf("#/mine/7")).to.equal("/mine/7");
    expect(addressOf("")).to.equal("/");
    expect(addressOf("#main")).to.equal("/");
  });

  it("chooses the first screen whose path fits, and hands it the groups", () => {
    const all = [screen("/"), screen("/mine/all"), screen("/mine/:id")];

    expect(findScreen(all, "/mine/all")?.screen.path).to.equal("/mine/all");
    expect(findScreen(all, "/mine/a%2Fb")).to.deep.include({ params: { id: "a/b" } });
    expect(findScreen(all, "/mine")).to.equal(null);
    expect(findScreen(all, "/mine/")).to.equal(null);
    expect(findScreen(all, "/mine/7/more")).to.equal(null);
  });

  it("that is no well-formed one chooses none", () => {
    expect(findScreen([screen("/mine/:id")], "/mine/%E0%A4%A")).to.equal(null);
  });

  it("leads to one screen only: no path stands there twice, and none is hidden by one before it", () => {
    const all = [...screens, ...laterScreens];
    const paths = all.map(({ path }) => path);
    expect(new Set(paths).size).to.equal(paths.length);
    for (const one of all) {
      const address = one.path.replace(/:\w+/g, "x");
      expect(findScreen(all, address)?.screen.path, address).to.equal(one.path);
    }
  });
});
