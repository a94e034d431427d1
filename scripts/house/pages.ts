/**
 * The pages of docs/ that are made from code and never edited, as path → text. `npm run docs` writes them; a test
 * compares, so that a page is never older than what it tells. Reads the tree, changes nothing.
 */
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type ProblemRow, problems } from "../../protocol/problem.ts";
import { settings } from "../../server/config.ts";
import { ROOT } from "./root.ts";

export { generatedPages, routesIn };

const NOTE = "<!-- Made by `npm run docs`; edit the code it names instead. -->";

function generatedPages(): ReadonlyMap<string, string> {
  return new Map([
    ["docs/api.md", apiPage()],
    ["docs/problems.md", problemsPage()],
    ["docs/settings.md", settingsPage()],
  ]);
}

/** Paths of the routes that a file of server/http registers, as docs write them: `/lots/:id` is `/lots/{id}`. */
function routesIn(source: string): string[] {
  const registered = /\b(?:routes|router|app)\s*\.\s*(?:route|get|head|post|put|patch|delete)\(\s*"(\/[^"]*)"/g;
  return [...source.matchAll(registered)].map(([, path = ""]) =>
    path.replace(/\{\/\*(\w+)\}/g, "[/{$1}]").replace(/:(\w+)/g, "{$1}"),
  );
}

/** A file of server/http is one resource; its head comment names each method and path, and says what they do. */
function apiPage(): string {
  const files = globSync("server/http/*.ts", { cwd: ROOT }).sort();
  const parts = files.flatMap((file) => {
    const source = readFileSync(join(ROOT, file), "utf8");
    if (routesIn(source).length === 0) return [];
    const head = /^\/\*\*(.*?)\*\//s.exec(source)?.[1] ?? "";
    const text = head.replace(/^ ?\* ?/gm, "").trim();
    return [`## ${basename(file, ".ts")}\n\n${text}\n`];
  });
  return `${NOTE}
# The API

Reads need no key and no session, and any page may make them. Writes carry their authority in the batch's signature.
Errors are problem details (RFC 9457): [problems](problems.md). Each part below is a file of \`server/http\`.

${parts.join("\n")}`;
}

function problemsPage(): string {
  const rows = Object.entries<ProblemRow>(problems).map(
    ([type, { status, title, mend }]) => `## ${type}\n\n${title} (HTTP ${status}).\n\n${mend}\n`,
  );
  return `${NOTE}
# Problems

What the API answers when it cannot take what was sent: problem details (RFC 9457) whose \`type\` is
\`urn:furrow:problem:\` and the name below. \`pointer\` names the field (RFC 6901), \`detail\` says what was found there. A type keeps its
meaning for ever. The table is \`protocol/problem.ts\`.

${rows.join("\n")}`;
}

function settingsPage(): string {
  const rows = settings.map(
    ({ env, flag, default: value, about }) =>
      `| \`${env}\` | ${flag === null ? "" : `\`--${flag}\``} | ${value === "" ? "empty" : `\`${value}\``} | ${about.replaceAll("|", "\\|")} |`,
  );
  return `${NOTE}
# Settings

A flag of \`npm start -- --flag value\` goes before the environment's variable, the variable before the default. The list
is \`server/config.ts\`.

| variable | flag | default | what it does |
|---|---|---|---|
${rows.join("\n")}
`;
}
