/** The slowest scan pages with 1,000,000 entries in the index, beside those with 10,000. Filled by phones, through chain and indexer. */
import { join } from "node:path";
import { buildWeb } from "../../scripts/build-web.ts";
import { ROOT } from "../../scripts/house/root.ts";
import { growExample } from "../support/example.ts";
import { Filler } from "./filler.ts";
import { startLoad } from "./load.ts";
import { type Measured, percentile } from "./ratio.ts";

export { many };

const FEW = 10_000;
const TIMES = 2_000;
/** One reader at a time: what is asked is how long a page takes, not how many wait for it. */
const CONNECTIONS = 1;

/** @param most entries in the end */
async function many(most = 1_000_000): Promise<Measured[]> {
  await buildWeb();
  const grown = await growExample({ webFolder: join(ROOT, "dist/web") });
  const load = startLoad();
  try {
    const { bag, serials } = grown.made.example;
    const addresses = serials.map((serial) => new URL(bag.code.replace(bag.serial, serial), grown.furrow.address).href);
    const headers = { accept: "text/html", "accept-language": "zh-CN", "accept-encoding": "br" };
    const slowest = async (): Promise<number> => {
      await load.ask({ addresses, times: 200, connections: CONNECTIONS, headers });
      const { eachMs } = await load.ask({ addresses, times: TIMES, connections: CONNECTIONS, headers });
      return percentile(eachMs, 0.99);
    };
    const filler = await Filler.on(grown.furrow);
    await filler.fillTo(FEW);
    const beside = await slowest();
    await filler.fillTo(most);
    const ours = await slowest();
    const [large, small] = [most, FEW].map((count) => count.toLocaleString("en"));
    const name = `the slowest in a hundred scan pages with ${large} entries in the index, beside ${small}`;
    return [{ name, ours, beside, unit: "ms", goal: { atMost: 2 } }];
  } finally {
    await load.end();
    await grown.end();
  }
}
