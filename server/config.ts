/**
 * Settings: the only place that reads the environment. A flag of `npm start` goes before a variable, a variable before
 * the default. Nothing here touches disk or network.
 */
import { isIP } from "node:net";
import { resolve } from "node:path";
import { z } from "zod";
import { type Finality, readFinality } from "./chain/finality.ts";

export type { Config, Part };
export { apartWarnings, ConfigError, readConfig, settings };

/** A setting that cannot be used; the message is one sentence for the operator. */
class ConfigError extends Error {
  override readonly name = "ConfigError";
}

const DEFAULT_PORT = 8550;

/** What one process may do of a whole Furrow. */
const PARTS = ["api", "indexer", "relay"] as const;
type Part = (typeof PARTS)[number];

const httpUrl = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/+$/, ""));
const addresses = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((part) => part !== ""))
  .pipe(z.array(httpUrl));

interface Setting {
  readonly env: string;
  /** As `npm start -- --flag value` takes it; null: by variable only. */
  readonly flag: string | null;
  readonly default: string;
  readonly about: string;
  /** Never repeated in a message. */
  readonly secret?: true;
}

/** Every setting there is; the operator's page is written from this list. */
const settings: readonly Setting[] = [
  {
    env: "FURROW_DATA",
    flag: "data",
    default: "data",
    about: "Folder that holds everything this server keeps. One process at a time.",
  },
  { env: "PORT", flag: "port", default: String(DEFAULT_PORT), about: "TCP port of pages and API; 0 picks a free one." },
  {
    env: "HOST",
    flag: "host",
    default: "::",
    about: "Address to listen on; `::` is every interface, IPv4 included, 127.0.0.1 this machine alone.",
  },
  {
    env: "HTTPS",
    flag: "https",
    default: "off",
    about:
      "`on`: this server speaks https, by a certificate of its own that phones in the same network can be told to trust (for trying the recorder on a phone); `off`: plain http, with a proxy in front for https.",
  },
  {
    env: "DATABASE_URL",
    flag: null,
    default: "",
    about:
      "Address of a PostgreSQL database (15 or newer), such as postgres://user:password@host:5432/furrow. Empty: two SQLite files in the data folder.",
    secret: true,
  },
  {
    env: "KUBO_RPC_URL",
    flag: null,
    default: "",
    about:
      "RPC addresses of Kubo nodes that keep documents and files, such as http://127.0.0.1:5001, separated by commas; more than half of them must have what is acknowledged. Empty: a folder in the data folder.",
    secret: true,
  },
  {
    env: "CHAIN_RPC_URL",
    flag: null,
    default: "",
    about:
      "JSON-RPC addresses of nodes of one EVM chain that checks P-256 signatures (EIP-7951), in the order wanted, separated by commas. Empty: a chain of our own in the data folder.",
    secret: true,
  },
  {
    env: "CHAIN_FINALITY",
    flag: null,
    default: "",
    about:
      "When a block of that chain counts as final: `finalized` (the chain's own word), `latest` (it never takes a block back), or a number of blocks from 1 to 100000 that must follow it. Empty: as the deployment record says; `npm run deploy` then takes `finalized`.",
  },
  {
    env: "CHAIN_POLL_MS",
    flag: null,
    default: "1000",
    about:
      "Milliseconds between two looks at that chain, from 10 on: each takes one or two requests, and one more for each transaction under way.",
  },
  {
    env: "DEPLOYMENT",
    flag: null,
    default: "",
    about:
      "Deployment record of the ledger on that chain. Empty: the one that `npm run deploy` wrote to contracts/deployments.",
  },
  {
    env: "MAX_GAS_PRICE_GWEI",
    flag: null,
    default: "",
    about:
      "The most that relay and operator pay for a unit of gas on that chain, in gwei, such as 25 or 0.05: above it they wait. Empty: what it costs.",
  },
  {
    env: "DEPLOYER_KEY",
    flag: null,
    default: "",
    about:
      "Private key, 0x and 64 hex digits, that pays for `npm run deploy`; a file is better (`--key`). Empty: the relay's own.",
    secret: true,
  },
  {
    env: "PARTS",
    flag: null,
    default: PARTS.join(","),
    about:
      "What this process does: `api`, `indexer`, `relay`, separated by commas. Fewer than all three need DATABASE_URL and CHAIN_RPC_URL, and KUBO_RPC_URL for documents that all of them see.",
  },
  {
    env: "PUBLIC_URL",
    flag: null,
    default: "",
    about:
      "Address printed in codes, such as https://trace.example.org. Empty: the address by which a page was opened.",
  },
  {
    env: "RECORD_HOST",
    flag: null,
    default: "",
    about:
      "Host of the recorder's own, such as record.example.org, by which this server is reached too: it answers there alone, and nothing else is a page there. Empty: it answers at every address.",
  },
  {
    env: "RUN_BY_ZH",
    flag: null,
    default: "本机运营者",
    about: "Who runs this chain, in Chinese, as readers are told.",
  },
  {
    env: "RUN_BY_EN",
    flag: null,
    default: "the operator of this machine",
    about: "Who runs this chain, in English, as readers are told.",
  },
  {
    env: "MORE_RPC",
    flag: null,
    default: "",
    about: "Further JSON-RPC addresses of the same chain, for the deployment record; separated by commas.",
  },
  {
    env: "MORE_GATEWAYS",
    flag: null,
    default: "",
    about: "Further IPFS gateways that hold the documents; separated by commas.",
  },
  {
    env: "REGION_HEADER",
    flag: null,
    default: "",
    about:
      "Name of the request header in which a proxy of yours gives the reader's region. Set it only where that proxy removes what readers send.",
  },
  {
    env: "REGION_TABLE",
    flag: null,
    default: "",
    about: "File of lines `network/bits,region` (CSV) that gives a region by address.",
  },
  {
    env: "TRUST_PROXY",
    flag: null,
    default: "",
    about: "Addresses or networks of your own proxies, separated by commas: only theirs are believed about who asks.",
  },
  {
    env: "SEAL_ESCROW",
    flag: null,
    default: "on",
    about:
      "`on`: what cooperatives seal is sealed to a key in this data folder too, for when they have lost their phones (docs/sealed.md). `off`: only their own phones open it.",
  },
  {
    env: "PRACTICE",
    flag: null,
    default: "on",
    about:
      "`on`: who learns the recorder practises below `/practice`, on a chain of its own in `practice` of the data folder, begun when it is first asked for. `off`: nobody does.",
  },
  {
    env: "KEEP_FREE_MIB",
    flag: null,
    default: "256",
    about:
      "MiB of the disk that documents, files and new batches leave free: records that were taken already need it on their way to the chain.",
  },
];

