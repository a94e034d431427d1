/** HTTPS=on: the listener speaks TLS by a certificate of this machine's own authority (`tls.ts`), and by each one that follows it. */
import { hostname } from "node:os";
import { join } from "node:path";
import { privatePlaces } from "./authority.ts";
import { lanAddresses, type Listener } from "./listen.ts";
import { openTls, type Tls } from "./tls.ts";

export { secure };

interface SecureParts {
  /** The data folder. */
  readonly folder: string;
  /** Where it listens. */
  readonly host: string;
  readonly log: (line: string) => void;
  readonly logError: (line: string, cause?: unknown) => void;
}

/** The certificate is for this machine alone, or for every name and address by which its network finds it. */
async function secure(listener: Listener, { folder, host, log, logError }: SecureParts): Promise<Tls> {
  const isEverywhere = ["::", "0.0.0.0"].includes(host);
  const tls = await openTls({
    ...{ folder: join(folder, "tls"), host: hostname(), log, logError },
    place: () => privatePlaces(hostname(), isEverywhere ? lanAddresses() : [host]),
    nowMs: Date.now,
  });
  listener.secure(tls.pair);
  tls.onRenewed((pair) => listener.secure(pair));
  return tls;
}
