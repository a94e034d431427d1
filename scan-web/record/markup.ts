/**
 * The one door by which markup gets into the page: only what `html` made (ui/html.ts) passes it. With `require-trusted-types-for 'script'`
 * a browser refuses every other (W3C Trusted Types); its policy `furrow` is made here, once.
 */
import type { Html } from "../ui/html.ts";

export { scriptAt, setMarkup };

interface Policy {
  createHTML(markup: string): string;
  createScriptURL(address: string): string;
}

/** Addresses of code that the page may load by name: the workers alone. */
const SCRIPTS: readonly string[] = ["/record/worker.js", "/record/worker-classic.js"];

const rules: Policy = {
  createHTML: (markup) => markup,
  createScriptURL: (address) => {
    if (!SCRIPTS.includes(address)) throw new TypeError(`${address} is no script of the recorder`);
    return address;
  },
};

let made: Policy | null = null;

function policy(): Policy {
  const types = (globalThis as { trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } }).trustedTypes;
  made ??= types?.createPolicy("furrow", rules) ?? rules;
  return made;
}

function setMarkup(place: Element, page: Html): void {
  place.innerHTML = policy().createHTML(page.markup);
}

/** For `navigator.serviceWorker.register`, which asks for a trusted address. */
function scriptAt(address: string): string {
  return policy().createScriptURL(address);
}
