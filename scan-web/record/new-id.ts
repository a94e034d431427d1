/** Ids of drafts and records. Pure but for its randomness. */

export { newId };

/** A UUID of version 4 (RFC 9562 §5.4), which browsers make themselves only since 2021: later than phones that are still carried. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = [...bytes].map((byte, at) =>
    ((at === 6 ? (byte & 15) | 64 : at === 8 ? (byte & 63) | 128 : byte) + 256).toString(16).slice(1),
  );
  return hex.join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
