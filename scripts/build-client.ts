/**
 * `npm run build:client`: the types of the API's typed client (`scripts/client/api.ts`), made from the API's own document into
 * dist/client/paths.ts. Types alone: nothing that runs needs them, so only `npm run check` builds them.
 */
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "./house/root.ts";
import { unlessFresh } from "./house/stamp.ts";

export { buildClient };

/** Says whether there was anything to do. */
async function buildClient(): Promise<boolean> {
  return await unlessFresh({
    name: "client",
    inputs: ["server/http/*.ts", "protocol/problem.ts", "package-lock.json", "scripts/build-client.ts"],
    outputs: ["dist/client/paths.ts"],
    build: async () => {
      const [{ default: openapiTS, astToString }, { apiDocument }] = await Promise.all([
        import("openapi-typescript"),
        import("../server/http/openapi.ts"),
      ]);
      const document = JSON.parse(JSON.stringify(apiDocument())) as Parameters<typeof openapiTS>[0];
      const nodes = await openapiTS(document, { immutable: true, defaultNonNullable: false });
      const folder = join(ROOT, "dist/client");
      await mkdir(folder, { recursive: true });
      // Whole or not at all: a compiler may be reading there.
      const making = join(folder, `paths.${process.pid}`);
      await writeFile(making, `/** Made by \`npm run build:client\`. */\n${astToString(nodes)}`);
      await rename(making, join(folder, "paths.ts"));
    },
  });
}

if (import.meta.main) {
  if (process.argv.includes("--help")) console.log("npm run build:client: writes the types of the API's typed client");
  else console.log((await buildClient()) ? "client's types built" : "client's types are as they were built");
}
