/** What home shows: the example's codes, drawn with an address that a phone can open. */
import { parseCodePath, printSerial } from "../../protocol/label.ts";
import type { ExampleCode, HomeView, PageView } from "../../scan-web/ui/view.ts";
import { drawingOf } from "./drawing.ts";

export type { ExampleInfo, HomeParts };
export { homeView };

/** The example's bags: the first to scan, the second with the planted copy's count. */
interface ExampleInfo {
  readonly product: { readonly zh?: string; readonly en?: string };
  readonly codes: readonly string[];
  /** Further bags, each with what is special about it. */
  readonly more?: readonly { readonly code: string; readonly about: { readonly zh?: string; readonly en?: string } }[];
  /** Printed beside the code of both bags. */
  readonly fingerprint: string;
  readonly records: number;
  readonly files: number;
}

interface HomeParts {
  /** null: there is no example here; `making` with the number of records so far. */
  readonly example: () => Promise<ExampleInfo | { readonly making: number } | null>;
  /** PUBLIC_URL's origin, or null: the address by which a page was opened. */
  readonly publicOrigin: string | null;
  /** `http://192.168.1.4:8800` of this machine in its network, or null: what a phone can open when home was opened as localhost. */
  readonly lanOrigin: () => string | null;
}

async function homeView(parts: HomeParts, view: PageView): Promise<HomeView> {
  const info = await parts.example();
  const { origin, reach } = codeOrigin(parts, view.host);
  if (info === null) return { ...view, example: { state: "none" }, reach };
  if ("making" in info) return { ...view, example: { state: "making", records: info.making }, reach };
  const [first, second] = info.codes.map((path) => exampleCode(origin, path));
  if (first === undefined) return { ...view, example: { state: "none" }, reach };
  const { product, records, files, fingerprint, more = [] } = info;
  const codes = { code: first, copied: second ?? null, more };
  const example = { state: "ready", product, records, files, fingerprint, ...codes } as const;
  return { ...view, example, reach };
}

function exampleCode(origin: string, path: string): ExampleCode {
  return {
    code: path,
    printed: printSerial(parseCodePath(path).serial),
    address: origin + path,
    drawing: drawingOf(origin, path),
  };
}

/** A phone cannot open "localhost" of another machine. */
function codeOrigin(parts: HomeParts, host: string): { readonly origin: string; readonly reach: HomeView["reach"] } {
  if (parts.publicOrigin !== null) return { origin: parts.publicOrigin, reach: "any" };
  const { hostname } = new URL(host);
  const isLoopback = hostname === "localhost" || hostname === "[::1]" || /^127\./.test(hostname);
  if (!isLoopback) return { origin: host, reach: "any" };
  const lan = parts.lanOrigin();
  return lan === null ? { origin: host, reach: "machine" } : { origin: lan, reach: "network" };
}
