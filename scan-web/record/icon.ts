/**
 * The recorder's picture on a phone's screen: a sprout over furrows, in the colours of tokens.css. Pictures of other sizes are drawn from it when
 * pages are built. Pure.
 */
export { iconSvg };

/**
 * @param shape round: with rounded corners, as it is shown · full: to the edges, for phones that cut it to their own shape; what counts lies
 *   within the middle circle of 80 % (W3C Web Application Manifest, "maskable")
 */
function iconSvg(shape: "round" | "full"): string {
  const drawn = shape === "round" ? "" : ' transform="translate(8 8) scale(.75)"';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64"${shape === "round" ? ' rx="14"' : ""} fill="#2a663c"/><g${drawn} fill="none" stroke="#f6efdd" stroke-linecap="round"><path d="M8 43c14-8 34 8 48 0M11 50c13-7 29 7 42 0M17 57c9-5 21 5 30 0" stroke-width="3.4"/><path d="M32 39V22" stroke-width="3.4"/><path d="M32 24C19 25 13 18 14 8c11-1 18 5 18 16zM32 29c10 1 16-4 17-13-10-2-16 3-17 13z" fill="#f6efdd" stroke="none"/></g></svg>`;
}
