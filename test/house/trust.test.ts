import { expect } from "chai";
import { trustPage } from "../../scripts/house/trust.ts";

describe("What a start with HTTPS=on tells phones", () => {
  const page = (address: string, lanAddress: string | null = null) => trustPage({ address, lanAddress });

  it("is the page at the machine's address in its network, or at the one that it was told to listen at", () => {
    expect(page("https://localhost:8550", "https://192.168.1.4:8550")).to.equal("http://192.168.1.4:8550/ca");
    expect(page("https://10.0.0.7:8550")).to.equal("http://10.0.0.7:8550/ca");
    expect(page("https://[fd00::7]:8550")).to.equal("http://[fd00::7]:8550/ca");
    expect(page("https://station.local:8550")).to.equal("http://station.local:8550/ca");
  });

  it("is nothing where this machine alone could open it, or no certificate of its own counts", () => {
    expect(page("https://localhost:8550")).to.equal(null);
    expect(page("https://127.0.0.2:8550")).to.equal(null);
    expect(page("https://[::1]:8550")).to.equal(null);
    expect(page("https://203.0.113.7:8550")).to.equal(null);
  });
});
