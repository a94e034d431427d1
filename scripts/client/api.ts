/**
 * The typed client: every path, parameter and answer of `GET /api/openapi.json` is known to the compiler. For a program of your
 * own: make the types from that document by `npx openapi-typescript`, and use openapi-fetch as here.
 */
import { setTimeout as pause } from "node:timers/promises";
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "../../dist/client/paths.ts";

export type { Api, Problem, Shapes };
export { ApiError, bytes, connectApi, told };

type Api = Client<paths>;
type Shapes = components["schemas"];
type Problem = Shapes["Problem"];

/** The server refused, or what answered is not its API. */
class ApiError extends Error {
  override readonly name: string = "ApiError";
  /** null: the answer is no problem of this API. */
  readonly problem: Problem | null;

  constructor(message: string, problem: Problem | null, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}

interface Where {
  /** `http://localhost:8550` */
  readonly address: string;
  /** Sent as `Authorization: Bearer …`. */
  readonly token?: string | null;
}

function connectApi({ address, token = null }: Where): Api {
  return createClient<paths>({
    baseUrl: address,
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
    // Asked for at each call: whoever watches `fetch` sees these calls too.
    fetch: (request) => globalThis.fetch(request),
  });
}

/** For a body that goes out as the very bytes that it is. */
function bytes(body: Uint8Array, type: string) {
  return {
    body: body as unknown,
    bodySerializer: () => new Uint8Array(body),
    headers: { "content-type": type },
  };
}

interface Result<Data> {
  readonly data?: Data | undefined;
  readonly error?: unknown;
  readonly response: Response;
}

interface Patience {
  /** How often it is asked at most, where the server answers that it cannot right now (503, 429). */
  readonly tries: number;
  /** Between two tries; absent: as Retry-After says. */
  readonly waitMs?: number;
}

/** What a call brings. @throws ApiError with the problem */
async function told<Data>(
  call: () => Promise<Result<Data>>,
  { tries, waitMs }: Patience = { tries: 1 },
): Promise<NonNullable<Data>> {
  for (let n = 1; ; n++) {
    const { data, error, response } = await call();
    if (response.ok && data !== undefined && data !== null) return data;
    const mayWait = response.status === 503 || response.status === 429;
    if (!mayWait || n >= tries) throw refusal(response, error);
    await pause(waitMs ?? 1_000 * (Number(response.headers.get("retry-after")) || 1));
  }
}

function refusal({ status, url }: Response, error: unknown): ApiError {
  const problem = isProblem(error) ? error : null;
  const said = problem === null ? "no problem of this API" : `${problem.type}: ${problem.detail}`;
  return new ApiError(`${url} was answered ${status}: ${said}`, problem);
}

function isProblem(error: unknown): error is Problem {
  if (typeof error !== "object" || error === null) return false;
  return "type" in error && typeof error.type === "string" && "detail" in error && typeof error.detail === "string";
}
