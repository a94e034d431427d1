/** `<parts-list>` around the amounts of several lots: what was filled in for somebody follows the unit that they choose; what they typed stays. */
export { definePartsList };

function definePartsList(): void {
  class PartsList extends HTMLElement {
    connectedCallback(): void {
      this.addEventListener("change", ({ target }) => {
        if (!(target instanceof HTMLInputElement) || target.type !== "radio") return;
        for (const field of this.querySelectorAll<HTMLInputElement>("[data-jin]")) {
          const { jin = "", kg = "" } = field.dataset;
          if (field.value === jin || field.value === kg) field.value = target.value === "jin" ? jin : kg;
        }
      });
    }
  }
  if (customElements.get("parts-list") === undefined) customElements.define("parts-list", PartsList);
}