/** An address, or a network as `10.0.0.0/8`, or one of the names that Express knows for networks. */
function isNetwork(text: string): boolean {
  if (["loopback", "linklocal", "uniquelocal"].includes(text)) return true;
  const [address = "", bits, ...rest] = text.split("/");
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= (version === 4 ? 32 : 128))
  );
}

/** As a browser writes it: without the port that everybody knows. */
function hostOf(text: string): string | null {
  return URL.parse(`https://${text}`)?.host ?? null;
}

/** `25` or `0.05` gwei → wei. */
function weiOf(gwei: string): bigint {
  const [whole = "", part = ""] = gwei.split(".");
  return BigInt(whole + part.padEnd(9, "0"));
}

const Values = z.object({
  FURROW_DATA: z
    .string()
    .min(1)
    .transform((text) => resolve(text)),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, "is not a port number")
    .transform(Number)
    .pipe(z.int().max(65_535)),
  HOST: z.string().min(1),
  HTTPS: z.enum(["on", "off"]),
  DATABASE_URL: z.union([
    z.literal("").transform(() => null),
    z
      .string()
      .refine((text) => /^postgres(ql)?:\/\//.test(text) && URL.canParse(text), "is not the address of a database"),
  ]),
  KUBO_RPC_URL: addresses,
  CHAIN_RPC_URL: addresses,
  CHAIN_FINALITY: z.string().transform((text, context) => {
    const finality = text === "" ? null : readFinality(text);
    if (text !== "" && finality === null) context.addIssue("is no rule of finality");
    return finality;
  }),
  CHAIN_POLL_MS: z
    .string()
    .regex(/^\d{2,6}$/, "is not a number of milliseconds")
    .transform(Number),
  DEPLOYMENT: z.string().transform((text) => (text === "" ? null : resolve(text))),
  MAX_GAS_PRICE_GWEI: z
    .string()
    .regex(/^(\d{1,9}(\.\d{1,9})?)?$/, "is not an amount of gwei")
    .transform((text) => (text === "" ? null : weiOf(text))),
  DEPLOYER_KEY: z
    .string()
    .regex(/^(0x[0-9a-f]{64})?$/i, "is not a private key")
    .transform((text) => (text === "" ? null : text)),
  PARTS: z
    .string()
    .transform((text) => new Set(text.split(/[\s,]+/).filter((part) => part !== "")))
    .transform((parts) => [...parts])
    .pipe(z.array(z.enum(PARTS)).min(1)),
  PUBLIC_URL: z.union([z.literal("").transform(() => null), httpUrl]),
  RECORD_HOST: z
    .string()
    .transform((text) => text.toLowerCase())
    .refine((text) => text === "" || hostOf(text) === text, "is not a host")
    .transform((text) => (text === "" ? null : text)),
  RUN_BY_ZH: z.string().min(1).max(200),
  RUN_BY_EN: z.string().min(1).max(200),
  MORE_RPC: addresses,
  MORE_GATEWAYS: addresses,
  REGION_HEADER: z
    .string()
    .regex(/^[A-Za-z0-9-]*$/, "is not the name of a header")
    .transform((text) => text.toLowerCase() || null),
  REGION_TABLE: z.string().transform((text) => (text === "" ? null : resolve(text))),
  TRUST_PROXY: z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter((part) => part !== ""))
    .pipe(z.array(z.string().refine(isNetwork, "is not an address or network"))),
  SEAL_ESCROW: z.enum(["on", "off"]).transform((word) => word === "on"),
  PRACTICE: z.enum(["on", "off"]).transform((word) => word === "on"),
  KEEP_FREE_MIB: z
    .string()
    .regex(/^\d{1,9}$/, "is not a number of MiB")
    .transform((text) => Number(text) * 1024 * 1024),
});

