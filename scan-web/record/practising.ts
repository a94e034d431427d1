/**
 * Practice, from the first tap to a field that one can work in: the phone joins the practice book's own cooperative (its invitation is always open), and
 * makes a product, a plot and a planting by the very records that people make. Whatever is there already is not made again. Works on a practice notebook
 * alone.
 */
import { deviceWords } from "./browser.ts";
import { newId } from "./new-id.ts";
import { askWithKey } from "./invitations.ts";
import { type No, noOf } from "./joining.ts";
import type { Answers, Target } from "./model.ts";
import type { Notebook } from "./notebook.ts";

export type { Practising };
export { begin, goOn, makeField, practisingOf };

/** As the server's practice book knows it. */
const CODE = "PRACTICE";

/** idle: nobody tapped · joining · ready · no. */
type Practising =
  | { readonly step: "idle" }
  | { readonly step: "joining" }
  | { readonly step: "ready" }
  | { readonly step: "no"; readonly no: No };

let at: Practising = { step: "idle" };

/** What is on disk counts; memory only knows that somebody is waiting. */
async function practisingOf(notebook: Notebook): Promise<Practising> {
  const { plantings } = await notebook.field();
  return plantings.length > 0 ? { step: "ready" } : at;
}

function begin(): void {
  at = { step: "joining" };
}

/** One step; where it stands then. */
async function goOn(notebook: Notebook): Promise<Practising> {
  if (at.step !== "joining" && !(at.step === "no" && at.no === "away")) return practisingOf(notebook);
  try {
    if ((await notebook.self())?.organisation == null) await joinPractice(notebook);
    if ((await notebook.self())?.organisation != null) {
      await makeField(notebook);
      void notebook.sync();
      at = { step: "ready" };
    } else at = { step: "joining" };
  } catch (failure) {
    at = { step: "no", no: noOf(failure) };
  }
  return at;
}

async function joinPractice(notebook: Notebook): Promise<void> {
  if (!notebook.isPractice) throw new Error("practice never joins by the real book");
  const { key, sealing } = await notebook.makeSelf();
  const told = await askWithKey(notebook.base, CODE, { ...key, sealing, device: deviceWords(navigator.userAgent) });
  // Else its ledger is still being begun: the next look asks again.
  if (told.state === "joined") await notebook.sync();
}

/** Product, plot, planting: each is a record like any other, and waits for the one before it by itself. */
async function makeField(notebook: Notebook): Promise<void> {
  const isOurs = <Row extends { readonly id: Target["id"] }>(rows: readonly Row[]) => rows[0]?.id ?? null;
  const before = await notebook.field();
  const product =
    isOurs(before.products) ??
    (await save(notebook, "new-product", null, {
      name: { type: "text", text: "练习青菜" },
      crop: { type: "choice", id: "leafy" },
      unit: { type: "choice", id: "KGM" },
    }));
  const plot =
    isOurs(before.plots) ??
    (await save(notebook, "new-plot", null, {
      code: { type: "text", text: "1" },
      name: { type: "text", text: "练习地" },
      area: { type: "amount", amount: { text: "2", shown: "mu" } },
    }));
  if (before.plantings.length > 0) return;
  await save(
    notebook,
    "sowing",
    { sort: "plot", id: plot },
    {
      product: { type: "subject", id: product },
      area: { type: "amount", amount: { text: "2", shown: "mu" } },
      cap: { type: "amount", amount: { text: "4000", shown: "jin" } },
    },
  );
  await notebook.set({ lastTarget: { sort: "plot", id: plot } });
}

/** The id of what it makes. */
async function save(notebook: Notebook, work: string, target: Target | null, answers: Answers): Promise<Target["id"]> {
  const { makes } = await notebook.save({
    ...{ id: newId(), work, target, answers, files: [], note: "", occurredAtS: null },
    ...{ changedAtMs: Date.now(), changes: null },
  });
  const [made] = makes;
  if (made === undefined) throw new Error(`"${work}" makes nothing`);
  return made.id;
}
