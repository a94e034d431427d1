/** A door in front of a real node, as a provider's is: what it does not answer itself goes through. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type { AskedCall, DoorAnswer, NodeDoor };
export { openDoor };

interface AskedCall {
  readonly method: string;
  readonly params: readonly unknown[];
}

/** `result` or `error` of JSON-RPC, or an HTTP status without either; null lets the call through. */
type DoorAnswer =
  | { readonly result: unknown }
  | { readonly error: { readonly code: number; readonly message: string } }
  | { readonly status: number }
  | null;

interface NodeDoor {
  readonly url: string;
  close(): Promise<void>;
}

async function openDoor(node: string, answer: (call: AskedCall) => DoorAnswer): Promise<NodeDoor> {
  const server = createServer((request, response) => {
    void (async () => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const body = Buffer.concat(parts);
      const call = JSON.parse(body.toString("utf8")) as AskedCall & { readonly id: number };
      const own = answer(call);
      if (own !== null && "status" in own) return response.writeHead(own.status).end("no");
      if (own !== null) return response.end(JSON.stringify({ jsonrpc: "2.0", id: call.id, ...own }));
      const headers = { "content-type": "application/json" };
      const passed = await fetch(node, { method: "POST", headers, body });
      return response.end(Buffer.from(await passed.arrayBuffer()));
    })().catch(() => request.socket.destroy());
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
