import { expect } from "chai";
import { Problem } from "../../protocol/problem.ts";
import { callControl } from "../../server/control.ts";
import { readRecord } from "../../server/deployment-record.ts";
import { read } from "../../server/http/problem.ts";
import { admissionForm } from "../../server/operator.ts";
import { startAnvilNode } from "../support/nodes.ts";
import { ledgerOn } from "../support/outside.ts";
import { startServer, temporaryFolder } from "../support/server.ts";

const ADMISSION = {
  name: { zh: "示例合作社" },
  roles: ["producer"],
  registration: null,
  checked: { en: "made for a test" },
  phone: null,
  managerKey: { x: `0x${"11".repeat(32)}`, y: `0x${"22".repeat(32)}` },
};

describe("An admission from outside", () => {
  for (const [says, admission, place] of [
    ["no object", "admit me", ""],
    ["a field that there is not", { ...ADMISSION, number: 1 }, "/number"],
    ["no words for a name", { ...ADMISSION, name: "示例合作社" }, "/name"],
    ["a role that is no text", { ...ADMISSION, roles: [7] }, "/roles/0"],
    ["a key of one coordinate", { ...ADMISSION, managerKey: { x: ADMISSION.managerKey.x } }, "/managerKey/y"],
    ["a short coordinate", { ...ADMISSION, managerKey: { ...ADMISSION.managerKey, x: "0x11" } }, "/managerKey/x"],
  ] as const) {
    it(`is refused with ${says}, and its place is named`, () => {
      const look = () => read(admissionForm, admission);

      expect(look).to.throw(Problem).that.includes({ type: "request-invalid", at: place });
    });
  }

  it("is taken as it is when it is right", () => {
    expect(read(admissionForm, ADMISSION)).to.deep.equal(ADMISSION);
  });

  it("is refused in a sentence where the operator asks", async () => {
    const server = await startServer();
    try {
      const refused = await callControl(server.folder, "admit", { ...ADMISSION, name: 7 }).catch(
        (cause: unknown) => cause,
      );

      expect(String(refused)).to.match(/\/name: .+Mend the field that the pointer names/);
    } finally {
      await server.close();
    }
  });

  it("names who may admit where the key of this folder may not", async function () {
    this.timeout(120_000);
    const [own, other] = [temporaryFolder(), temporaryFolder()];
    const node = await startAnvilNode({ chainId: 4_242_085n });
    try {
      node.mineWhatWaits();
      const env = await ledgerOn(node, { data: own.path, finality: "latest" });
      const { operator } = readRecord(4_242_085n, env.DEPLOYMENT ?? "");
      const server = await startServer({ folder: other.path, clock: "machine", env });
      const refused: unknown = await callControl(other.path, "admit", ADMISSION).catch((cause: unknown) => cause);
      await server.stop();

      expect(String(refused)).to.match(/The operator of this data folder, 0x[0-9a-f]{40}, may not admit/);
      expect(String(refused)).to.include(operator).and.not.include("reverted");
    } finally {
      await node.close();
      for (const folder of [own, other]) folder.remove();
    }
  });

  it("waits where one of an earlier run is not final, for the document names the number that the ledger gives", async function () {
    this.timeout(120_000);
    const temporary = temporaryFolder();
    const node = await startAnvilNode({ chainId: 4_242_084n });
    try {
      const stop = node.mineWhatWaits(5);
      await node.mine(6);
      const env = await ledgerOn(node, { data: temporary.path, finality: "4" });
      await stop();
      const open = () => startServer({ folder: temporary.path, clock: "machine", env });
      const first = await open();
      const broken = first.admitRecorder().catch(() => null);
      while ((await node.rpc("eth_getBlockTransactionCountByNumber", "pending")) === "0x0") await pause(25);
      await node.mine(2);
      await first.stop();
      await broken;

      const second = await open();
      const early: unknown = await second.admitRecorder().catch((cause: unknown) => cause);
      await node.mine(6);
      node.mineWhatWaits(5);
      let organisation = 0;
      for (let n = 0; n < 100 && organisation === 0; n++) {
        organisation = await second.admitRecorder().then(
          (recorder) => recorder.organisation,
          () => 0,
        );
        await pause(50);
      }
      await second.stop();

      expect(String(early)).to.match(/An earlier admission is not final yet/);
      expect(organisation).to.equal(2);
    } finally {
      await node.close();
      temporary.remove();
    }
  });
});

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
