import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ApiError, connectApi, told } from "../../scripts/client/api.ts";
import { buildClient } from "../../scripts/build-client.ts";
import { ROOT } from "../../scripts/house/root.ts";
import { apiDocument } from "../../server/http/openapi.ts";
import { startServer, type TestServer } from "../support/server.ts";

describe("The typed client", () => {
  let server: TestServer;

  before(async () => {
    server = await startServer();
    await buildClient();
  });

  after(() => server.close());

  it("knows each call of the API, and no other", () => {
    const types = readFileSync(join(ROOT, "dist/client/paths.ts"), "utf8");
    const known = [...types.matchAll(/operations\["(\w+)"\]/g)].map(([, id]) => id);
    const calls = Object.values(apiDocument().paths ?? {}).flatMap((methods) =>
      Object.values(methods as Readonly<Record<string, { readonly operationId: string }>>),
    );

    expect(new Set(known)).to.deep.equal(new Set(calls.map(({ operationId }) => operationId)));
  });

  it("brings an answer as the server gave it", async () => {
    const api = connectApi({ address: server.address });

    const { ledger, block } = await told(() => api.GET("/api/head"));

    expect(ledger).to.equal(server.furrow.deployment.ledger);
    expect(block.number).to.be.a("number");
  });

  it("throws a refusal with its problem", async () => {
    const api = connectApi({ address: server.address });
    const params = { path: { batch: `0x${"00".repeat(32)}` } };

    const refused: unknown = await told(() => api.GET("/api/batches/{batch}", { params })).catch(
      (cause: unknown) => cause,
    );

    expect(refused).to.be.instanceOf(ApiError);
    expect((refused as ApiError).problem).to.include({ type: "urn:furrow:problem:not-found", pointer: "/batch" });
  });

  it("asks again where the server says that it cannot right now, and gives up after so many times", async () => {
    const closed = await startServer({ exampleFromS: 1_739_116_800, clock: "machine" });
    try {
      const api = connectApi({ address: closed.address });
      let times = 0;
      const call = () => {
        times++;
        return api.POST("/api/batches", { body: { batches: ["AA"] } });
      };

      const refused: unknown = await told(call, { tries: 3, waitMs: 1 }).catch((cause: unknown) => cause);

      expect(times).to.equal(3);
      expect((refused as ApiError).problem?.type).to.equal("urn:furrow:problem:not-yet-open");
    } finally {
      await closed.close();
    }
  });
});
