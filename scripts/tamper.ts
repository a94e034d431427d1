/**
 * `npm run tamper -- list | NAME | undo`: asks the running server to plant one lie in what it stores or answers, so that page and
 * `npm run verify` can be watched finding it. Works only where all data is example data.
 */
import { Command } from "commander";
import { readConfig } from "../server/config.ts";
import { ControlError, callControl } from "../server/control.ts";

interface ListedLie {
  readonly name: string;
  readonly says: string;
  readonly finding: string;
  readonly where: string;
  readonly planted: boolean;
}
interface PlantedLie extends ListedLie {
  readonly code: string;
  readonly fingerprint: string;
}

const KEPT_PICTURE = "A browser that has shown the picture keeps its good copy: open the page in a private window.";

await new Command("tamper")
  .description(
    "Plants one lie in what the running example server stores or answers; reload the scan page and read its name.",
  )
  .argument("<what>", "list, the name of a lie, or undo")
  .option("--data <dir>", "the server's data folder")
  .action(async (what: string, { data }: { readonly data?: string }) => {
    try {
      console.log(await run(what, readConfig(process.env, { data }).data));
    } catch (cause) {
      if (!(cause instanceof ControlError)) throw cause;
      console.error(`tamper: ${cause.message}`);
      process.exitCode = 1;
    }
  })
  .parseAsync();

async function run(what: string, folder: string): Promise<string> {
  if (what === "list") {
    const listed = (await callControl(folder, "tamper-list", {})) as readonly ListedLie[];
    const width = Math.max(...listed.map(({ name }) => name.length));
    return listed.map(({ name, says, planted }) => `${planted ? "*" : " "} ${name.padEnd(width)}  ${says}`).join("\n");
  }
  if (what === "undo") {
    const undone = (await callControl(folder, "tamper-undo", {})) as string | null;
    return undone === null ? "Nothing was planted." : `Taken back: ${undone}.`;
  }
  const lie = (await callControl(folder, "tamper-plant", { name: what })) as PlantedLie;
  return [
    `Planted: ${lie.says}.`,
    `Open or reload the bag's page: ${lie.code}#mark=${lie.fingerprint}`,
    `It should say: ${lie.finding}${lie.where === "index" ? " (only in the index: npm run verify still says whole)" : ""}`,
    ...(lie.finding === "file-altered" ? [KEPT_PICTURE] : []),
    "Take it back: npm run tamper -- undo",
  ].join("\n");
}
