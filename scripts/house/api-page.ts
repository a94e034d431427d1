/** `docs/api.md`, from the very document that `GET /api/openapi.json` serves. Pure. */
import { apiDocument } from "../../server/http/openapi.ts";

export { apiPage };

interface Schema {
  readonly $ref?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
}

interface Operation {
  readonly tags: readonly [string];
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly description: string; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>;

/** @param note the line that says where the page comes from */
function apiPage(note: string): string {
  const { info, tags = [], paths = {}, components } = apiDocument();
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods as Readonly<Record<string, Operation>>).map(([method, operation]) => ({
      path,
      method: method.toUpperCase(),
      ...operation,
    })),
  );
  const parts = tags.map(({ name, description = "" }) => {
    const here = operations.filter((operation) => operation.tags[0] === name);
    return `## ${name}\n\n${description}\n\n${here.map(operationText).join("\n")}`;
  });
  const schemas = Object.entries(components?.schemas ?? {}).map(([name, schema]) => schemaText(name, schema));
  return `${note}
# The API

The same as OpenAPI 3.1 is served at \`/api/openapi.json\`, with a page to try it at \`/api\`; [using the API](using-the-api.md) shows
calls and answers, [problems](problems.md) each refusal.

${info.description}

${parts.join("\n")}
## Shapes

\`?\` marks a field that may be missing, \`[]\` a list.

${schemas.join("\n")}`;
}

function operationText({
  method,
  path,
  summary,
  description,
  parameters = [],
  requestBody,
  responses,
}: Operation & {
  readonly method: string;
  readonly path: string;
}): string {
  const lines = [
    `### \`${method} ${path}\``,
    "",
    `${summary}.${description === undefined ? "" : ` ${description}`}`,
    "",
  ];
  for (const { name, in: where, required, schema } of parameters) {
    const { description: says = "", default: value, enum: choices } = schema;
    const choice = choices === undefined ? "" : ` One of ${choices.map((one) => `\`${one}\``).join(", ")}.`;
    const fallback = value === undefined ? "" : ` Default \`${value}\`.`;
    const shape = schema.$ref === undefined ? "" : ` ${shapeOf(schema)}.`;
    lines.push(
      `- \`${name}\` (${where}${required === true ? "" : ", optional"}):${shape}${says === "" ? "" : ` ${says}`}${choice}${fallback}`,
    );
  }
  if (requestBody !== undefined) lines.push(`- body: ${requestBody.description} ${contentText(requestBody.content)}`);
  const refusals: string[] = [];
  for (const [status, { description: says, content }] of Object.entries(responses)) {
    if (status === "304" || status === "default") continue;
    if (content !== undefined && "application/problem+json" in content)
      refusals.push(...[...says.matchAll(/^`([\w-]+)`/gm)].map(([, type = ""]) => `[${type}](problems.md#${type})`));
    else lines.push(`- ${status}: ${says}${content === undefined ? "" : ` ${contentText(content)}`}`);
  }
  if (refusals.length > 25)
    lines.push("- refusals: those of [problems](problems.md) that speak of batches and documents");
  else if (refusals.length > 0) lines.push(`- refusals: ${refusals.join(", ")}`);
  return `${lines.join("\n")}\n`;
}

function contentText(content: Content): string {
  return Object.entries(content)
    .map(([type, { schema }]) => {
      const shape = shapeOf(schema);
      return shape === "any" ? `\`${type}\`` : `\`${type}\`: ${shape}`;
    })
    .join(" · ");
}

/** The shape in words: a name of the list below, or what stands there itself. */
function shapeOf(schema: unknown): string {
  const { $ref, type, items, properties, anyOf, oneOf, required, additionalProperties, description } = schema as {
    readonly $ref?: string;
    readonly type?: string | readonly string[];
    readonly items?: unknown;
    readonly properties?: Readonly<Record<string, unknown>>;
    readonly anyOf?: readonly unknown[];
    readonly oneOf?: readonly unknown[];
    readonly required?: readonly string[];
    readonly additionalProperties?: unknown;
    readonly description?: string;
  };
  if ($ref !== undefined) {
    const name = $ref.split("/").at(-1) ?? "";
    return `[${name}](#${name.toLowerCase()})`;
  }
  const choices = anyOf ?? oneOf;
  if (choices !== undefined) return choices.map(shapeOf).join(" or ");
  if (items !== undefined) return `${shapeOf(items)}[]`;
  if (properties !== undefined) {
    const fields = Object.entries(properties).map(
      ([name, field]) => `${name}${required?.includes(name) === true ? "" : "?"}: ${shapeOf(field)}`,
    );
    return `{${fields.join(", ")}}`;
  }
  if (typeof additionalProperties === "object") return `{…: ${shapeOf(additionalProperties)}}`;
  if (type === undefined) return description === undefined ? "any" : description.replace(/\.$/, "");
  return typeof type === "string" ? type : type.join(" or ");
}

function schemaText(name: string, schema: unknown): string {
  const { properties, required, description } = schema as {
    readonly properties?: Readonly<Record<string, unknown>>;
    readonly required?: readonly string[];
    readonly description?: string;
  };
  const lines = [`### ${name}`, ""];
  if (description !== undefined) lines.push(description, "");
  if (properties === undefined) lines.push(`A ${shapeOf(schema)}.`);
  for (const [field, shape] of Object.entries(properties ?? {})) {
    const { description: says = "" } = shape as { readonly description?: string };
    const mark = required?.includes(field) === true ? "" : "?";
    lines.push(`- \`${field}${mark}\`: ${shapeOf(shape)}${says === "" ? "" : `. ${says}`}`);
  }
  return `${lines.join("\n")}\n`;
}
