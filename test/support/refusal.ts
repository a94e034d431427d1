/** What a piece of code refuses, so that a test can say which problem it is and where. */
import { Problem } from "../../protocol/problem.ts";

export { refusal };

/** The Problem that `act` throws, as "type at pointer"; "nothing" when it throws none. Every other error comes through. */
async function refusal(act: () => unknown): Promise<string> {
  try {
    await act();
  } catch (error) {
    if (error instanceof Problem) return error.at === "" ? error.type : `${error.type} at ${error.at}`;
    throw error;
  }
  return "nothing";
}
