/** Where the house stands: the folder of package.json. */
import { join } from "node:path";

export { ROOT, tool };

const ROOT = join(import.meta.dirname, "../..");

/** Path of a package's program, to be run with `process.execPath`: no shell and no .cmd shim in between. */
function tool(path: string): string {
  return join(ROOT, "node_modules", path);
}
