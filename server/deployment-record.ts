/**
 * Where the ledger lies on a chain of others: the record that `npm run deploy` writes and that a server finds by the chain's id
 * (`contracts/deployments/{chainId}.json`) or by the setting `DEPLOYMENT`.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readFinality } from "./chain/finality.ts";

export type { ChainRecord };
export { DEPLOYMENTS, readRecord, RecordError };

/** There is no record, or it cannot be read; the message is one sentence for the operator. */
class RecordError extends Error {
  override readonly name = "RecordError";
}

/** Of the repository: a record is part of what is published. */
const DEPLOYMENTS = join(import.meta.dirname, "../contracts/deployments");

const address = z
  .string()
  .regex(/^0x[0-9a-f]{40}$/)
  .transform((text) => text as `0x${string}`);
const digest = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/)
  .transform((text) => text as `0x${string}`);
const finality = z.union([z.string(), z.number()]).transform((value, context) => {
  const read = readFinality(String(value));
  if (read === null) context.addIssue("is no rule of finality");
  return read ?? "finalized";
});

const ChainRecord = z.object({
  furrow: z.literal(1),
  chainId: z.int().positive(),
  ledger: address,
  codeHash: digest,
  libraries: z.record(z.string(), z.object({ address, codeHash: digest })),
  access: address,
  block: z.int().nonnegative(),
  finality,
  /** Who put it there, who admits organisations, when (RFC 3339) and by which compiler. */
  deployer: address,
  operator: address,
  deployedAt: z.iso.datetime(),
  compiler: z.object({ solc: z.string(), evmVersion: z.string(), optimizerRuns: z.int() }),
});
type ChainRecord = z.infer<typeof ChainRecord>;

/**
 * @param path of the record; null: where `npm run deploy` puts that of this chain
 * @throws RecordError
 */
function readRecord(chainId: bigint, path: string | null): ChainRecord {
  const place = path ?? join(DEPLOYMENTS, `${chainId}.json`);
  if (!existsSync(place)) {
    throw new RecordError(
      path === null
        ? `There is no ledger on chain ${chainId} that is known here: run \`npm run deploy\`, or name its record with DEPLOYMENT.`
        : `DEPLOYMENT names ${path}, and there is no such file.`,
    );
  }
  const record = ChainRecord.safeParse(parse(place));
  if (!record.success) {
    const issue = record.error.issues[0];
    throw new RecordError(`${place} is no deployment record (${issue?.path.join(".") || "JSON"}: ${issue?.message}).`);
  }
  if (BigInt(record.data.chainId) !== chainId) {
    throw new RecordError(`${place} is of chain ${record.data.chainId}, and CHAIN_RPC_URL is of chain ${chainId}.`);
  }
  return record.data;
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}
