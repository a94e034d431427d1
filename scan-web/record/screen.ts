/** A screen of the recorder: an address after `#`, what it shows, and what its buttons and forms do. Pure types. */
import type { Html } from "../ui/html.ts";
import type { Speaker } from "./words.ts";
import type { Notebook } from "./notebook.ts";

export type { Act, Context, Screen, View };

interface Context {
  readonly notebook: Notebook;
  readonly speaker: Speaker;
  /** Groups of the address: `/mine/:id` gives {id}. */
  readonly params: Readonly<Record<string, string>>;
}

interface View {
  /** The one `h1`, written by the app. */
  readonly title: string;
  /** What stands before it: the place that the page is about. */
  readonly above?: Html;
  readonly body: Html;
  /** Where "back" leads; null: a place of the four below. */
  readonly back: string | null;
  /** Which of the four places is current. */
  readonly place?: "home" | "mine" | "goods" | "me";
  /** Shown instead, and in its place in the history: a draft that has become a record has no page any more. */
  readonly elsewhere?: string;
}

/**
 * A tap on `data-do="name"` or a submitted `<form data-do="name">` (a field with `data-submit` submits it by its change). Elements with a life of
 * their own send `new CustomEvent("act", { bubbles: true, detail: { do, data, form } })`.
 */
interface Act {
  /** The element's own `data-…`. */
  readonly data: Readonly<Record<string, string>>;
  /** What the form holds in which it was tapped, the button itself included. */
  readonly form: FormData;
}

interface Screen {
  /** `/mine/:id` */
  readonly path: string;
  show(context: Context): Promise<View>;
  /** A returned address is gone to; else the screen is shown again. A thrown Problem is told in words above the form. */
  readonly acts?: Readonly<Record<string, (context: Context, act: Act) => Promise<string | void>>>;
}
