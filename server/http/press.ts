/**
 * What draws labels: a picture or a page at a time, whoever they are for, and others are served in between. Drawing keeps the whole
 * process busy, so who comes when many wait is asked to come again. Pictures drawn last are kept: print apps ask twice.
 */
import { setImmediate } from "node:timers/promises";
import { Problem } from "../../protocol/problem.ts";
import { Turns } from "./turns.ts";

export { MAX_KEPT, MAX_WAITING, Press };

type DrawPng = (svg: string, dotsPerMm: number) => Promise<Uint8Array>;

/** A picture takes less than a tenth of a second: who is the last of them waits two. */
const MAX_WAITING = 20;
const WAIT_MS = 30_000;
/** Of some 5 kB each. */
const MAX_KEPT = 100;

class Press {
  readonly #drawPng: DrawPng;
  readonly #turns = new Turns(1, WAIT_MS);
  readonly #kept = new Map<string, Promise<Uint8Array>>();

  constructor(drawPng: DrawPng) {
    this.#drawPng = drawPng;
  }

  /** @throws Problem `too-many-requests` */
  picture(svg: string, dotsPerMm: number): Promise<Uint8Array> {
    const name = `${dotsPerMm} ${svg}`;
    const known = this.#kept.get(name);
    if (known !== undefined) return known;
    const picture = this.#begin(() => this.#drawPng(svg, dotsPerMm));
    this.#kept.set(name, picture);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MAX_KEPT) break;
      this.#kept.delete(oldest);
    }
    picture.catch(() => this.#kept.delete(name));
    return picture;
  }

  /** The first page is made at once, the others as they are read. @throws Problem `too-many-requests` before the first, never later */
  async pages(pieces: Iterable<string>): Promise<AsyncIterable<string>> {
    const made = pieces[Symbol.iterator]();
    const go = this.#go.bind(this);
    const first = await this.#begin(() => made.next());
    return (async function* rest() {
      for (let piece = first; piece.done !== true; piece = await go(() => made.next(), null)) yield piece.value;
    })();
  }

  #begin<T>(work: () => T | Promise<T>): Promise<T> {
    if (this.#turns.waiting >= MAX_WAITING) return Promise.reject(tooMany());
    return this.#go(work, tooMany);
  }

  #go<T>(work: () => T | Promise<T>, late: (() => Error) | null): Promise<T> {
    return this.#turns.take(async () => {
      const done = await work();
      await setImmediate();
      return done;
    }, late);
  }
}

function tooMany(): Problem {
  return new Problem("too-many-requests", "", "too many labels are being drawn");
}
