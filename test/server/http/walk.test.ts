import { expect } from "chai";
import { MOST_LINKS, pageOfWalk } from "../../../server/http/walk.ts";

describe("A page of a walk", () => {
  const many = 300;
  const nodes = Array.from({ length: many }, (_, n) => ({
    ...{ id: `0x${String(n).padStart(64, "0")}`, sort: 57, holder: 1, product: null, depth: n },
  }));
  // Everything went into everything after it: 44,850 links.
  const links = nodes.flatMap(({ id: consumer }, n) =>
    nodes.slice(0, n).map(({ id: input }) => ({ consumer, input, amount: 1 })),
  );

  it("has fewer subjects where they have many links, and the next one goes on there", () => {
    const found = { nodes: [] as string[], links: 0, pages: 0 };
    for (let after: string | null = null; found.pages === 0 || after !== null; found.pages++) {
      const page = pageOfWalk({ nodes, links, cut: false }, many, after);
      expect(page.links.length).to.be.at.most(MOST_LINKS);
      found.nodes.push(...page.nodes.map(({ id }) => id));
      found.links += page.links.length;
      after = page.next;
    }

    expect(found.pages).to.be.greaterThan(4);
    expect(found.nodes).to.deep.equal(nodes.map(({ id }) => id));
    expect(found.links).to.equal(links.length);
  });

  it("has at least one subject, however many links that has", () => {
    const dense = Array.from({ length: MOST_LINKS + 1 }, (_, n) => ({
      consumer: nodes[0]?.id ?? "",
      input: nodes[0]?.id ?? "",
      amount: n,
    }));

    expect(pageOfWalk({ nodes, links: dense, cut: false }, 1, null)).to.include({ next: nodes[0]?.id, cut: true });
  });
});
