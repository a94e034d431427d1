/**
 * The region from which a page was opened, as coarsely as its operator's table or proxy says it; the address itself is
 * looked at here and kept nowhere.
 */
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import type { Request } from "express";

export { RegionError, regionReader };

/** The table cannot be used; the message is one sentence for the operator. */
class RegionError extends Error {
  override readonly name = "RegionError";
}

interface Source {
  /** Name of a header, in lower case. */
  readonly header: string | null;
  /** File of lines `network/bits,region`. */
  readonly table: string | null;
}

const MAX_NAME = 64;
const IPV4_IN_6 = 0xffffn << 32n;

/** @throws RegionError that names the line */
function regionReader({ header, table }: Source): (request: Request) => string | null {
  const networks = table === null ? null : readTable(table);
  return (request) => {
    if (header !== null) return named(request.get(header) ?? "");
    return networks === null ? null : networks(request.ip ?? "");
  };
}

/** Letters, digits and what stands in names of places; nothing else is worth counting. */
function named(text: string): string | null {
  const name = text.trim().normalize("NFC");
  return /^[\p{L}\p{M}\p{N} ._,'()-]+$/u.test(name) ? name.slice(0, MAX_NAME) : null;
}

/** The narrowest network that holds an address. */
function readTable(path: string): (address: string) => string | null {
  const byBits = new Map<number, Map<bigint, string>>();
  for (const [n, line] of read(path).split(/\r?\n/).entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const [, network = "", bitsText = "", region = ""] = /^([0-9a-fA-F:.]+)\/(\d{1,3}),(.+)$/.exec(line.trim()) ?? [];
    const value = numberOf(network);
    const bits = Number(bitsText) + (isIP(network) === 4 ? 96 : 0);
    const name = named(region);
    if (value === null || bits > 128 || name === null) {
      throw new RegionError(`Line ${n + 1} of the region table ${path} is not network/bits,region.`);
    }
    const networks = byBits.get(bits) ?? new Map<bigint, string>();
    networks.set(value >> BigInt(128 - bits), name);
    byBits.set(bits, networks);
  }
  const widths = [...byBits.keys()].sort((a, b) => b - a);
  return (address) => {
    const value = numberOf(address);
    if (value === null) return null;
    for (const bits of widths) {
      const region = byBits.get(bits)?.get(value >> BigInt(128 - bits));
      if (region !== undefined) return region;
    }
    return null;
  };
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new RegionError(`The region table ${path} cannot be read.`, { cause });
  }
}

/** 128 bits; an IPv4 address as IPv6 maps it, whichever way it is written. */
function numberOf(address: string): bigint | null {
  const text = address.split("%")[0] ?? "";
  if (isIP(text) === 4) return IPV4_IN_6 | text.split(".").reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
  if (isIP(text) !== 6) return null;
  const last = /(\d+\.\d+\.\d+\.\d+)$/.exec(text)?.[1];
  const tail = last === undefined ? null : (numberOf(last) ?? 0n) & 0xffff_ffffn;
  const plain =
    tail === null
      ? text
      : `${text.slice(0, -String(last).length)}${(tail >> 16n).toString(16)}:${(tail & 0xffffn).toString(16)}`;
  const [head = "", rest] = plain.split("::");
  const words = (part: string) => part.split(":").filter((word) => word !== "");
  const before = words(head);
  const after = rest === undefined ? [] : words(rest);
  const zeros = Array.from({ length: rest === undefined ? 0 : 8 - before.length - after.length }, () => "0");
  return [...before, ...zeros, ...after].reduce((sum, word) => (sum << 16n) | BigInt(`0x${word}`), 0n);
}
