import { Problem } from "../../../protocol/problem.ts";

/** The type of the Problem that `work` ends in, "none" if it ends well; other errors go through. */
export async function problemOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Problem) return error.type;
    throw error;
  }
  return "none";
}
