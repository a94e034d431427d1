/** `npm run build`: contracts, their types, and what browsers load. Does only what its inputs ask for. */
import { buildContracts } from "./build-contracts.ts";
import { buildWeb } from "./build-web.ts";

export { buildAll };

/** Says which of the two were built anew. */
async function buildAll(): Promise<{ readonly contracts: boolean; readonly web: boolean }> {
  const [contracts, web] = await Promise.all([buildContracts(), buildWeb()]);
  return { contracts, web };
}

if (import.meta.main) {
  const { contracts, web } = await buildAll();
  console.log(`contracts ${contracts ? "built" : "unchanged"}, pages ${web ? "built" : "unchanged"}`);
}
