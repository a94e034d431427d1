/** `GET /api/qr`: a code as SVG or PNG, drawn of the same parts as on labels (drawing.ts). */
import type { Router } from "express";
import express from "express";
import QRCode from "qrcode";
import { z } from "zod";
import { codePath, parseCodePath } from "../../protocol/label.ts";
import { Problem } from "../../protocol/problem.ts";
import type { Paths } from "./describe.ts";
import { LEVEL, segmentsOf } from "./drawing.ts";
import { HostField, originOf } from "./origin.ts";
import { methodNotAllowed, read } from "./problem.ts";

export { qrPaths, qrRoutes };

const Query = z.strictObject({
  code: z.string().max(200).meta({ description: "The code's path, or the serial alone." }),
  format: z.enum(["svg", "png"]).default("svg"),
  host: HostField,
  scale: z.coerce
    .number()
    .int()
    .min(1)
    .max(20)
    .default(4)
    .meta({ description: "Dots a module in a PNG: 4 is 0.5 mm at 203 dpi." }),
});

const qrPaths: Paths = {
  "/api/qr": {
    get: {
      id: "getQr",
      tag: "codes",
      summary: "A code as a drawing",
      query: Query,
      answers: {
        200: {
          description: "The drawing.",
          content: { "image/svg+xml": "An SVG.", "image/png": "A PNG." },
        },
      },
      problems: ["request-invalid", "code-malformed", "gtin-wrong-check", "serial-malformed", "serial-wrong-check"],
    },
  },
};

/** Level M, quiet zone of 4 modules. `origin` is `https://host`, `path` as `codePath` writes it. */
async function drawCode(
  origin: string,
  path: string,
  { format, scale }: { readonly format: "svg" | "png"; readonly scale: number },
): Promise<Buffer | string> {
  const segments = segmentsOf(origin, path);
  const options = { errorCorrectionLevel: LEVEL, margin: 4 };
  if (format === "svg") return QRCode.toString(segments, { ...options, type: "svg" });
  return QRCode.toBuffer(segments, { ...options, scale });
}

/** `publicOrigin` is what codes carry when the request does not say: PUBLIC_URL, else the address that was asked. */
function qrRoutes(publicOrigin: string | null): Router {
  const routes = express.Router();
  routes.get("/qr", async (request, response) => {
    const { code, format, host, scale } = read(Query, request.query);
    const path = codePath(parseCodePath(code.startsWith("/") ? code : `/T/${code}`));
    if (!/^[0-9A-Z $%*+\-./:]+$/.test(path)) {
      throw new Problem("code-malformed", "/code", "a code is written in capitals, digits and $ % * + - . / :");
    }
    const drawing = await drawCode(originOf(publicOrigin, request, host), path, { format, scale });
    response.type(format === "svg" ? "image/svg+xml" : "image/png");
    response.set("Cache-Control", "public, max-age=86400");
    response.send(drawing);
  });
  routes.all("/qr", methodNotAllowed("GET"));
  return routes;
}
