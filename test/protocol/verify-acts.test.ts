/** What was told of organisations, against the operator's acts in the chain's own log. */
import { expect } from "chai";
import { organisationId } from "../../protocol/batch.ts";
import { type Hex, hexOf } from "../../protocol/bytes.ts";
import { organisationDocument } from "../../protocol/document/master.ts";
import type { History, OrganisationAct } from "../../protocol/history.ts";
import { verify } from "../../protocol/verify.ts";
import { type Honest, honestHistory } from "../support/history.ts";
import { primitives } from "../support/world.ts";

const HONEST = await (async (): Promise<Honest & { readonly laboratory: NonNullable<Honest["laboratory"]> }> => {
  for (let seed = 1; ; seed++) {
    const honest = await honestHistory(seed);
    const { laboratory, planted } = honest;
    if (laboratory !== null && planted.length === 0) return { ...honest, laboratory };
  }
})();

describe("Verifying names and roles", () => {
  const { world, laboratory } = HONEST;
  const { organisation } = laboratory;
  const heads = { ...HONEST.heads, acts: world.acts };

  const findingsOf = async (acts: readonly OrganisationAct[], history: History = HONEST.history) =>
    (await verify({ ...history, acts }, heads, primitives)).findings.map(({ code, subject }) => ({ code, subject }));
  const told = (change: (act: OrganisationAct) => OrganisationAct[]): OrganisationAct[] =>
    HONEST.history.acts.flatMap((act) => (act.organisation === organisation ? change(act) : [act]));
  const mismatch: { code: string; subject: Hex } = {
    code: "act-mismatch",
    subject: hexOf(organisationId(organisation)),
  };

  it("finds nothing where they are those of the log", async () => {
    expect(await findingsOf(HONEST.history.acts)).to.deep.equal([]);
  });

  it("finds another name: a registered document that the operator never acted on", async () => {
    const name = { zh: "国家食品质量监督检验中心（示例）", en: "National Food Quality Supervision Centre (example)" };
    const form = { createdAtS: 1_760_000_000, example: true, name, registration: null, checked: name, phone: null };
    const digest = world.keep(
      organisationDocument({ ...form, subject: hexOf(organisationId(organisation)), number: organisation }),
    );
    const history = await world.again(HONEST.history);

    expect(
      await findingsOf(
        told((act) => [{ ...act, content: hexOf(digest) }]),
        history,
      ),
    ).to.deep.equal([mismatch]);
  });

  it("finds roles that were never given, an act that is left out, one that is made up, and another time", async () => {
    const last = HONEST.history.acts.findLast((act) => act.organisation === organisation);

    expect(await findingsOf(told((act) => [{ ...act, roles: 255 }]))).to.deep.include(mismatch);
    expect(await findingsOf(told((act) => (act === last ? [] : [act])))).to.deep.include(mismatch);
    expect(await findingsOf(told((act) => (act === last ? [act, { ...act, act: 2 }] : [act])))).to.deep.include(
      mismatch,
    );
    expect(await findingsOf(told((act) => [{ ...act, timeS: act.timeS - 1 }]))).to.deep.include(mismatch);
  });

  it("says that they are as the server told them where the log could not be read", async () => {
    const { findings } = await verify(HONEST.history, { ...HONEST.heads, acts: null }, primitives);

    expect(findings.map(({ code, grade }) => [code, grade])).to.deep.equal([["acts-from-server", "notice"]]);
  });

  it("says no more than that of a server's own heads, which are no second source", async () => {
    const { findings } = await verify(HONEST.history, { ...HONEST.heads, acts: null, source: "server" }, primitives);

    expect(findings.map(({ code }) => code)).to.deep.equal(["head-from-server"]);
  });
});