interface Config {
  readonly data: string;
  readonly port: number;
  readonly host: string;
  /** Whether it speaks TLS itself. */
  readonly https: boolean;
  /** With its password: to be told to nobody. Null: SQLite. */
  readonly databaseUrl: string | null;
  /** None: blocks lie in the data folder. */
  readonly kuboRpc: readonly string[];
  /** None: the embedded chain. They may carry keys: to be told to nobody. */
  readonly chainRpc: readonly string[];
  /** Null: as the deployment record says. */
  readonly chainFinality: Finality | null;
  readonly chainPollMs: number;
  /** Path of the record; null: where `npm run deploy` puts it. */
  readonly deployment: string | null;
  /** Wei; null: whatever gas costs. */
  readonly maxGasPrice: bigint | null;
  /** Null: the relay's. */
  readonly deployerKey: string | null;
  readonly parts: ReadonlySet<Part>;
  readonly publicUrl: string | null;
  /** `name`, or `name:port`; null: the recorder has no host of its own. */
  readonly recordHost: string | null;
  readonly runBy: { readonly zh: string; readonly en: string };
  readonly moreRpc: readonly string[];
  readonly moreGateways: readonly string[];
  readonly regionHeader: string | null;
  readonly regionTable: string | null;
  readonly trustProxy: readonly string[];
  /** The operator holds a key to what is sealed. */
  readonly sealEscrow: boolean;
  readonly practice: boolean;
  /** Bytes. */
  readonly keepFree: number;
}

/**
 * @param flags by the flag's name (`data`, `port`, `host`); what is absent or undefined comes from `env`, then the default
 * @throws ConfigError that names the setting
 */
function readConfig(
  env: Readonly<Record<string, string | undefined>>,
  flags: Readonly<Record<string, string | undefined>> = {},
): Config {
  const given: Record<string, string> = {};
  for (const setting of settings) {
    const flag = setting.flag === null ? undefined : flags[setting.flag];
    const variable = env[setting.env];
    given[setting.env] = flag ?? (variable === undefined || variable === "" ? setting.default : variable);
  }
  const result = Values.safeParse(given);
  if (!result.success) {
    const issue = result.error.issues[0];
    const name = String(issue?.path[0] ?? "");
    const setting = settings.find((one) => one.env === name);
    const called = setting?.flag == null ? name : `--${setting.flag} (or ${name})`;
    const value = setting?.secret === true ? "what it is" : `"${given[name] ?? ""}"`;
    throw new ConfigError(`${called} cannot be ${value}: ${setting?.about ?? issue?.message ?? ""}`);
  }
  const values = result.data;
  const parts = new Set(values.PARTS);
  if (parts.size < PARTS.length && values.DATABASE_URL === null) {
    throw new ConfigError(
      `PARTS=${[...parts].join(",")} needs DATABASE_URL: processes that share the work share a PostgreSQL database.`,
    );
  }
  if (parts.size < PARTS.length && values.CHAIN_RPC_URL.length === 0) {
    throw new ConfigError(
      `PARTS=${[...parts].join(",")} needs CHAIN_RPC_URL: the chain in the data folder is one process's own.`,
    );
  }
  return {
    data: values.FURROW_DATA,
    port: values.PORT,
    host: values.HOST,
    https: values.HTTPS === "on",
    databaseUrl: values.DATABASE_URL,
    kuboRpc: values.KUBO_RPC_URL,
    chainRpc: values.CHAIN_RPC_URL,
    chainFinality: values.CHAIN_FINALITY,
    chainPollMs: values.CHAIN_POLL_MS,
    deployment: values.DEPLOYMENT,
    maxGasPrice: values.MAX_GAS_PRICE_GWEI,
    deployerKey: values.DEPLOYER_KEY,
    parts,
    publicUrl: values.PUBLIC_URL,
    recordHost: values.RECORD_HOST,
    runBy: { zh: values.RUN_BY_ZH, en: values.RUN_BY_EN },
    moreRpc: values.MORE_RPC,
    moreGateways: values.MORE_GATEWAYS,
    regionHeader: values.REGION_HEADER,
    regionTable: values.REGION_TABLE,
    trustProxy: values.TRUST_PROXY,
    sealEscrow: values.SEAL_ESCROW,
    practice: values.PRACTICE,
    keepFree: values.KEEP_FREE_MIB,
  };
}

/** What settings that can be used still leave to look at where processes share the work, a sentence each. */
function apartWarnings({ parts, kuboRpc }: Pick<Config, "parts" | "kuboRpc">): readonly string[] {
  if (parts.size === PARTS.length || kuboRpc.length > 0) return [];
  return [
    `PARTS=${[...parts].join(",")} without KUBO_RPC_URL: documents and files that come to this process lie in its own data folder, and the other processes answer "not here" for them.`,
  ];
}
