/** The example of docs/ledger.md §1: the first case of batch.json, a line a field. */
import { bytesOf, hexOf, Reader } from "../../protocol/bytes.ts";
import type { VectorFile } from "./world.ts";

export { exampleOf };

function exampleOf({ cases }: VectorFile): string {
  const [first] = cases;
  const text = (name: string): string => {
    const value = first?.[name];
    if (typeof value !== "string") throw new Error(`the first case of batch.json has no ${name}`);
    return value;
  };
  const reader = new Reader(bytesOf(text("bytes")));
  const lines: string[] = [];
  const say = (bytes: Uint8Array | string, words: string) => {
    const hex = typeof bytes === "string" ? bytes.slice(2) : hexOf(bytes).slice(2);
    lines.push(`${hex.padEnd(64)}  ${words}`.trimEnd());
  };
  const field = (length: number, words: string) => say(reader.take(length), words);

  lines.push("header");
  field(1, "version");
  field(8, "chainId");
  field(20, "ledger");
  field(20, "recorder");
  field(8, "nonce: 7");
  field(32, "seen");
  lines.push("group 0");
  field(32, "subject: the lot");
  field(4, "length of its entries: 40");
  field(1, "entry 0: kind 34, NOTE");
  field(5, "  occurredAt: 2026-04-02T01:00:00Z");
  field(32, "  content: digest of its document");
  field(2, "  length of its args: 0");
  lines.push("signature");
  field(32, "r");
  field(32, "s");
  reader.done();
  lines.push("not sent, computed");
  say(text("root"), "root = leaf 0 = sha256(00 ‖ group 0)");
  say(text("batch"), "batch = sha256(header ‖ root)");
  return `\`\`\`text\n${lines.join("\n")}\n\`\`\``;
}
