/**
 * `npm run rebuild`: drops the index and builds it again from chain and documents. A running server does it on the spot; where none
 * runs, the index file is taken away and the next start makes it anew.
 */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { ConfigError, readConfig } from "../server/config.ts";
import { ControlError, callControl } from "../server/control.ts";
import { FolderError, openFolder } from "../server/folder.ts";

interface Rebuilt {
  readonly block: number;
  readonly entries: number;
}

await new Command("rebuild")
  .description("Drops the index and builds it again from chain and documents; what cannot be rebuilt is not touched.")
  .option("--data <dir>", "the server's data folder")
  .action(async ({ data }: { readonly data?: string }) => {
    try {
      console.log(await run(readConfig(process.env, { data }).data));
    } catch (cause) {
      if (!(cause instanceof ControlError || cause instanceof ConfigError || cause instanceof FolderError)) throw cause;
      console.error(`rebuild: ${cause.message}`);
      process.exitCode = 1;
    }
  })
  .parseAsync();

async function run(folder: string): Promise<string> {
  if (!existsSync(join(folder, "furrow.json")))
    throw new FolderError(`${folder} is not a Furrow data folder: name it with --data.`);
  const answer = await callControl(folder, "rebuild", {}).catch(async (cause: unknown) => {
    if (!(cause instanceof ControlError) || !(await isFree(folder))) throw cause;
    return null;
  });
  if (answer === null) {
    for (const ending of ["", "-wal", "-shm"]) rmSync(join(folder, `index.sqlite${ending}`), { force: true });
    return "No server runs on this folder: its index is taken away, and the next start builds it again.";
  }
  const { block, entries } = answer as Rebuilt;
  return `The index is built again: ${entries} entries up to block ${block}.`;
}

/** Whether no server holds the folder. A half-made example counts as held: opening it would empty it. */
async function isFree(folder: string): Promise<boolean> {
  if (/"example": *"making"/.test(readFileSync(join(folder, "furrow.json"), "utf8"))) return false;
  try {
    const held = await openFolder(
      folder,
      () => ({ genesisTimeS: 1, example: "none" }),
      () => {},
    );
    held.release();
    return true;
  } catch {
    return false;
  }
}
