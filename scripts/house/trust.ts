/** HTTPS=on: what a phone has to be told before it can open the server (docs/operate.md). Pure. */
import { isIP } from "node:net";
import { isPrivate } from "../../server/authority.ts";

export { NO_PHONES, trustPage };

const NO_PHONES =
  "no phone is told an address: the server listens at no private IPv4 address in a network (such as 192.168.1.4)";

/**
 * Where a phone reads how to trust the certificate: plain http, at the port that speaks both. Null where no phone could open it.
 * @param at `lanAddress`: in the machine's network, where it listens everywhere; `address`: where it was told to listen
 */
function trustPage(at: { readonly address: string; readonly lanAddress: string | null }): string | null {
  const { host, hostname } = new URL(at.lanAddress ?? at.address);
  const name = hostname.replace(/^\[|\]$/g, "");
  const isHere = name === "localhost" || name === "::1" || name.startsWith("127.");
  return isHere || (isIP(name) !== 0 && !isPrivate(name)) ? null : `http://${host}/ca`;
}
