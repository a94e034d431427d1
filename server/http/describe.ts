/**
 * How a route is described beside its code: one {@link Operation} a method and path, made of the very schemas that check the
 * input and of schemas of its answers. `openapi.ts` puts them together; a route without one fails a test.
 */
import type { Response } from "express";
import { z } from "zod";
import { type ProblemType, problems } from "../../protocol/problem.ts";

export type { Answer, Body, Operation, Paths, Told };
export {
  AddressHex,
  AmountText,
  answer,
  CidText,
  FromRoot,
  Hash,
  HexBytes,
  ProblemAnswer,
  problemUrn,
  Subject,
  Time,
  typesWith,
};

/** Tags are the parts of docs/api.md and of the page to try the API. */
type Tag = "recording" | "reading" | "codes" | "chain" | "server" | "pages";

interface Body {
  /** Media type → schema; a string: bytes of that type, described in words. */
  readonly content: Readonly<Record<string, z.ZodType | string>>;
  readonly description: string;
  /** A request without one is taken as well. */
  readonly isOptional?: true;
}

interface Answer {
  readonly description: string;
  /** Media type → schema of JSON, or what the bytes are in words. Absent: no body. */
  readonly content?: Readonly<Record<string, z.ZodType | string>>;
  /** Header → what it says. */
  readonly headers?: Readonly<Record<string, string>>;
}

interface Operation {
  /** Name of the call in typed clients; never changes. */
  readonly id: string;
  readonly tag: Tag;
  /** One line, without a full stop. */
  readonly summary: string;
  readonly description?: string;
  readonly path?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  readonly body?: Body;
  readonly answers: Readonly<Record<number, Answer>>;
  /** What it may be refused with, beside what any address may answer (`internal`, an unreadable request). */
  readonly problems?: readonly ProblemType[];
}

/** Path as OpenAPI writes it (`/api/lots/{id}`) → method → operation. */
type Paths = Readonly<Record<string, Readonly<Partial<Record<Method, Operation>>>>>;
type Method = "get" | "head" | "post" | "put" | "patch";

/** What a schema lets through, as our own read-only types have it. */
type Told<T> = T extends readonly (infer Item)[]
  ? readonly Told<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Told<T[Key]> }
    : T;

/** Sends what the schema describes: another shape does not compile. What is sent is not checked again; the tests do that. */
function answer<Schema extends z.ZodType>(response: Response, _schema: Schema, value: Told<z.input<Schema>>): void {
  response.json(value);
}

const hexText = (digits: number, what: string) =>
  z
    .string()
    .regex(new RegExp(`^0x[0-9a-f]{${digits}}$`), `not 0x and ${digits} lower-case hex digits`)
    .meta({
      description: what,
    });

const Hash = hexText(64, "32 bytes: 0x and 64 lower-case hex digits.").meta({
  id: "Hash",
});
const Subject = hexText(64, "A subject's id: 0x and 64 lower-case hex digits.").meta({
  id: "Subject",
  example: `0x${"0".repeat(63)}1`,
});
const AddressHex = hexText(40, "20 bytes: 0x and 40 lower-case hex digits.").meta({ id: "Address" });
const HexBytes = z
  .string()
  .regex(/^0x(?:[0-9a-f]{2})*$/)
  .meta({
    id: "Bytes",
    description: "Bytes: 0x and lower-case hex digits, two a byte.",
  });
const AmountText = z
  .string()
  .regex(/^\d{1,10}(?:\.\d{1,3})?$/)
  .meta({
    id: "Amount",
    description: "Decimal, at most three places, in the unit named beside it.",
    example: "9.997",
  });
const Time = z.iso.datetime().meta({ id: "Time", description: "RFC 3339, UTC." });
const CidText = z.string().min(1).max(200).meta({
  description: "CIDv1 in base32 over sha2-256.",
  example: "bagaaieragpezqjkqtgqf3l2rvgcmj56xhu6puhqjnsj2b6k4wvdk4thlslkq",
});
const FromRoot = z.string().meta({
  description: "An absolute address, or one from the root of the host that answered.",
});

const TYPE_PREFIX = "urn:furrow:problem:";

/** Types are names, not pages: docs/problems.md explains each. */
function problemUrn(type: ProblemType): `urn:furrow:problem:${ProblemType}` {
  return `${TYPE_PREFIX}${type}`;
}

const allTypes = Object.keys(problems) as ProblemType[];

const ProblemAnswer = z
  .object({
    type: z.enum(allTypes.map(problemUrn)).meta({
      description: "What it is; docs/problems.md explains each type.",
    }),
    title: z.string().meta({ description: "The type in words; never changes." }),
    status: z.int().min(400).max(599),
    detail: z.string().meta({ description: "What was found." }),
    pointer: z.string().meta({
      description: "The field, as JSON Pointer (RFC 6901); empty: the whole request.",
    }),
    mend: z.string().meta({ description: "What to do." }),
  })
  .meta({ id: "Problem", description: "Problem details (RFC 9457)." });

/** Every type that is answered with one of these statuses. */
function typesWith(...statuses: readonly number[]): readonly ProblemType[] {
  return allTypes.filter((type) => statuses.includes(problems[type].status));
}
