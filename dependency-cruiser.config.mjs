/**
 * The import rules: the way of a record is the way of imports (docs/decisions.md).
 * A room imports itself and any lower floor, never a neighbour or a higher one.
 * test/house/imports.test.ts plants wrong imports and sees each refused.
 */
const floors = [
  ["protocol"],
  ["server/store", "server/chain", "server/blocks", "server/png", "scan-web/ui"],
  [
    "server/submit",
    "server/invite",
    "server/indexer",
    "server/resolve",
    "scan-web/scan",
    "scan-web/record",
    "scan-web/home",
    "scan-web/api",
  ],
  // Labels say what the scan page says: they read its story.
  ["scan-web/label"],
  // Certificates go on labels, and lead to the records.
  ["scan-web/promise"],
  ["server/http"],
];

/** Inside protocol a file imports only files of its own row or of an earlier one. */
const protocolOrder = [
  ["problem.ts"],
  ["bytes.ts", "amount.ts", "ledger-abi.ts"],
  ["canonical.ts", "cid.ts", "merkle.ts"],
  ["document/"],
  ["kinds/(?!all\\.ts)"],
  ["kinds/all.ts"],
  ["entry.ts"],
  ["batch.ts", "gas.ts", "custody.ts", "onward.ts"],
  ["of-kind.ts"],
  ["sign.ts", "fold.ts", "pack.ts"],
  ["label.ts"],
  ["invitation.ts"],
  ["history.ts"],
  ["verify/"],
  ["verify.ts", "reach.ts"],
];

const within = (rooms) => `^(${rooms.join("|")})/`;

const oneWay = floors.flatMap((rooms, n) =>
  rooms.map((room) => ({
    name: `${room} looks down only`,
    severity: "error",
    from: { path: within([room]) },
    to: { path: within([...floors.slice(n).flat(), "scripts"].filter((other) => other !== room)) },
  })),
);

const protocolRow = (rows) => `^protocol/(${rows.flat().join("|").replaceAll(".ts", "\\.ts")})`;
const earlierFirst = protocolOrder.slice(0, -1).map((row, n) => ({
  name: `protocol/${row[0]} and its row look back only`,
  severity: "error",
  from: { path: protocolRow([row]) },
  to: { path: protocolRow(protocolOrder.slice(n + 1)) },
}));

/** Node's own modules that a browser has not; `reachable` can match paths only. */
const NODE_ONLY =
  "^(node:)?(assert|buffer|child_process|cluster|crypto|dgram|dns|events|fs|http|http2|https|net|os|path|process|sqlite|stream|timers|tls|url|util|v8|vm|worker_threads|zlib)(/|$)";

export default {
  forbidden: [
    ...oneWay,
    ...earlierFirst,
    {
      name: "protocol stands alone",
      severity: "error",
      from: { path: "^protocol/" },
      to: { pathNot: "^protocol/" },
    },
    {
      name: "every protocol file has its place in the order",
      severity: "error",
      from: { path: "^protocol/", pathNot: protocolRow(protocolOrder) },
      to: {},
    },
    {
      name: "pages reach no server",
      severity: "error",
      from: { path: "^scan-web/" },
      to: { path: `^(server|scripts)/|${NODE_ONLY}`, reachable: true },
    },
    {
      name: "pages carry no package but the soft verifier's",
      comment: "@noble is the only cryptography we ship, and only where crypto.subtle is missing",
      severity: "error",
      from: { path: "^scan-web/", pathNot: "^scan-web/(scan/soft\\.ts$|record/)" },
      to: { path: "node_modules/" },
    },
    {
      name: "the recorder carries its five packages and no other",
      comment: "each has its reason in docs/decisions.md, and a phone pays for every one of them",
      severity: "error",
      from: { path: "^scan-web/record/" },
      to: {
        path: "node_modules/",
        pathNot: "node_modules/(idb|jose|qrcode|@types/qrcode|@ipld/car|workbox-precaching)/",
      },
    },
    ...[
      ["seal.ts", "jose"],
      ["copy.ts", "@ipld/car"],
      ["keep-shell.ts", "workbox-precaching"],
    ].map(([file, name]) => ({
      name: `in the recorder ${file} alone carries ${name}`,
      severity: "error",
      from: { path: "^scan-web/record/", pathNot: `^scan-web/record/${file.replace(".", "\\.")}$` },
      to: { path: `node_modules/${name}/`, dependencyTypesNot: ["type-only"] },
    })),
    {
      name: "rooms are put together by server/main.ts alone",
      severity: "error",
      from: { path: "^(server/[^/]+|scan-web|protocol)/" },
      to: { path: "^server/(main|config)\\.ts$" },
    },
    {
      name: "express stays in server/http",
      severity: "error",
      from: { path: "^(server|scripts)/", pathNot: "^server/(http/|main\\.ts$)" },
      to: { path: "node_modules/(@types/)?express/" },
    },
    { name: "no circles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no test code in the product",
      severity: "error",
      from: { pathNot: "^test/" },
      to: { path: "^test/" },
    },
    {
      name: "every import is found",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(types|dist|artifacts)/" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
};
