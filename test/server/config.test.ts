import { resolve } from "node:path";
import { expect } from "chai";
import { apartWarnings, ConfigError, readConfig, settings } from "../../server/config.ts";

describe("Settings", () => {
  it("come from a flag before a variable, from a variable before the default", () => {
    expect(readConfig({}).port).to.equal(8550);
    expect(readConfig({ PORT: "81" }).port).to.equal(81);
    expect(readConfig({ PORT: "81" }, { port: "0" }).port).to.equal(0);
    expect(readConfig({ PORT: "" }).port).to.equal(8550);
    expect(readConfig({ FURROW_DATA: "elsewhere" }).data).to.equal(resolve("elsewhere"));
  });

  it("are read into what the server works with", () => {
    const config = readConfig({
      PUBLIC_URL: "https://trace.example.org/",
      MORE_RPC: "https://a.example.org, https://b.example.org/rpc",
      REGION_HEADER: "X-Region",
      TRUST_PROXY: "127.0.0.1",
      KEEP_FREE_MIB: "2",
    });

    expect(config).to.deep.include({
      publicUrl: "https://trace.example.org",
      moreRpc: ["https://a.example.org", "https://b.example.org/rpc"],
      regionHeader: "x-region",
      trustProxy: ["127.0.0.1"],
      keepFree: 2_097_152,
    });
  });

  for (const [name, value] of [
    ["PORT", "eighty"],
    ["PORT", "70000"],
    ["PUBLIC_URL", "trace.example.org"],
    ["PUBLIC_URL", "ftp://trace.example.org"],
    ["MORE_GATEWAYS", "https://a.example.org b"],
    ["REGION_HEADER", "X Region"],
    ["KEEP_FREE_MIB", "-1"],
    ["DATABASE_URL", "mysql://127.0.0.1/furrow"],
    ["CHAIN_RPC_URL", "ws://127.0.0.1:8546"],
    ["CHAIN_FINALITY", "soon"],
    ["CHAIN_FINALITY", "0"],
    ["MAX_GAS_PRICE_GWEI", "1e3"],
    ["PARTS", "api,painter"],
    ["PRACTICE", "maybe"],
    ["PARTS", ","],
  ] as const) {
    it(`refuses ${name}=${value} in one sentence that names it`, () => {
      const read = () => readConfig({ [name]: value });

      expect(read).to.throw(ConfigError, name);
      expect(read).not.to.throw("\n");
    });
  }

  it("say which parts of the whole this process does: all of them unless it is told", () => {
    const databaseUrl = "postgres://furrow:secret@127.0.0.1/furrow";

    expect([...readConfig({}).parts]).to.deep.equal(["api", "indexer", "relay"]);
    const apart = { PARTS: "relay, api", DATABASE_URL: databaseUrl };

    expect([...readConfig({ ...apart, CHAIN_RPC_URL: "http://127.0.0.1:8545" }).parts]).to.deep.equal(["relay", "api"]);
    expect(() => readConfig(apart)).to.throw(ConfigError, "PARTS=relay,api needs CHAIN_RPC_URL");
    expect(() => readConfig({ PARTS: "api" })).to.throw(ConfigError, "PARTS=api needs DATABASE_URL");
  });

  it("warn where processes share the work and not the documents", () => {
    const all = { DATABASE_URL: "postgres://127.0.0.1/furrow", CHAIN_RPC_URL: "http://127.0.0.1:8545" };
    const warnings = (env: Readonly<Record<string, string>>) => apartWarnings(readConfig({ ...all, ...env }));

    expect(warnings({ PARTS: "api" }).join()).to.match(/^PARTS=api without KUBO_RPC_URL: [^\n]+$/);
    expect(warnings({ PARTS: "api", KUBO_RPC_URL: "http://127.0.0.1:5001" })).to.deep.equal([]);
    expect(warnings({})).to.deep.equal([]);
  });

  it("say which chain, when its blocks are final and what its gas may cost", () => {
    const config = readConfig({
      CHAIN_RPC_URL: "https://a.example.org/v2/key, https://b.example.org",
      CHAIN_FINALITY: "12",
      MAX_GAS_PRICE_GWEI: "0.05",
    });

    expect(config.chainRpc).to.deep.equal(["https://a.example.org/v2/key", "https://b.example.org"]);
    expect(config).to.include({ chainFinality: 12, maxGasPrice: 50_000_000n });
    expect(readConfig({ CHAIN_FINALITY: "finalized" }).chainFinality).to.equal("finalized");
    expect(readConfig({})).to.include({ chainFinality: null, deployment: null, maxGasPrice: null });
    expect(() => readConfig({ CHAIN_RPC_URL: "wss://a.example.org/key" })).to.throw(ConfigError, /^((?!key).)*$/);
  });

  it("never repeat a password", () => {
    const read = () => readConfig({ DATABASE_URL: "http://furrow:secret@127.0.0.1/furrow" });

    expect(read).to.throw(ConfigError, "DATABASE_URL");
    expect(read).not.to.throw("secret");
  });

  it("are each explained", () => {
    for (const { env, about } of settings) expect(about, env).to.have.length.above(20);
  });
});
