/**
 * What a server hands to the pages: everything they say about this reading that is not in the history itself. Pure types.
 */
import type { History } from "../../protocol/history.ts";
import type { Lang } from "./i18n.ts";

export type { Assets, CodeDrawing, ErrorView, ExampleCode, HomeView, Opened, PageView, ScanView };

/** What `npm run build:web` left in dist/web. */
interface Assets {
  /** Style sheets, minified, to be inlined: scan-web/scan/scan.css and scan-web/home/home.css. */
  readonly css: { readonly scan: string; readonly home: string };
  /** Address of the checking script (scan/mark.ts), e.g. `/assets/mark.js`. */
  readonly mark: string;
}

interface PageView {
  readonly lang: Lang;
  /** Path and query of this page without `lang`, for the link to the other language. */
  readonly here: string;
  /** The language was asked for in the address, so links carry it on. */
  readonly isLangAsked: boolean;
  /** Scheme and host as the reader sees them, e.g. `http://192.168.1.4:8800`. */
  readonly host: string;
  readonly assets: Assets;
}

/** How often this serial's page was opened, this time included. Days and regions only: no reader is known, no hour kept. */
interface Opened {
  readonly total: number;
  /** `YYYY-MM-DD` in China; null where nothing was counted. */
  readonly firstDay: string | null;
  /** How many regions; null where no source of regions is set, or none was known. */
  readonly regions: number | null;
  /** The last few days, today included. */
  readonly recent: { readonly days: number; readonly count: number; readonly regions: number | null };
}

interface ScanView extends PageView {
  /** The code's path as it was scanned: `/01/…` or `/T/…`. */
  readonly code: string;
  readonly history: History;
  /** Where the checking script loads the same history: `/api/lots/0x…/history?code=…`. */
  readonly historyAt: string;
  /** Size of that history as it travels (compressed), bytes: what checking costs a reader. */
  readonly historyBytes: number;
  readonly opened: Opened | null;
  /** These openings are example data: the bag whose code counts as copied. */
  readonly isPlanted: boolean;
}

interface ErrorView extends PageView {
  readonly state: "unknown" | "behind" | "malformed" | "altered" | "missing" | "empty" | "failed";
  /** The number as it was opened, for reading only; an address that has none stands there whole, and begins with `/`. */
  readonly code: string | null;
  /** malformed: a problem type; altered: `gtin` or `lot`. */
  readonly reason: string | null;
  /** altered: what the address says, what is on record, and the address that would be right. */
  readonly given?: string;
  readonly expected?: string;
  readonly right?: string;
}

/** A QR code as one path: `size` modules a side, a module is 1 × 1, quiet zone not included. */
interface CodeDrawing {
  readonly size: number;
  readonly path: string;
}

interface ExampleCode {
  /** `/01/…` or `/T/…` */
  readonly code: string;
  /** As printed on the bag. */
  readonly printed: string;
  /** The address that is drawn: the host by which home was opened, or the LAN address instead of localhost. */
  readonly address: string;
  readonly drawing: CodeDrawing;
}

interface HomeView extends PageView {
  /** `making`: the example's records are still being written. */
  readonly example:
    | { readonly state: "none" }
    | { readonly state: "making"; readonly records: number }
    | {
        readonly state: "ready";
        readonly product: { readonly zh?: string; readonly en?: string };
        readonly records: number;
        readonly files: number;
        /** Printed beside the code, `7Q4M-K2ZP`. */
        readonly fingerprint: string;
        readonly code: ExampleCode;
        /** The planted copy: a code that was "opened" in many places. */
        readonly copied: ExampleCode | null;
        /** Further bags: their codes, and what is special about each. */
        readonly more: readonly {
          readonly code: string;
          readonly about: { readonly zh?: string; readonly en?: string };
        }[];
      };
  /**
   * Who can open the drawn address: `any` other device as far as home knows, those of the local `network` (home was opened as
   * localhost, the code has the address there), or this `machine` alone.
   */
  readonly reach: "any" | "network" | "machine";
}
