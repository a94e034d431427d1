import { X509Certificate } from "node:crypto";
import { connect, createServer, type Server } from "node:tls";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { type Authority, certify, isPrivate, makeAuthority, type Pair, privatePlaces } from "../../server/authority.ts";

const DAY_MS = 24 * 3_600_000;

describe("This machine's own certificate authority", () => {
  let authority: Authority;
  const servers: Server[] = [];

  before(async () => {
    authority = await makeAuthority("farm-pc", Date.now());
  });

  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  /** Why a client that trusts the authority, and wants `name`, would not go on; null: it would. */
  const refusalOf = async (pair: Pair, name: string, ca = authority.certificate): Promise<string | null> => {
    const server = createServer({ cert: pair.certificate, key: pair.key }, (socket) => socket.end());
    servers.push(server);
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    return new Promise((done) => {
      const socket = connect({ host: "127.0.0.1", port, servername: name, ca }, () => {
        done(null);
        socket.destroy();
      });
      socket.on("error", (cause: Error & { code?: string }) => done(`${cause.code ?? ""} ${cause.message}`));
    });
  };

  it("is trusted for this machine's names by who trusts it, and by nobody else", async () => {
    const pair = await certify(authority, privatePlaces("farm-pc", []), Date.now());
    const other = await makeAuthority("farm-pc", Date.now());

    for (const name of ["localhost", "farm-pc", "farm-pc.local"])
      expect(await refusalOf(pair, name), name).to.equal(null);
    expect(await refusalOf(pair, "other-pc")).to.include("ERR_TLS_CERT_ALTNAME_INVALID");
    expect(await refusalOf(pair, "localhost", other.certificate)).to.match(/UNABLE_TO_VERIFY|SELF_SIGNED|SIGNATURE/);
  });

  it("cannot speak for a public name or address, whoever has its key", async () => {
    const name = await certify(authority, { names: ["example.org"], addresses: [] }, Date.now());
    const address = await certify(authority, { names: ["localhost"], addresses: ["203.0.113.7"] }, Date.now());

    expect(await refusalOf(name, "example.org")).to.include("permitted subtree violation");
    expect(await refusalOf(address, "localhost")).to.include("permitted subtree violation");
  });

  it("cannot speak for the domain that a machine is called like", async () => {
    const called = await makeAuthority("dev", Date.now());
    const own = await certify(called, privatePlaces("dev", []), Date.now());
    const foreign = await certify(called, { names: ["shop.dev"], addresses: [] }, Date.now());

    expect(await refusalOf(own, "dev.local", called.certificate)).to.equal(null);
    expect(await refusalOf(foreign, "shop.dev", called.certificate)).to.include("permitted subtree violation");
    expect(privatePlaces("dev", []).names).to.deep.equal(["localhost", "dev.local"]);
    expect(privatePlaces("xn--p1ai", []).names).to.deep.equal(["localhost", "xn--p1ai.local"]);
    expect(privatePlaces("pc7", []).names).to.deep.equal(["localhost", "pc7", "pc7.local"]);
  });

  it("cannot make a further authority", async () => {
    const below = await certify(authority, privatePlaces("farm-pc", []), Date.now());
    const further = await certify(below, { names: ["localhost"], addresses: [] }, Date.now());

    const chain = { ...further, certificate: further.certificate + below.certificate };
    expect(await refusalOf(chain, "localhost")).to.match(
      /invalid CA|path length|does not include certificate signing/i,
    );
  });

  it("lasts years, and its certificates no longer than iPhones take them", async () => {
    const now = Date.now();
    const root = new X509Certificate(authority.certificate);
    const leaf = new X509Certificate((await certify(authority, privatePlaces("farm-pc", []), now)).certificate);
    const days = ({ validFromDate, validToDate }: X509Certificate) =>
      (validToDate.getTime() - validFromDate.getTime()) / DAY_MS;

    expect(root.ca).to.equal(true);
    expect(leaf.ca).to.equal(false);
    expect(days(leaf)).to.be.at.most(825);
    expect(leaf.validFromDate.getTime()).to.be.below(now - DAY_MS / 2);
    expect(root.validToDate.getTime()).to.be.above(leaf.validToDate.getTime());
    expect(authority.fingerprint).to.equal(root.fingerprint256);
  });

  it("takes of a machine what exists inside a network alone", () => {
    const place = privatePlaces("Farm-PC.example.org", ["192.168.1.4", "8.8.8.8", "fd12::1", "2001:db8::1"]);

    expect(place.names).to.deep.equal(["localhost", "farm-pc.local"]);
    expect(place.addresses).to.deep.equal(["127.0.0.1", "::1", "192.168.1.4", "fd12::1"]);
    expect(privatePlaces("名字", []).names).to.deep.equal(["localhost"]);
    const inside = ["10.1.2.3", "172.31.255.255", "169.254.3.4", "100.64.0.1", "fc00::1", "fe80::1", "::1"];
    const outside = ["172.32.0.1", "192.169.0.1", "11.0.0.1", "100.128.0.1", "::2", "2400::1", "", "localhost"];
    expect(inside.filter((one) => !isPrivate(one))).to.deep.equal([]);
    expect(outside.filter(isPrivate)).to.deep.equal([]);
  });
});
