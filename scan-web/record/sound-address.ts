/** Where a sound of the phone's own store can be heard from: one address a file, the oldest given back when there are many. */
import type { Notebook } from "./notebook.ts";

export { soundAddress };

const MANY = 8;
const made = new Map<string, string>();

/** Of a sealed one its plain bytes, which this phone alone has. Null: they are not here. */
async function soundAddress(notebook: Notebook, cid: string): Promise<string | null> {
  const known = made.get(cid);
  if (known !== undefined) return known;
  const file = await notebook.file(cid);
  const sound = file?.sealed?.plain ?? file?.blob ?? null;
  if (sound === null || sound.size === 0 || !sound.type.startsWith("audio/")) return null;
  for (const [old, address] of made) {
    if (made.size < MANY) break;
    URL.revokeObjectURL(address);
    made.delete(old);
  }
  const address = URL.createObjectURL(sound);
  made.set(cid, address);
  return address;
}
