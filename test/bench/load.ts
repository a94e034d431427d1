/**
 * Asks one address as fast as it is answered, from a thread of its own, over connections that stay open.
 * The message that starts it is a {@link Load}; it answers with milliseconds from the first question to the last answer, and each one's.
 */
import { Agent, get } from "node:http";
import { parentPort, Worker } from "node:worker_threads";

export type { Load, Taken };
export { startLoad };

interface Load {
  readonly addresses: readonly string[];
  readonly times: number;
  readonly connections: number;
  readonly headers: Readonly<Record<string, string>>;
}

interface Taken {
  readonly totalMs: number;
  readonly eachMs: readonly number[];
}

/** A thread that asks; `ask` throws where an answer is not 200. */
function startLoad(): { ask(load: Load): Promise<Taken>; end(): Promise<void> } {
  const worker = new Worker(new URL(import.meta.url));
  return {
    ask: (load) =>
      new Promise((done, failed) => {
        worker.once("message", (taken: Taken | { readonly failed: string }) => {
          if ("failed" in taken) failed(new Error(taken.failed));
          else done(taken);
        });
        worker.postMessage(load);
      }),
    async end() {
      await worker.terminate();
    },
  };
}

async function takeAll({ addresses, times, connections, headers }: Load): Promise<Taken> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const eachMs: number[] = [];
  let next = 0;
  const begunMs = performance.now();
  const one = async (): Promise<void> => {
    while (next < times) {
      const address = addresses[next++ % addresses.length] ?? "";
      const askedMs = performance.now();
      await answered(agent, address, headers);
      eachMs.push(performance.now() - askedMs);
    }
  };
  await Promise.all(Array.from({ length: connections }, one));
  agent.destroy();
  return { totalMs: performance.now() - begunMs, eachMs };
}

function answered(agent: Agent, address: string, headers: Load["headers"]): Promise<void> {
  return new Promise((done, failed) => {
    get(address, { agent, headers }, (response) => {
      response.resume();
      response.on("end", () => (response.statusCode === 200 ? done() : failed(new Error(`${response.statusCode}`))));
    }).on("error", failed);
  });
}

parentPort?.on("message", (load: Load) => {
  takeAll(load).then(
    (taken) => parentPort?.postMessage(taken),
    (cause: unknown) => parentPort?.postMessage({ failed: String(cause) }),
  );
});
