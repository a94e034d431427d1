import { expect } from "chai";
import { ListenError, type Listener, listen } from "../../server/listen.ts";

describe("The port", () => {
  const listeners: Listener[] = [];
  const open = async (host: string, port: number) => {
    const listener = await listen(host, port);
    listeners.push(listener);
    return listener;
  };

  afterEach(async () => {
    for (const listener of listeners.splice(0)) await listener.close();
  });

  it("answers 'starting' until there is an app, then the app", async () => {
    const { address, serve } = await open("127.0.0.1", 0);
    const early = await fetch(address);
    const opened = await fetch(address, { headers: { accept: "text/html" } });

    serve((_request, response) => response.end("whole"));

    expect(early.status).to.equal(503);
    expect(early.headers.get("retry-after")).to.equal("2");
    expect(await early.json()).to.include({ type: "urn:furrow:problem:starting", status: 503 });
    expect(await opened.text()).to.include("正在启动");
    expect(await (await fetch(address)).text()).to.equal("whole");
  });

  it("that is taken is named in one sentence", async () => {
    const { port } = await open("127.0.0.1", 0);

    const error = await listen("127.0.0.1", port).catch((cause: unknown) => cause);

    expect(error).to.be.instanceOf(ListenError);
    expect((error as ListenError).message).to.match(/^Port \d+ is taken: .+--port.+\.$/);
  });

  it("of an address that is not this machine's is named in one sentence", async () => {
    const error = await listen("203.0.113.1", 0).catch((cause: unknown) => cause);

    expect((error as ListenError).message).to.match(/^203\.0\.113\.1 .+--host\.$/);
  });

  it("on every interface is found at localhost, and tells the address for phones where there is one", async () => {
    const { address, port, lanAddress, serve } = await open("::", 0);
    serve((_request, response) => response.end("here"));

    expect(address).to.equal(`http://localhost:${port}`);
    expect(await (await fetch(address)).text()).to.equal("here");
    if (lanAddress !== null) expect(await (await fetch(lanAddress)).text()).to.equal("here");
  });
});
