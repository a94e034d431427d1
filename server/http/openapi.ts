/**
 * `GET /api/openapi.json`: this API as OpenAPI 3.1, made from the schemas that check the input and those of the answers.
 * Pure but for the route; the page to try the API, docs/api.md, the typed client and the tests all start from this document.
 */
import express, { type Router } from "express";
import type { z } from "zod";
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiResponsesObject } from "zod-openapi";
import { type ProblemType, problems } from "../../protocol/problem.ts";
import { batchPaths } from "./batches.ts";
import { certificatePaths } from "./certificates.ts";
import { consignmentPaths } from "./consignments.ts";
import { deploymentPaths } from "./deployment.ts";
import { type Answer, type Operation, type Paths, ProblemAnswer, problemUrn } from "./describe.ts";
import { documentPaths } from "./documents.ts";
import { fieldPaths } from "./field.ts";
import { gatewayPaths } from "./gateway-paths.ts";
import { headPaths } from "./head.ts";
import { healthPaths } from "./health.ts";
import { invitationPaths } from "./invitations.ts";
import { labelSheetPaths } from "./label-sheet-paths.ts";
import { lotPaths } from "./lot-paths.ts";
import { pagePaths } from "./page-paths.ts";
import { methodNotAllowed } from "./problem.ts";
import { promisePaths } from "./promises.ts";
import { promisePagePaths } from "./promise-page-paths.ts";
import { qrPaths } from "./qr.ts";
import { reachPaths } from "./reach.ts";
import { recallPaths } from "./recalls.ts";
import { recorderPaths } from "./recorders.ts";
import { rpcPaths } from "./rpc.ts";
import { stockPaths } from "./stock.ts";
import { uploadPaths } from "./upload-paths.ts";
import { syncPaths } from "./sync.ts";

export type { ApiDocument };
export { apiDocument, everyPath, openapiRoutes };

type ApiDocument = ReturnType<typeof createDocument>;

const openapiPaths: Paths = {
  "/api/openapi.json": {
    get: {
      id: "getOpenApi",
      tag: "server",
      summary: "This description, as OpenAPI 3.1",
      answers: {
        200: {
          description: "The document.",
          content: { "application/json": "An OpenAPI 3.1 document." },
        },
      },
    },
  },
};

/** A room that adds an address adds its paths here, in the order of the page. */
const everyPath: Paths = {
  ...headPaths,
  ...recorderPaths,
  ...invitationPaths,
  ...documentPaths,
  ...uploadPaths,
  ...batchPaths,
  ...syncPaths,
  ...lotPaths,
  ...consignmentPaths,
  ...reachPaths,
  ...certificatePaths,
  ...recallPaths,
  ...promisePaths,
  ...stockPaths,
  ...fieldPaths,
  ...qrPaths,
  ...labelSheetPaths,
  ...gatewayPaths,
  ...rpcPaths,
  ...deploymentPaths,
  ...healthPaths,
  ...openapiPaths,
  ...pagePaths,
  ...promisePagePaths,
};

const INTRODUCTION = `Reads need no key and no session, and any page may make them. For what is written the signature is the authority.
Amounts are decimal text in the unit named, times RFC 3339, ids and digests 0x and lower-case hex.

Every refusal is a problem (RFC 9457) with a stable type, the field and what to do. Lists come by page: \`limit\` and \`after\`, and
the address of the next page in \`Link: <…>; rel="next"\`. What is sent again is taken once: documents and files are named by their
CID, batches by their hash. Readers of answers must pass over fields that they do not know.`;

const TAGS = [
  { name: "recording", description: "From the phone to the ledger." },
  { name: "reading", description: "What the index and the stores hold." },
  { name: "codes", description: "Codes on packages." },
  {
    name: "chain",
    description: "For whoever checks a record without trusting this server.",
  },
  { name: "server", description: "How this server is." },
  {
    name: "pages",
    description: "For people; listed because codes lead there.",
  },
];

