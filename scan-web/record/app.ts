/**
 * The recorder's page at work: the address after `#` chooses a screen, the screen is drawn, taps and forms are handed to it. Nothing is kept here that
 * a killed tab could lose: screens read the notebook and write to it, and are drawn again when it has changed. Touches the document alone.
 */
import { Problem } from "../../protocol/problem.ts";
import { html } from "../ui/html.ts";
import { frameBottom, frameTop, type Top } from "./frame.ts";
import type * as Later from "./later.ts";
import { setMarkup } from "./markup.ts";
import type { Notebook } from "./notebook.ts";
import { addressOf, type Found, findScreen } from "./route.ts";
import type { Act, Context, Screen, View } from "./screen.ts";
import { problemBox } from "./told.ts";
import { langOf, loadSpeaker, loadWholeSpeaker, type Speaker } from "./words.ts";

export type { ActDetail, AppParts };
export { startApp };

/** What an element with a life of its own sends as the detail of its event `act`. */
interface ActDetail {
  readonly do: string;
  readonly data: Readonly<Record<string, string>>;
  readonly form: FormData;
}

/** `screens` come with the page; `later` loads the others, once. */
interface AppParts {
  readonly screens: readonly Screen[];
  readonly later: () => Promise<typeof Later>;
}

/** moved: to another address · acted: something was tapped here · noticed: the notebook is other than it was, by whomever. */
type Why = "first" | "moved" | "acted" | "noticed";

/** What is to be seen at an address. */
interface Drawn {
  readonly address: string;
  readonly view: View;
  readonly top: Top;
}

