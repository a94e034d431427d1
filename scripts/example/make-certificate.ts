/** March: the cooperative applies for a certificate with a volume, and the certifier grants less. */
import { bytesOf, compareBytes, type Hex } from "../../protocol/bytes.ts";
import { unitNumber } from "../../protocol/amount.ts";
import { applicationDocument } from "../../protocol/document/application.ts";
import { credentialDocument } from "../../protocol/document/credential.ts";
import { chinaTime } from "./days.ts";
import type { Ground, Planting } from "./make-ground.ts";
import { planted } from "./make-ground.ts";
import { cooperativeOf, partyOf } from "./make-parties.ts";
import type { Thirds } from "./make-third.ts";
import type { Maker, Work } from "./maker.ts";
import { plotCode } from "./plots.ts";
import { APPLIED, CERTIFIED, INSPECTED } from "./third.ts";

export { certificateWorks };

const KGM = unitNumber("KGM");

interface CertificateParts {
  readonly ground: Ground;
  readonly thirds: Thirds;
}

/** `certificate`: its subject, once it is there. */
function certificateWorks(
  maker: Maker,
  parts: CertificateParts,
): { readonly works: readonly Work[]; readonly certificate: () => Hex } {
  let application: Hex | null = null;
  let certificate: Hex | null = null;
  const works = [
    { when: APPLIED.writtenAt, make: async () => void (application = await apply(maker, parts)) },
    {
      when: CERTIFIED.writtenAt,
      make: async () => void (certificate = await certify(maker, parts, made(application))),
    },
  ];
  return { works, certificate: () => made(certificate) };
}

async function apply(maker: Maker, { ground, thirds }: CertificateParts): Promise<Hex> {
  const { writtenAt, volume, name, notes } = APPLIED;
  const occurredAtS = chinaTime(writtenAt);
  const { certifier } = thirds;
  const { manager } = ground.phones;
  return maker.record(manager, writtenAt, async (draft) => {
    const { index, id, hex } = await draft.newSubject();
    await draft.write("APPLY", {
      subject: id,
      occurredAtS,
      document: applicationDocument({
        ...{ subject: hex, appliedAtS: occurredAtS, example: true, name, notes, scheme: CERTIFIED.scheme },
        ...{ applicant: partyOf(cooperativeOf(ground, manager)), certifier: partyOf(certifier) },
        ...{ ...scopeOf(ground), volume: { amount: volume, uom: "KGM" } },
      }),
      args: { index, certifier: certifier.organisation, unit: KGM, volume, scopes: scopeIds(ground) },
    });
    return hex;
  });
}

async function certify(maker: Maker, { ground, thirds }: CertificateParts, application: Hex): Promise<Hex> {
  const { writtenAt, from, until, plots: _, volume, ...about } = CERTIFIED;
  const [fromS, untilS, occurredAtS] = [chinaTime(from), chinaTime(until), chinaTime(writtenAt)];
  const { certifier } = thirds;
  return maker.record(certifier.phone, writtenAt, async (draft) => {
    const { index, id, hex } = await draft.newSubject();
    await draft.write("CERTIFY", {
      subject: id,
      occurredAtS,
      document: credentialDocument({
        ...about,
        ...{ subject: hex, application, issuer: partyOf(certifier), example: true },
        ...{ beneficiary: partyOf(cooperativeOf(ground, ground.phones.manager)) },
        ...{ assessedAtS: chinaTime(INSPECTED.doneAt), fromS, untilS },
        ...{ ...scopeOf(ground), volume: { amount: volume, uom: "KGM" } },
      }),
      args: {
        ...{ index, application: bytesOf(application), beneficiary: ground.organisation },
        ...{ fromS, untilS, unit: KGM, volume, scopes: scopeIds(ground) },
      },
    });
    return hex;
  });
}

function scopeOf(ground: Ground) {
  const { subject, gtin, name } = ground.products.packed;
  return {
    products: [{ subject, gtin, name }],
    plots: gardensOf(ground).map(({ plot, plotSubject }) => ({ subject: plotSubject, code: plotCode(plot) })),
  };
}

function scopeIds(ground: Ground): readonly Uint8Array[] {
  const plots = gardensOf(ground).map(({ plotSubject }) => bytesOf(plotSubject));
  return [ground.products.packed.id, ...plots].toSorted(compareBytes);
}

function gardensOf(ground: Ground): readonly Planting[] {
  return CERTIFIED.plots.map((number) => planted(ground, number));
}

function made(subject: Hex | null): Hex {
  if (subject === null) throw new Error("the story leans on a certificate that is not there yet");
  return subject;
}
