/**
 * `<look-again data-name="join" data-seconds="3">`: while it stands on a screen, somebody is waited for. It looks, and sends the act of its own name only
 * when what it saw is something else: a form that is being filled in meanwhile stays as it is.
 */
export { defineLookAgain, lookFor };

/** True: something changed, the screen is to be told. */
type Look = () => Promise<boolean>;

const looks = new Map<string, Look>();

/** What an element of this name does; a screen says it whenever it is shown. */
function lookFor(name: string, look: Look): void {
  looks.set(name, look);
}

/** Once, where the screens are registered. */
function defineLookAgain(): void {
  if (customElements.get("look-again") !== undefined) return;
  customElements.define(
    "look-again",
    class extends HTMLElement {
      connectedCallback(): void {
        void this.#goOn();
      }

      /** One look at a time, until the screen is another. A line of 200 ms is not asked faster by many who wait. */
      async #goOn(): Promise<void> {
        const { name = "", seconds = "3" } = this.dataset;
        for (;;) {
          const isOther =
            document.visibilityState !== "hidden" &&
            ((await looks
              .get(name)?.()
              .catch(() => false)) ??
              false);
          if (!this.isConnected) return;
          if (isOther) {
            const detail = { do: name, data: {}, form: new FormData() };
            this.dispatchEvent(new CustomEvent("act", { bubbles: true, detail }));
          }
          await new Promise((wake) => setTimeout(wake, Number(seconds) * (800 + 400 * Math.random())));
          if (!this.isConnected) return;
        }
      }
    },
  );
}