/** Resolves when the first screen is drawn; it goes on until the page is closed. */
async function startApp(notebook: Notebook, { screens, later }: AppParts): Promise<void> {
  const [top, main, places] = [part("top"), part("main"), part("places")];
  let speaker = await spoken();
  /** Of what `later` brings, and of what went wrong, it can speak too. */
  let isWhole = false;
  let shown = { address: "", drawn: "", isTouched: false };
  /** Counts drawings begun: one that is overtaken is thrown away. */
  let drawing = 0;
  let isDrawing = false;
  /** The notebook changed while something was drawn. */
  let isStale = false;
  let isActing = false;
  let isDue = false;
  const scrolled = new Map<number, number>();
  let stop = 0;

  document.addEventListener("click", tapped);
  document.addEventListener("submit", submitted);
  document.addEventListener("change", changed);
  document.addEventListener("input", () => (shown.isTouched = true));
  document.addEventListener("act", (event) => acted(event as CustomEvent<ActDetail>));
  addEventListener("hashchange", () => void moved());
  notebook.onChange(noticed);
  history.scrollRestoration = "manual";
  await draw("first");

  async function spoken(): Promise<Speaker> {
    const { lang } = await notebook.settings();
    const made = await loadSpeaker(langOf(lang, navigator.languages));
    document.documentElement.lang = made.lang;
    return made;
  }

  async function learnAll(): Promise<void> {
    if (isWhole) return;
    const whole = await loadWholeSpeaker(speaker.lang);
    // Another language may have been chosen meanwhile.
    if (whole.lang !== speaker.lang) return;
    speaker = whole;
    isWhole = true;
  }

  async function loadLater(): Promise<typeof Later> {
    const [parts] = await Promise.all([later(), learnAll()]);
    return parts;
  }

  /** An address that was here before keeps its place on the page; a new one begins at its top. */
  async function moved(): Promise<void> {
    const known: unknown = history.state;
    const isBack = typeof known === "number";
    if (isBack) stop = known;
    else history.replaceState((stop += 1), "");
    await draw("moved");
    if (shown.address === addressOf(location.hash)) scrollTo(0, isBack ? (scrolled.get(stop) ?? 0) : 0);
  }

  function context(params: Context["params"]): Context {
    return { notebook, speaker, params };
  }

  /**
   * Whoever goes on overtakes what is still being drawn, for a screen may wait for a slow line. A change of the notebook overtakes nothing: on a slow
   * phone it would else be in the way of every tap.
   */
  async function draw(why: Why): Promise<void> {
    if (why === "noticed" && isDrawing) {
      isStale = true;
      return;
    }
    const mine = ++drawing;
    isDrawing = true;
    const address = addressOf(location.hash);
    const drawn = await drawingOf(address).finally(() => {
      if (mine === drawing) isDrawing = false;
    });
    // Overtaken by another drawing, by another address, or by an act, which draws what comes of it: a draft that it saved is no reason to lead elsewhere.
    if (mine !== drawing || address !== addressOf(location.hash) || (why === "noticed" && isActing)) return;
    show(drawn, why);
    if (!isStale) return;
    isStale = false;
    await draw("noticed");
  }

  async function drawingOf(address: string): Promise<Drawn> {
    let view: View;
    try {
      view = await viewOf(address);
    } catch (failure) {
      report(failure);
      view = brokenView();
    }
    const [counts, told, field, lesson] = await Promise.all([
      notebook.counts(),
      notebook.lastSync(),
      notebook.field(),
      notebook.isPractice ? loadLater().then(({ lessonLine }) => lessonLine(notebook, speaker)) : null,
    ]);
    return { address, view, top: { speaker, view, counts, told, organisation: field.organisation, lesson } };
  }

  function show({ address, view, top: around }: Drawn, asked: Why): void {
    if (view.elsewhere !== undefined) {
      location.replace(`#${view.elsewhere}`);
      return;
    }
    const why = asked !== "first" && address !== shown.address ? "moved" : asked;
    setMarkup(top, frameTop(around));
    if (why === "noticed" && shown.isTouched) return;
    const page = html`${view.above}<h1 tabindex="-1">${view.title}</h1>${view.body}`;
    if (why === "noticed" && page.markup === shown.drawn) return;
    const held = why === "moved" ? null : holdOf(document.activeElement);
    setMarkup(main, page);
    setMarkup(places, frameBottom(speaker, view.place ?? null));
    document.title = `${view.title} · ${speaker.say("record.shell.brand")}`;
    shown = { address, drawn: page.markup, isTouched: false };
    if (why === "moved") main.querySelector("h1")?.focus({ preventScroll: true });
    else if (held !== null) main.querySelector<HTMLElement>(held)?.focus({ preventScroll: true });
  }

  async function found(address: string): Promise<Found | null> {
    return findScreen(screens, address) ?? findScreen((await loadLater()).laterScreens, address);
  }

  async function viewOf(address: string): Promise<View> {
    const at = await found(address);
    if (at !== null) return await at.screen.show(context(at.params));
    return {
      title: speaker.say("record.shell.missing"),
      body: html`<p>${speaker.say("record.shell.missing.body")}</p><p><a class="button first" href="#/">${speaker.say("record.shell.missing.home")}</a></p>`,
      back: "/",
    };
  }

  function brokenView(): View {
    return {
      title: speaker.say("record.shell.wrong"),
      body: html`<p>${speaker.say("record.shell.wrong.show.cause")} ${speaker.say("record.shell.wrong.show.mend")}</p><p><button type="button" class="button first" data-again>${speaker.say("record.shell.again")}</button></p>`,
      back: "/",
    };
  }

  /** The second tap of a double tap is none. */
  function tapped(event: MouseEvent): void {
    const target = event.target instanceof Element ? event.target : null;
    if (target === null) return;
    const link = target.closest<HTMLAnchorElement>("a[href^='#']");
    if (link !== null) {
      if (link.getAttribute("href") === "#main") {
        event.preventDefault();
        main.focus();
      } else if (event.detail > 1) event.preventDefault();
      else scrolled.set(stop, scrollY);
      return;
    }
    const button = target.closest<HTMLButtonElement>("button");
    if (button === null) return;
    if (button.dataset.focus !== undefined) document.getElementById(button.dataset.focus)?.focus();
    else if (button.dataset.again !== undefined) void draw("acted");
    else if (button.dataset.do !== undefined) {
      if (event.detail <= 1) void act(button.dataset.do, { data: dataOf(button), form: heldBy(button.form, button) });
    } else if (button.form?.dataset.do !== undefined && button.type === "submit" && event.detail > 1)
      event.preventDefault();
  }

  function submitted(event: SubmitEvent): void {
    const form = event.target instanceof HTMLFormElement ? event.target : null;
    // No form of the recorder is sent anywhere by the browser itself.
    event.preventDefault();
    if (form?.dataset.do === undefined) return;
    const { submitter } = event;
    const data = { ...dataOf(form), ...(submitter === null ? {} : dataOf(submitter)) };
    void act(form.dataset.do, { data, form: heldBy(form, submitter) });
  }

  function changed(event: Event): void {
    const field = event.target;
    if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement)
      if (field.dataset.submit !== undefined) field.form?.requestSubmit();
  }

  function acted({ detail }: CustomEvent<ActDetail>): void {
    void act(detail.do, { data: detail.data, form: detail.form });
  }

  /** One act at a time; what is tapped meanwhile is tapped again by whoever meant it. */
  async function act(name: string, taken: Act): Promise<void> {
    if (isActing) return;
    isActing = true;
    main.setAttribute("aria-busy", "true");
    try {
      const at = await found(shown.address);
      const run = at?.screen.acts?.[name];
      if (at === null || run === undefined) return;
      const next = await run(context(at.params), taken);
      scrolled.set(stop, scrollY);
      if (typeof next === "string" && next !== addressOf(location.hash)) location.hash = next;
      else await draw("acted");
    } catch (failure) {
      report(failure);
      // Where they cannot be had, the usual words have to do.
      await learnAll().catch(report);
      tell(failure);
    } finally {
      main.removeAttribute("aria-busy");
      isActing = false;
    }
  }

  function tell(failure: unknown): void {
    main.querySelector(".wrong")?.remove();
    const place = document.createElement("div");
    setMarkup(place, problemBox(speaker, failure, failure instanceof Problem ? fieldOf(failure.at) : null));
    const box = place.firstElementChild;
    if (!(box instanceof HTMLElement)) return;
    main.querySelector("h1")?.after(box);
    box.focus();
  }

  /** The element that a problem's pointer names: `/answers/dose` is `#dose`, or the field of that name. */
  function fieldOf(at: string): string | null {
    const steps = at.split("/").filter((step) => !/^\d*$/.test(step));
    const name = CSS.escape(steps[steps.length - 1] ?? "");
    if (name === "") return null;
    const field = main.querySelector(`#${name}`) ?? main.querySelector(`[name="${name}"]`);
    if (field === null) return null;
    if (field.id === "") field.id = `field-${name}`;
    return field.id;
  }

  /** A day of work changes the notebook often: many changes at once are one drawing. */
  function noticed(): void {
    if (isDue) return;
    isDue = true;
    setTimeout(() => {
      isDue = false;
      void again();
    }, 60);
  }

  async function again(): Promise<void> {
    const { lang } = await notebook.settings();
    const isOther = langOf(lang, navigator.languages) !== speaker.lang;
    if (isOther) {
      speaker = await spoken();
      isWhole = false;
    }
    await draw(isOther ? "acted" : "noticed");
  }
}

function part(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

function dataOf(element: HTMLElement): Record<string, string> {
  return Object.fromEntries(
    Object.entries(element.dataset).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

/** What a form holds, with the button that was tapped. A button that stands in none brings itself alone. */
function heldBy(form: HTMLFormElement | null, button: HTMLElement | null): FormData {
  const held = new FormData(form ?? undefined);
  if (button instanceof HTMLButtonElement && button.name !== "") held.set(button.name, button.value);
  return held;
}

/** A selector that finds the same element again after a drawing; null where it has nothing of its own. */
function holdOf(element: Element | null): string | null {
  if (!(element instanceof HTMLElement) || element.closest("main") === null || element.tagName === "MAIN") return null;
  if (element.id !== "") return `#${CSS.escape(element.id)}`;
  const name = element.getAttribute("name");
  if (name !== null) return `[name="${CSS.escape(name)}"]`;
  const data = Object.entries(dataOf(element)).map(([key, value]) => `[data-${dashed(key)}="${CSS.escape(value)}"]`);
  return data.length === 0 ? null : data.join("");
}

function dashed(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** What nobody foresaw is for whoever looks into the phone; the page says what to do. */
function report(failure: unknown): void {
  if (!(failure instanceof Problem)) console.error(failure);
}
