/** Links lead to entries that may lie in a folded stage: it opens when one is followed. Without script browsers open it themselves, where they do. */
export { openTo, wakeFolds };

function wakeFolds(): void {
  const follow = (): void => {
    const id = /^#(e\d+)$/.exec(location.hash)?.[1];
    if (id === undefined) return;
    openTo(id);
    document.getElementById(id)?.scrollIntoView();
  };
  addEventListener("hashchange", follow);
  // The same link once more changes no address.
  document.addEventListener("click", ({ target }) => {
    const link = target instanceof Element ? target.closest('a[href^="#e"]') : null;
    // Before the browser looks for the place: a folded one it may not scroll to.
    if (link !== null) openTo(link.getAttribute("href")?.slice(1) ?? "");
  });
  follow();
}

function openTo(id: string): void {
  const fold = document.getElementById(id)?.closest("details");
  if (fold instanceof HTMLDetailsElement) fold.open = true;
}
