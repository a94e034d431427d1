import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect } from "chai";
import { readInvitation } from "../../../protocol/invitation.ts";
import { callControl } from "../../../server/control.ts";
import type { Invited, OpenInvitation } from "../../../server/joining.ts";
import { aPhone, INVITED, invitationCode, joinAt, lookAt, openInvitationAt } from "../../support/joining.ts";
import { Recorder } from "../../support/recorder.ts";
import { startServer, type TestServer, temporaryFolder } from "../../support/server.ts";

describe("An invitation", function () {
  this.timeout(60_000);

  let folder: ReturnType<typeof temporaryFolder>;
  let server: TestServer;
  let manager: Recorder;

  const invite = async (of: object = { said: INVITED }) =>
    (await callControl(server.folder, "invite", of)) as Invited & { address: string };
  const typeOf = ({ body }: { readonly body: Record<string, unknown> }) => String(body.type).split(":").at(-1);

  before(async () => {
    folder = temporaryFolder();
    server = await startServer({ folder: folder.path });
    manager = await server.admitRecorder();
  });

  after(async () => {
    await server.stop();
    folder.remove();
  });

  describe("of the operator", () => {
    it("admits an organisation whose first manager is the phone that asks, and tells its name before", async () => {
      const { code, untilS } = await invite();
      const phone = await aPhone();

      const before = await lookAt(server.address, code);
      const joined = await joinAt(server.address, code, phone.body);

      expect(readInvitation(code)).to.equal(code);
      expect(untilS - Date.now() / 1000).to.be.within(6.9 * 86_400, 7.1 * 86_400);
      expect(before.body).to.deep.equal({
        ...{ sort: "operator", state: "open", organisation: null, manager: true, name: INVITED.name },
      });
      expect(joined.status).to.equal(200);
      expect(joined.body).to.include({ sort: "operator", state: "joined" });
      const { number, name } = joined.body.organisation as { number: number; name: object };
      expect(name).to.deep.equal(INVITED.name);
      const recorder = await Recorder.at(server.address, phone.signer, number);
      const record = await recorder.sign([await recorder.note(recorder.organisationSubject)]);
      expect((await recorder.send(record)).status).to.equal(202);
      expect((await recorder.settled(record.hash)).state).to.equal("final");
    });

    it("gives the same answer to the same key, however often and at once, and none to another", async () => {
      const { code } = await invite();
      const [phone, other] = [await aPhone(), await aPhone()];

      const answers = await Promise.all([1, 2, 3].map(() => joinAt(server.address, code, phone.body)));
      const again = await joinAt(server.address, code, phone.body);
      const second = await joinAt(server.address, code, other.body);

      for (const { status, body } of [...answers, again]) {
        expect(status).to.equal(200);
        expect(body).to.deep.equal(again.body);
      }
      expect([second.status, typeOf(second)]).to.deep.equal([409, "invitation-used"]);
    });

    it("lets one of two phones in that ask at once", async () => {
      const { code } = await invite();
      const phones = [await aPhone(), await aPhone()];

      const answers = await Promise.all(phones.map(({ body }) => joinAt(server.address, code, body)));

      expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 409]);
    });

    it("never admits a second organisation after an end between the ledger's word and ours", async () => {
      const { code } = await invite();
      const phone = await aPhone();
      const first = await joinAt(server.address, code, phone.body);
      const next = await server.admitRecorder();
      await server.stop();
      // As a kill just before the answer leaves it.
      onKept((kept) =>
        kept.exec("update invitation set joined_at = null, organisation = null where joined_at is not null"),
      );
      await restart();

      const again = await joinAt(server.address, code, phone.body);
      const after = await server.admitRecorder();

      expect(again.body).to.deep.equal(first.body);
      expect(after.organisation).to.equal(next.organisation + 1);
    });

    it("lets a phone in after a start, though it asks no more", async () => {
      const { code } = await invite();
      const phone = await aPhone();
      await server.stop();
      // As a kill leaves it that came before the ledger was asked.
      onKept((kept) =>
        kept.prepare("update invitation set phone = ? where phone is null").run(JSON.stringify(phone.body)),
      );
      await restart();

      let state: unknown = null;
      while (state !== "joined") ({ state } = (await lookAt(server.address, code)).body);

      const { organisation } = (await lookAt(server.address, code)).body;
      expect(organisation).to.deep.include({ name: INVITED.name });
    });

    it("gives a manager's key to an organisation that lost its managers', and ends none", async () => {
      const lost = await server.admitRecorder();
      const checked = { en: "seen in person, for a test" };
      const { code } = await invite({ organisation: lost.organisation, checked });
      const phone = await aPhone();

      const joined = await joinAt(server.address, code, phone.body);

      expect(joined.status).to.equal(200);
      expect(joined.body).to.nested.include({ "organisation.number": lost.organisation });
      const recorder = await Recorder.at(server.address, phone.signer, lost.organisation);
      const end = await recorder.sign([await recorder.expel(lost.signer.recorder)]);
      await recorder.send(end);
      expect((await recorder.settled(end.hash)).state).to.equal("final");
    });

    it("refuses a key that belongs to an organisation already, and stays open for another phone", async () => {
      const { code } = await invite();
      const phone = await aPhone();
      const bound = { ...phone.body, x: hex(manager.signer.key.x), y: hex(manager.signer.key.y) };

      const refused = await joinAt(server.address, code, bound);
      const taken = await joinAt(server.address, code, phone.body);

      expect([refused.status, typeOf(refused)]).to.deep.equal([409, "recorder-bound"]);
      expect(taken.status).to.equal(200);
    });

    it("is refused to the operator at once where it could never be used", async () => {
      const refused = async (of: object) => String(await invite(of).catch((cause: unknown) => cause));

      expect(await refused({ said: { ...INVITED, roles: ["farmer"] } })).to.include('"farmer" is none of producer');
      expect(await refused({ said: { ...INVITED, name: { zh: "a\u202eb" } } })).to.include("U+202E");
      expect(await refused({ organisation: 9_999, checked: { en: "seen" } })).to.include("have been admitted");
    });

    it("is listed without its code while it is open", async () => {
      const { code } = await invite();

      const list = (await callControl(server.folder, "invitations", {})) as readonly OpenInvitation[];
      await joinAt(server.address, code, (await aPhone()).body);
      const after = (await callControl(server.folder, "invitations", {})) as readonly OpenInvitation[];

      expect(list.length).to.equal(after.length + 1);
      expect(list.at(-1)).to.deep.include({ sort: "admit", name: INVITED.name, organisation: null, asking: null });
      expect(JSON.stringify(list)).not.to.include(code);
    });
  });

  describe("of a manager", () => {
    const open = (code: string, more: object = {}) =>
      openInvitationAt(server.address, { code, organisation: manager.organisation, manager: false, ...more });

    it("lets a phone ask, and tells when the manager's phone has signed it in", async () => {
      const code = invitationCode();
      const phone = await aPhone("station phone 2");

      const made = await open(code);
      const asking = await joinAt(server.address, code, phone.body);
      const seen = await lookAt(server.address, code);
      const enrol = await manager.sign([await manager.enrol(phone.signer)]);
      await manager.send(enrol);
      await manager.settled(enrol.hash);
      const joined = await lookAt(server.address, code);

      expect(made.status).to.equal(201);
      expect(made.body).to.deep.include({ sort: "manager", state: "open", manager: false });
      expect(made.body).to.nested.include({ "organisation.number": manager.organisation });
      expect(asking.status).to.equal(202);
      expect(asking.body.state).to.equal("asking");
      expect(seen.body.key).to.deep.equal(phone.body);
      expect(joined.body.state).to.equal("joined");
      expect((await joinAt(server.address, code, phone.body)).status).to.equal(200);
    });

    it("is one of at most fifty that are open of one organisation, which keep no other from its own", async () => {
      const own = await startServer({ env: { TRUST_PROXY: "loopback" } });
      try {
        const [crowded, other] = [await own.admitRecorder(), await own.admitRecorder()];
        const first = invitationCode();
        let askers = 0;
        const ask = async ({ organisation }: Recorder, code = invitationCode()) => {
          askers += 1;
          const answer = await fetch(`${own.address}/api/invitations`, {
            method: "POST",
            headers: { "content-type": "application/json", "x-forwarded-for": `192.0.2.${askers}` },
            body: JSON.stringify({ code, organisation, manager: false }),
          });
          return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
        };
        await ask(crowded, first);
        const more = await Promise.all(Array.from({ length: 49 }, () => ask(crowded)));

        const over = await ask(crowded);

        expect(new Set(more.map(({ status }) => status))).to.deep.equal(new Set([201]));
        expect([over.status, typeOf(over)]).to.deep.equal([429, "too-many-requests"]);
        expect(over.body.detail).to.equal("50 invitations of this organisation are open");
        expect((await ask(crowded, first)).status).to.equal(200);
        expect((await ask(other)).status).to.equal(201);
      } finally {
        await own.close();
      }
    });

    it("is the same one when it is sent again, and no other with its code", async () => {
      const code = invitationCode();
      await open(code);

      const again = await open(`${code.slice(0, 4)}-${code.slice(4)}`.toLowerCase());
      const other = await open(code, { manager: true });

      expect(again.status).to.equal(200);
      expect([other.status, typeOf(other)]).to.deep.equal([409, "invitation-used"]);
    });

    it("belongs to the first phone that asks", async () => {
      const code = invitationCode();
      await open(code);
      await joinAt(server.address, code, (await aPhone()).body);

      const second = await joinAt(server.address, code, (await aPhone()).body);

      expect([second.status, typeOf(second)]).to.deep.equal([409, "invitation-used"]);
    });

    it("is not made for an organisation that is none, or by what is no code", async () => {
      const none = await open(invitationCode(), { organisation: 77_777 });
      const short = await open("12345");

      expect([none.status, typeOf(none)]).to.deep.equal([422, "organisation-unknown"]);
      expect([short.status, typeOf(short)]).to.deep.equal([400, "request-invalid"]);
    });
  });

  it("that nobody made, and one of a code that cannot be, are answered with the same words", async () => {
    const answers = await Promise.all(
      ["0123456789ABCDEF", "ZZZZZZZZZZZZZZZZ", "x", "PRACTICE"].map((code) => lookAt(server.address, code)),
    );

    for (const { status, body } of answers) {
      expect(status).to.equal(404);
      expect(body).to.deep.equal(answers[0]?.body);
    }
  });

  it("ends, says so for a day, and is then forgotten with the phone that asked", async () => {
    const [silent, asked] = [invitationCode(), invitationCode()];
    const of = { organisation: manager.organisation, manager: false };
    for (const code of [silent, asked]) await openInvitationAt(server.address, { code, ...of });
    await joinAt(server.address, asked, (await aPhone("a phone of no more")).body);
    const age = (seconds: number) => onKept((kept) => kept.exec(`update invitation set until = until - ${seconds}`));

    age(3_600);
    const [late, looked] = [
      await joinAt(server.address, silent, (await aPhone()).body),
      await lookAt(server.address, asked),
    ];
    age(86_400);
    await openInvitationAt(server.address, { code: invitationCode(), ...of });
    const gone = await lookAt(server.address, asked);

    expect([late.status, typeOf(late)]).to.deep.equal([410, "invitation-ended"]);
    expect(looked.body.state).to.equal("ended");
    expect(gone.status).to.equal(404);
    expect(onKept((kept) => JSON.stringify(kept.prepare("select * from invitation").all()))).not.to.include(
      "of no more",
    );
  });

  it("is one of so many that an address may make at once; the others are told when to come again", async () => {
    const own = await startServer();
    try {
      // Of two organisations: one may not have so many open.
      const managers = [await own.admitRecorder(), await own.admitRecorder()];
      const make = ({ organisation }: Recorder) =>
        openInvitationAt(own.address, { code: invitationCode(), organisation, manager: false });

      const answers = await Promise.all(Array.from({ length: 35 }, () => managers.map(make)).flat());

      const refused = answers.filter(({ status }) => status === 429);
      expect(answers.filter(({ status }) => status === 201)).to.have.length.within(60, 65);
      expect(Number(refused[0]?.headers.get("retry-after"))).to.be.within(1, 10);
    } finally {
      await own.close();
    }
  });

  it("stands nowhere on the disk with its code", async () => {
    const { code } = await invite();
    const asked = invitationCode();
    await openInvitationAt(server.address, { code: asked, organisation: manager.organisation, manager: true });

    for (const name of ["kept.sqlite", "kept.sqlite-wal"]) {
      const bytes = readFileSync(join(folder.path, name)).toString("latin1");
      for (const one of [code, asked]) expect(bytes.includes(one), name).to.equal(false);
    }
  });

  for (const [says, change, type] of [
    ["a key that is no point of the curve", { x: `0x${"11".repeat(32)}` }, "not-on-curve"],
    [
      "a sealing key that is none",
      { sealing: { kty: "EC", crv: "P-256", x: "A".repeat(43), y: "B".repeat(43) } },
      "form-refused",
    ],
    ["a name that turns text around", { device: "a\u202eb" }, "text-refused"],
    ["a coordinate too short", { y: "0x11" }, "request-invalid"],
    ["no name", { device: "" }, "request-invalid"],
  ] as const) {
    it(`refuses ${says}, and is not used up by it`, async () => {
      const { code } = await invite();
      const phone = await aPhone();

      const refused = await joinAt(server.address, code, { ...phone.body, ...change });
      const taken = await joinAt(server.address, code, phone.body);

      expect([refused.status, typeOf(refused)]).to.deep.equal([400, type]);
      expect(taken.status).to.equal(200);
    });
  }

  async function restart(): Promise<void> {
    server = await startServer({ folder: folder.path });
    manager = manager.movedTo(server.address);
  }

  function onKept<T>(act: (kept: DatabaseSync) => T): T {
    const kept = new DatabaseSync(join(folder.path, "kept.sqlite"));
    try {
      return act(kept);
    } finally {
      kept.close();
    }
  }
});

function hex(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes).toString("hex")}`;
}
