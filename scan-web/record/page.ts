/**
 * The document that a server sends for the recorder: the same for everybody and in either language, so that a phone keeps it and needs nobody to open it.
 * Style and script are files of their own, since the page's policy allows nothing inline. Pure.
 */
import { type Html, html } from "../ui/html.ts";

export type { Kept, RecordAssets };
export { recordPage };

/** Addresses of what `npm run build:web` made of record.css and record.ts. */
interface RecordAssets {
  readonly css: string;
  readonly module: string;
  /** Of what record.ts imports: fetched at once with it, instead of after it. */
  readonly parts: readonly string[];
}

/** A file that a phone keeps, as workbox-precaching takes it; the name of a file in `/assets` is its revision already. The build writes the list into the worker (scripts/build-record.ts). */
interface Kept {
  readonly url: string;
  readonly revision: string | null;
}

function recordPage({ css, module, parts }: RecordAssets): Html {
  return html`<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>记一笔 · 垄迹</title>
<meta name="theme-color" content="#fffdf8" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#10160f" media="(prefers-color-scheme: dark)">
<link rel="manifest" href="/record/manifest.webmanifest">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${css}">
${parts.map((part) => html`<link rel="modulepreload" href="${part}">\n`)}<script type="module" src="${module}"></script>
</head>
<body>
<div id="top"></div>
<main id="main" tabindex="-1">
<div class="opening"><p>正在打开…</p><p lang="en">Opening…</p></div>
<noscript><p>这个页面要开着脚本（JavaScript）才能用：记录先存在手机上，靠它来存、来送。请在浏览器设置里打开，再刷新。</p>
<p lang="en">This page needs JavaScript: it keeps your records on the phone and sends them. Please allow it in the browser's settings and load the page again.</p></noscript>
</main>
<div id="places"></div>
</body>
</html>
`;
}
