/** Which network the phone is on, as far as its browser tells (Network Information API: Chrome on Android; others say nothing). */

export type { Network };
export { isCostly, networkNow };

/** unknown: the browser does not tell. */
type Network = "wifi" | "mobile" | "unknown";

interface Connection {
  readonly type?: string;
  readonly saveData?: boolean;
}

function networkNow(): Network {
  const { type } = connection();
  if (type === "wifi" || type === "ethernet") return "wifi";
  return type === "cellular" || type === "bluetooth" || type === "wimax" ? "mobile" : "unknown";
}

/** Only where it is known: a browser that tells nothing would otherwise keep every picture for ever. */
function isCostly(): boolean {
  return networkNow() === "mobile" || connection().saveData === true;
}

function connection(): Connection {
  return (navigator as { readonly connection?: Connection }).connection ?? {};
}
