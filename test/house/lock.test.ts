import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { type Lock, mendLock, missingOptional, platformOf } from "../../scripts/house/lock.ts";
import { ROOT } from "../../scripts/house/root.ts";

describe("The lock", () => {
  const text = readFileSync(join(ROOT, "package-lock.json"), "utf8");
  const lock = JSON.parse(text) as Lock;

  it("has every platform's packages", () => {
    expect([...missingOptional(lock).keys()]).to.deep.equal([]);
  });

  it("asks no optional package for a newer Node, since npm would leave it out", () => {
    const asking = Object.entries(lock.packages).filter(([, entry]) => entry.optional === true && entry.engines);

    expect(asking.map(([place]) => place)).to.deep.equal([]);
    expect(lock.packages["node_modules/@nomicfoundation/edr"]).not.to.have.property("engines");
  });

  it("comes back byte for byte when it is mended again", () => {
    expect(`${JSON.stringify(mendLock(lock), null, 2)}\n`).to.equal(text);
  });

  it("holds no package whose install script npm would block", () => {
    const { allowScripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
      allowScripts: Record<string, boolean>;
    };

    const running = Object.entries(lock.packages)
      .filter(([, entry]) => entry.hasInstallScript === true && entry.optional !== true)
      .map(([place]) => place.replace(/^.*node_modules\//, ""));

    expect(Object.keys(allowScripts)).to.have.members(running);
  });
});

describe("Mending a lock", () => {
  const broken: Lock = {
    packages: {
      "": {},
      "node_modules/z": { version: "1.0.0", engines: { node: ">=99" } },
      "node_modules/b": {
        version: "2.0.0",
        optionalDependencies: { "b-linux-arm64": "2.0.0", "b-linux-x64": "2.0.0", "b-win32-x64": "2.0.0" },
      },
      "node_modules/b/node_modules/b-win32-x64": { version: "2.0.0", optional: true },
      "node_modules/b-linux-x64": { version: "2.0.0", optional: true, engines: { node: ">=22" } },
    },
  };

  it("adds what is missing with its platform, drops what would hide a binary, and sorts", () => {
    const mended = mendLock(broken);

    expect(mended.packages).to.deep.equal({
      ...broken.packages,
      "node_modules/b-linux-x64": { version: "2.0.0", optional: true },
      "node_modules/b-linux-arm64": { version: "2.0.0", os: ["linux"], cpu: ["arm64"], optional: true },
    });
    expect(Object.keys(mended.packages)).to.deep.equal([
      "",
      "node_modules/b",
      "node_modules/b-linux-arm64",
      "node_modules/b-linux-x64",
      "node_modules/b/node_modules/b-win32-x64",
      "node_modules/z",
    ]);
  });

  it("reads a platform from the name as the package itself gives it", () => {
    const lock = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as Lock;
    const family = Object.values(lock.packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
    const own = Object.entries(lock.packages).filter(([, entry]) => entry.integrity && entry.os && entry.cpu);

    expect(own.length).to.be.greaterThan(30);
    for (const [place, { os, cpu, libc }] of own) {
      const name = place.replace(/^.*node_modules\//, "");
      expect(platformOf(name, family), name).to.deep.equal(libc ? { os, cpu, libc } : { os, cpu });
    }
  });

  it("refuses a name that tells no platform", () => {
    const lock: Lock = { packages: { "node_modules/b": { optionalDependencies: { colours: "1.0.0" } } } };

    expect(() => mendLock(lock)).to.throw("colours tells no platform");
  });
});
