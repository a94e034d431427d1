import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Request } from "express";
import { RegionError, regionReader } from "../../../server/http/region.ts";

describe("The region of a reader", () => {
  let folder: string;
  let table: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "furrow-region-"));
    table = join(folder, "regions.csv");
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const from = (ip: string, header = "") => ({ ip, get: () => header }) as unknown as Request;

  it("is what the operator's proxy says, when it is a name", () => {
    const regionOf = regionReader({ header: "x-region", table: null });

    expect(regionOf(from("192.0.2.1", "浙江省"))).to.equal("浙江省");
    expect(regionOf(from("192.0.2.1", ""))).to.equal(null);
    expect(regionOf(from("192.0.2.1", "<script>"))).to.equal(null);
  });

  it("is that of the narrowest network of the table, IPv4 in either writing and IPv6", () => {
    writeFileSync(table, "# region table\n192.0.2.0/24,Zhejiang\n192.0.2.128/25,Anhui\n2001:db8::/32,Fujian\n\n");
    const regionOf = regionReader({ header: null, table });

    const regions = [
      "192.0.2.7",
      "::ffff:192.0.2.7",
      "192.0.2.200",
      "2001:db8:1::9",
      "2001:db9::1",
      "198.51.100.1",
      "",
    ].map((ip) => regionOf(from(ip)));

    expect(regions).to.deep.equal(["Zhejiang", "Zhejiang", "Anhui", "Fujian", null, null, null]);
  });

  it("is not known where nothing is set", () => {
    expect(regionReader({ header: null, table: null })(from("192.0.2.1", "Zhejiang"))).to.equal(null);
  });

  it("names the line of a table that cannot be read", () => {
    writeFileSync(table, "192.0.2.0/24,Zhejiang\nZhejiang,192.0.2.0\n");

    expect(() => regionReader({ header: null, table })).to.throw(RegionError, "Line 2");
    expect(() => regionReader({ header: null, table: join(folder, "none.csv") })).to.throw(
      RegionError,
      "cannot be read",
    );
  });
});
