/** Lists by page: what they take, and the headers of an answer that is not the last one. */
import { z } from "zod";

export { after, LINK, Limit, NewestFirst, NewestFirstStatement, NEXT_OF_PAGE_BEFORE };

const NEXT_OF_PAGE_BEFORE = "The `next` of the page before.";

const Limit = z.coerce.number().int().min(1).max(200).default(50).meta({ description: "How many at most." });

/** Where a page goes on, in the form that `next` has. */
function after(form: RegExp) {
  return z.string().regex(form, "not the `next` of a page").optional().meta({ description: NEXT_OF_PAGE_BEFORE });
}

/** Of lists by time and subject, and by time and entry. */
const NewestFirst = { limit: Limit, after: after(/^\d{1,12}-0x[0-9a-f]{64}$/) };
const NewestFirstStatement = { limit: Limit, after: after(/^\d{1,12}-0x[0-9a-f]{64}-\d{1,10}-\d{1,5}$/) };

const LINK = { Link: '`<address>; rel="next"` (RFC 8288) where there is a next page.' };
