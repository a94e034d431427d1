/** `GET /api/certificates/{id}`: a certificate with what is left of its volume, what befell it, and each label run that drew on it, by page. */
import express, { type Router } from "express";
import { z } from "zod";
import type { CertificateTold } from "../resolve/certificates.ts";
import type { Paged } from "../resolve/told.ts";
import { AmountText, answer, Hash, type Paths, Subject, Time } from "./describe.ts";
import { type Behind, found, GONE, idOf } from "./found.ts";
import { nextPage } from "./page-link.ts";
import { LINK, Limit, NEXT_OF_PAGE_BEFORE } from "./paging.ts";
import { methodNotAllowed, read } from "./problem.ts";

export type { CertificateParts };
export { certificatePaths, certificateRoutes };

interface CertificateParts {
  readonly one: (id: string, page: Paged) => Promise<CertificateTold | null>;
  readonly behind: Behind;
}

const Asked = z.strictObject({
  limit: Limit,
  after: Subject.optional().meta({ description: NEXT_OF_PAGE_BEFORE }),
});

const Told = z
  .object({
    id: Subject,
    issuer: z.int(),
    beneficiary: z.int().meta({ description: "Number of the organisation that it is for." }),
    application: Subject.nullable().meta({ description: "The application that it answers." }),
    scope: z.array(Subject).meta({ description: "Products and plots that it names." }),
    from: Time,
    until: Time.meta({ description: "The last second of the year 9999 stands for that and all that is later." }),
    state: z.enum(["in-force", "not-yet", "expired", "suspended", "revoked"]).meta({ description: "Now." }),
    unit: z.string().nullable().meta({ description: "Null where it has no volume; no label can draw on it then." }),
    volume: AmountText.nullable(),
    left: AmountText.nullable().meta({ description: "What no valid label has drawn." }),
    issuedAt: Time,
    document: Hash,
    fates: z
      .array(z.object({ kind: z.enum(["SUSPEND", "LIFT", "REVOKE"]), at: Time, document: Hash }))
      .meta({ description: "Oldest first." }),
    runs: z
      .array(
        z.object({
          run: Subject,
          lot: Subject,
          holder: z.int(),
          count: z.int().meta({ description: "Labels issued." }),
          valid: z.int().meta({ description: "Those of them that are not void." }),
          drawn: AmountText.meta({ description: "What the valid ones stand for, in the certificate's unit." }),
          madeAt: Time,
        }),
      )
      .meta({ description: "Label runs that claim it, in the order of their ids." }),
    next: z.string().nullable(),
  })
  .meta({ id: "Certificate" });

type Fate = z.infer<typeof Told>["fates"][number]["kind"];

function certificateRoutes({ one, behind }: CertificateParts): Router {
  const routes = express.Router();
  routes.get("/certificates/:id", async (request, response) => {
    const id = idOf(request.params.id);
    const { limit, after } = read(Asked, request.query);
    const told = await found(behind, "certificate", () => one(id, { limit, after: after ?? null }));
    nextPage(request, response, told.next);
    const fates = told.fates.map((fate) => ({ ...fate, kind: fate.kind as Fate }));
    answer(response.set("Cache-Control", "no-cache"), Told, { ...told, fates });
  });
  routes.all("/certificates/:id", methodNotAllowed("GET"));
  return routes;
}

const certificatePaths: Paths = {
  "/api/certificates/{id}": {
    get: {
      id: "getCertificate",
      tag: "reading",
      summary: "A certificate: what is left of it, what befell it, and which labels lean on it",
      path: z.strictObject({ id: Subject }),
      query: Asked,
      answers: {
        200: {
          description: "The certificate, with a page of its label runs.",
          content: { "application/json": Told },
          headers: LINK,
        },
      },
      problems: ["request-invalid", ...GONE],
    },
  },
};