/** The same on every server: its address is `/`, whoever serves it. */
function apiDocument(): ApiDocument {
  return createDocument(
    {
      openapi: "3.1.1",
      info: {
        title: "Furrow",
        version: "1",
        summary: "Records of farm produce that whoever buys can check again",
        description: INTRODUCTION,
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      servers: [{ url: "/" }],
      tags: TAGS,
      security: [],
      paths: Object.fromEntries(
        Object.entries(everyPath).map(([path, methods]) => [
          path,
          Object.fromEntries(
            Object.entries(methods).map(([method, operation]) => [method, described(method, operation)]),
          ),
        ]),
      ),
      components: { schemas: { Problem: ProblemAnswer } },
    },
    {
      // A field that is new in an answer must break no reader.
      override: ({ jsonSchema, io }) => {
        if (io === "output" && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      },
    },
  );
}

function described(method: string, operation: Operation): ZodOpenApiOperationObject {
  const { id, tag, summary, description, path, query, headers, body, answers } = operation;
  const params = {
    ...(path === undefined ? {} : { path }),
    ...(query === undefined ? {} : { query }),
    ...(headers === undefined ? {} : { header: headers }),
  };
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    ...(Object.keys(params).length === 0 ? {} : { requestParams: params }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: body.isOptional !== true,
            description: body.description,
            content: contentOf(body.content),
          },
        }),
    responses: together(answersOf(method, answers), problemsOf(operation.problems ?? [])),
  };
}

/** A page that says why not and a problem for programs share a status. */
function together(answers: ZodOpenApiResponsesObject, refusals: ZodOpenApiResponsesObject): ZodOpenApiResponsesObject {
  const both = Object.entries(refusals).map(([status, refusal]) => {
    const page = (answers as Readonly<Record<string, typeof refusal>>)[status];
    if (page === undefined || "$ref" in page || "$ref" in refusal) return [status, refusal];
    return [status, { ...refusal, content: { ...page.content, ...refusal.content } }];
  });
  return { ...answers, ...(Object.fromEntries(both) as ZodOpenApiResponsesObject) };
}

function contentOf(content: Readonly<Record<string, z.ZodType | string>>) {
  return Object.fromEntries(
    Object.entries(content).map(([type, schema]) => [
      type,
      typeof schema === "string" ? { schema: bytesOf(type, schema) } : { schema },
    ]),
  );
}

/** OpenAPI 3.1 §4.8.14.2: a schema of bytes has no `type`. */
function bytesOf(type: string, description: string) {
  return /json$|^text\//.test(type) ? { description } : { description, contentMediaType: type };
}

function answersOf(method: string, answers: Readonly<Record<number, Answer>>): ZodOpenApiResponsesObject {
  const told = Object.entries(answers).map(([status, { description, content, headers }]) => [
    status,
    {
      description,
      ...(content === undefined ? {} : { content: contentOf(content) }),
      ...(headers === undefined
        ? {}
        : {
            headers: Object.fromEntries(
              Object.entries(headers).map(([name, says]) => [name, { description: says, schema: { type: "string" } }]),
            ),
          }),
    },
  ]);
  const same = method === "get" ? [["304", { description: "What If-None-Match names is still the answer." }]] : [];
  return Object.fromEntries([...told, ...same]) as ZodOpenApiResponsesObject;
}

const WAIT = {
  "Retry-After": {
    description: "Seconds to wait.",
    schema: { type: "string" as const },
  },
};

/** By status, each with the types that this address answers it with; `default` is what any address may answer. */
function problemsOf(types: readonly ProblemType[]): ZodOpenApiResponsesObject {
  const statuses = [...new Set(types.map((type) => problems[type].status))].sort();
  const problem = { $ref: "#/components/schemas/Problem" };
  const told = statuses.map((status) => {
    const here = types.filter((type) => problems[type].status === status);
    const schema = {
      allOf: [
        problem,
        {
          type: "object",
          properties: { type: { enum: here.map(problemUrn) } },
        },
      ],
    };
    return [
      String(status),
      {
        description: here.map((type) => `\`${type}\`: ${problems[type].title}.`).join("\n"),
        content: { "application/problem+json": { schema } },
        ...(status === 429 || status === 503 ? { headers: WAIT } : {}),
      },
    ];
  });
  return Object.fromEntries([
    ...told,
    [
      "default",
      {
        description: "A request that cannot be read, or a fault of the server.",
        content: { "application/problem+json": { schema: problem } },
      },
    ],
  ]) as ZodOpenApiResponsesObject;
}

/** Made at the first request (some 50 ms) and kept. */
function openapiRoutes(): Router {
  const routes = express.Router();
  let text: string | null = null;
  routes
    .route("/openapi.json")
    .get((_request, response) => {
      text ??= JSON.stringify(apiDocument());
      response.set("Cache-Control", "no-cache").type("json").send(text);
    })
    .all(methodNotAllowed("GET"));
  return routes;
}
