/** How many tests of a run passed and failed: what each runner sends to scripts/test.ts when it has finished. */

export type { Count };
export { addCounts, countOfRun, reportCount };

interface Count {
  readonly passed: number;
  readonly failed: number;
}

function addCounts(counts: readonly Count[]): Count {
  return counts.reduce((sum, { passed, failed }) => ({ passed: sum.passed + passed, failed: sum.failed + failed }), {
    passed: 0,
    failed: 0,
  });
}

/**
 * What a finished runner's exit code and message count for: one that crashed before it could count is a failure, and so
 * is one that ended badly though all it counted had passed.
 */
function countOfRun({ code, message }: { readonly code: number; readonly message: unknown }): Count {
  if (!isCount(message)) return { passed: 0, failed: 1 };
  return code !== 0 && message.failed === 0 ? { passed: message.passed, failed: 1 } : message;
}

function isCount(told: unknown): told is Count {
  return (
    typeof told === "object" &&
    told !== null &&
    "passed" in told &&
    "failed" in told &&
    Number.isSafeInteger(told.passed) &&
    Number.isSafeInteger(told.failed)
  );
}

/** Tells the parent, if there is one that listens, and ends this process: a server left open holds nobody up. */
function reportCount(count: Count): void {
  const end = (): never => process.exit(count.failed === 0 ? 0 : 1);
  if (process.send === undefined) end();
  else process.send(count, undefined, undefined, end);
}
