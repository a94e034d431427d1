/** Starts Swagger UI on `/api` with our own document. Its requests go to the host that served the page, and nowhere else. */

interface SwaggerOptions {
  readonly url: string;
  readonly domNode: HTMLElement;
  readonly presets: readonly unknown[];
  readonly layout: string;
  readonly deepLinking: boolean;
  readonly docExpansion: "list";
  readonly defaultModelsExpandDepth: number;
  readonly displayRequestDuration: boolean;
  readonly requestSnippetsEnabled: boolean;
  readonly validatorUrl: null;
  readonly syntaxHighlight: { readonly activated: boolean };
  readonly onComplete: () => void;
}

/** What its own script (not ours, not a module) leaves behind. */
interface SwaggerWindow {
  readonly SwaggerUIBundle?: ((options: SwaggerOptions) => unknown) & { readonly presets: { readonly apis: unknown } };
}

const place = document.querySelector<HTMLElement>("#api");
const { SwaggerUIBundle } = window as unknown as SwaggerWindow;
// Where it did not load the list that the server wrote stays.
if (place !== null && SwaggerUIBundle !== undefined) {
  SwaggerUIBundle({
    url: place.dataset.document ?? "",
    domNode: place,
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    requestSnippetsEnabled: true,
    validatorUrl: null,
    // Colours written into style attributes would need style-src 'unsafe-inline'.
    syntaxHighlight: { activated: false },
    onComplete: () => {
      place.dataset.ready = "true";
    },
  });
}
