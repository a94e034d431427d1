import { expect } from "chai";
import { hexOf } from "../../../protocol/bytes.ts";
import { canonicalBytes } from "../../../protocol/canonical.ts";
import { cidOf } from "../../../protocol/cid.ts";
import { noteEvent } from "../../../protocol/document/epcis.ts";
import { Recorder } from "../../support/recorder.ts";
import { startServer } from "../../support/server.ts";

describe("A server whose disk is nearly full", () => {
  it("takes no further documents, files and batches, and says so", async () => {
    const server = await startServer({ env: { KEEP_FREE_MIB: "999999999" } });
    try {
      const recorder = await server.admitRecorder();
      const note = canonicalBytes(
        noteEvent({
          ...{ subject: hexOf(recorder.organisationSubject), eventId: crypto.randomUUID(), example: true },
          ...{ occurredAtS: recorder.nowS, notes: { en: "a note" } },
        }),
      );
      const readings = new TextEncoder().encode("time,celsius\n2026-04-05T06:00Z,11.5\n");
      const [document, file] = [cidOf(Recorder.digest(note), "json"), cidOf(Recorder.digest(readings), "raw")];

      const answers = [
        await recorder.request("PUT", `/api/documents/${document}`, note, "application/json"),
        await recorder.request("PUT", `/api/files/${file}`, readings, "text/csv"),
        await recorder.request("POST", "/api/batches", canonicalBytes({ batches: ["AAAA"] }), "application/json"),
      ];

      for (const { status, body } of answers) {
        expect(status).to.equal(507);
        expect(body).to.include({ type: "urn:furrow:problem:storage-full" });
      }
      for (const cid of [document, file])
        expect((await fetch(`${server.address}/ipfs/${cid}?format=raw`)).status).to.equal(404);
    } finally {
      await server.close();
    }
  });
});
