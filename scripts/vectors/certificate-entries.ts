/** docs/ledger/entry.json: applications and certificates. */
import { concat, uint } from "../../protocol/bytes.ts";
import type { ArgsOf } from "../../protocol/kinds/all.ts";
import type { Accept, Refuse } from "./raw.ts";
import { ascending, id, MOST, raw, u16, u40, zeros } from "./raw.ts";
import { atS } from "./world.ts";

export { certificates, refusedApplications, refusedCertificates };

function certificate(scopes: readonly Uint8Array[]): ArgsOf<"CERTIFY"> {
  const validity = { fromS: atS("01-01"), untilS: atS("12-31") };
  return { index: 0, application: zeros(32), beneficiary: 1, ...validity, unit: 0, volume: 0n, scopes };
}

function certificates(accept: Accept): void {
  const most = Array.from({ length: 100 }, (_, n) => uint(n + 1, 32));
  const asked = { index: 0, certifier: 4, unit: 0, volume: 0n, scopes: [id("product")] };
  accept("an application for a product", "APPLY", asked);
  accept("an application for 200 kg of as many as one can name, at the last index", "APPLY", {
    ...{ index: 65_535, certifier: 0xff_ffff, unit: 1, volume: 200_000n },
    scopes: most,
  });
  accept("a certificate of a product", "CERTIFY", certificate([id("product")]));
  accept("a certificate of a product and a plot, at the last index", "CERTIFY", {
    ...certificate(ascending("product", "plot")),
    ...{ index: 65_535, beneficiary: 0xff_ffff, fromS: 0, untilS: 2 ** 40 - 1 },
  });
  accept("a certificate of as many as one can have", "CERTIFY", certificate(most));
  accept("a certificate that answers an application, for 150 kg", "CERTIFY", {
    ...certificate([id("product")]),
    ...{ application: id("application"), unit: 1, volume: 150_000n },
  });
  accept("a certificate for as much as one can say", "CERTIFY", {
    ...certificate([id("product")]),
    ...{ unit: 4, volume: MOST },
  });
  accept("a suspension", "SUSPEND", {});
  accept("its end", "LIFT", {});
  accept("a revocation", "REVOKE", {});
}

/** Unit and volume go together, in both kinds. */
const AMISS = [
  { name: "with an unknown unit", unit: 5, volume: 1, problem: "unit-unknown" },
  { name: "with a volume without unit", unit: 0, volume: 1, problem: "unit-unknown" },
  { name: "with a unit without volume", unit: 1, volume: 0, problem: "amount-zero" },
] as const;

function refusedApplications(refuse: Refuse): void {
  const [one = id(""), two = id("")] = ascending("product", "plot");
  const apply = ({ unit = 0, volume = 0 }, scopes: readonly Uint8Array[] = [one]) =>
    raw(72, concat(u16(0), uint(1, 3), uint(unit, 1), u40(volume), uint(scopes.length, 1), ...scopes));
  refuse("APPLY that ends before its number of scopes", raw(72, zeros(11)), "wrong-length");
  for (const { name, unit, volume, problem } of AMISS) refuse(`APPLY ${name}`, apply({ unit, volume }), problem);
  refuse("APPLY for nothing", apply({}, []), "count-out-of-range");
  const many = Array.from({ length: 101 }, (_, n) => uint(n + 1, 32));
  refuse("APPLY for 101 products and plots", apply({}, many), "count-out-of-range");
  refuse("APPLY in descending order", apply({}, [two, one]), "not-ascending");
  refuse("APPLY for one product twice", apply({}, [one, one]), "not-ascending");
}

function refusedCertificates(refuse: Refuse): void {
  const [one = id(""), two = id("")] = ascending("product", "plot");
  const certify = ({ from = 1, until = 2, unit = 0, volume = 0 }, scopes: readonly Uint8Array[] = [one]) => {
    const when = [uint(1, 3), u40(from), u40(until), uint(unit, 1), u40(volume)];
    return raw(73, concat(u16(0), zeros(32), ...when, uint(scopes.length, 1), ...scopes));
  };
  refuse("CERTIFY that ends before its number of scopes", raw(73, zeros(53)), "wrong-length");
  refuse("CERTIFY that is valid for no time", certify({ from: 2, until: 2 }), "validity-empty");
  refuse("CERTIFY that ends before it begins", certify({ from: 2 ** 40 - 1, until: 0 }), "validity-empty");
  for (const { name, unit, volume, problem } of AMISS) refuse(`CERTIFY ${name}`, certify({ unit, volume }), problem);
  refuse("CERTIFY of nothing", certify({}, []), "count-out-of-range");
  const many = Array.from({ length: 101 }, (_, n) => uint(n + 1, 32));
  refuse("CERTIFY of 101 products and plots", certify({}, many), "count-out-of-range");
  refuse("CERTIFY in descending order", certify({}, [two, one]), "not-ascending");
  refuse("CERTIFY of one product twice", certify({}, [one, one]), "not-ascending");
}
