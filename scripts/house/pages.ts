/**
 * The pages of docs/ that are made from code and never edited, as path → text. `npm run docs` writes them; a test
 * compares, so that a page is never older than what it tells. Reads the tree, changes nothing.
 */
import { type ProblemRow, problems } from "../../protocol/problem.ts";
import { settings } from "../../server/config.ts";
import { apiPage } from "./api-page.ts";

export { generatedPages };

const NOTE = "<!-- Made by `npm run docs`; edit the code it names instead. -->";

function generatedPages(): ReadonlyMap<string, string> {
  return new Map([
    ["docs/api.md", apiPage(NOTE)],
    ["docs/problems.md", problemsPage()],
    ["docs/settings.md", settingsPage()],
  ]);
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
