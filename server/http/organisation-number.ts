/** Numbers of organisations, in queries and in addresses. */
import { z } from "zod";
import { Problem } from "../../protocol/problem.ts";

export { OrganisationNumber, organisationOf };

const MOST = 0xffffff;
const OrganisationNumber = z.coerce.number().int().min(1).max(MOST);

/** Of an address. @throws Problem `not-found` */
function organisationOf(text: string): number {
  const number = /^[1-9]\d{0,7}$/.test(text) ? Number(text) : MOST + 1;
  if (number <= MOST) return number;
  throw new Problem("not-found", "/number", `an organisation's number is 1 to ${MOST}`);
}
