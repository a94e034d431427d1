/**
 * Work of the same sort side by side. WebCrypto answers through promises, and waiting for one digest before the next is asked for
 * takes several times as long as the digests themselves. Pure.
 */

export { AT_ONCE, parts, together };

/** Enough to keep WebCrypto busy; few enough for a phone's memory, and for its screen to tell how far it is. */
const AT_ONCE = 128;

/** The results in the order of the items; at most `AT_ONCE` are under way. */
async function together<Item, Result>(
  items: Iterable<Item>,
  work: (item: Item) => Promise<Result> | Result,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const part of parts([...items])) for (const result of await Promise.all(part.map(work))) results.push(result);
  return results;
}

/** Runs of at most `AT_ONCE` items, in order. */
function* parts<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let n = 0; n < items.length; n += AT_ONCE) yield items.slice(n, n + AT_ONCE);
}
