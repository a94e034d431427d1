/** Addresses after `#`: `/mine/:id` against `/mine/7`. Pure. */
import type { Screen } from "./screen.ts";

export type { Found };
export { addressOf, findScreen };

interface Found {
  readonly screen: Screen;
  readonly params: Readonly<Record<string, string>>;
}

/** `#/mine/7` → `/mine/7`; nothing, or what is no address → `/`. */
function addressOf(fragment: string): string {
  const address = fragment.replace(/^#/, "");
  return address.startsWith("/") ? address : "/";
}

/** The first screen whose path fits, group by group. A group that is not well-formed percent-encoding fits none. */
function findScreen(screens: readonly Screen[], address: string): Found | null {
  const parts = partsOf(address);
  if (parts === null) return null;
  for (const screen of screens) {
    const params = fits(screen.path.split("/"), parts);
    if (params !== null) return { screen, params };
  }
  return null;
}

function partsOf(address: string): readonly string[] | null {
  try {
    return address.split("/").map(decodeURIComponent);
  } catch {
    return null;
  }
}

function fits(path: readonly string[], parts: readonly string[]): Record<string, string> | null {
  if (path.length !== parts.length) return null;
  const params: Record<string, string> = {};
  for (const [at, name] of path.entries()) {
    const part = parts[at] ?? "";
    if (name.startsWith(":") && part !== "") params[name.slice(1)] = part;
    else if (name !== part) return null;
  }
  return params;
}
