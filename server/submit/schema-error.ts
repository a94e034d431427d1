/** Which of a schema's complaints to tell. Pure. */
import type { ErrorObject } from "ajv";

export { deepest };

/** The deepest place is the nearest to the mistake: above it stand only the `if`s that led there. */
function deepest(errors: readonly ErrorObject[]): ErrorObject | undefined {
  const depth = ({ instancePath }: ErrorObject): number => instancePath.split("/").length;
  return errors.toSorted((a, b) => depth(b) - depth(a))[0];
}
