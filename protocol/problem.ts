/**
 * Problems: everything that can be wrong with what somebody sends, in one table.
 * Pure code throws `Problem`; `server/http/problem.ts` alone turns it into RFC 9457, pages look its type up in their messages,
 * and `docs/problems.md` is made from this table. A type, once published, keeps its meaning.
 */

export type { ProblemRow, ProblemType };
export { Problem, problems };

/** What one type of problem means: its HTTP status, a title that never changes, and what to do about it. */
interface ProblemRow {
  readonly status: number;
  readonly title: string;
  readonly mend: string;
}

const problems = {
  // The batch as bytes (docs/ledger.md §4 and §9, steps 1–10).
  "batch-too-large": {
    status: 413,
    title: "The batch is too large",
    mend: "Send at most 32,768 bytes in one batch; sign the rest as a second batch with the next nonce.",
  },
  "wrong-version": {
    status: 400,
    title: "The batch has a version that this ledger does not know",
    mend: "Update the app, then sign the batch again.",
  },
  "wrong-chain": {
    status: 400,
    title: "The batch was signed for another chain",
    mend: "Read the chain id from /.well-known/furrow.json and sign the batch again for it.",
  },
  "wrong-ledger": {
    status: 400,
    title: "The batch was signed for another ledger",
    mend: "Read the ledger's address from /.well-known/furrow.json and sign the batch again for it.",
  },
  "recorder-unknown": {
    status: 403,
    title: "The key of this recorder is not enrolled",
    mend: "Ask a manager of the organisation to enrol this key, then send the batch again as it is.",
  },
  "recorder-ended": {
    status: 403,
    title: "The key of this recorder has been ended",
    mend: "Ask a manager of the organisation whether the key was ended on purpose; a new key has to be enrolled.",
  },
  "organisation-stopped": {
    status: 403,
    title: "The organisation has been stopped by the operator",
    mend: "Ask the operator of the ledger why; the batch can be sent again when the organisation is active.",
  },
  "nonce-used": {
    status: 409,
    title: "The nonce of this batch has been spent by another batch",
    mend: "Look at what was recorded under this nonce. If this record is still missing, sign it again with the next nonce.",
  },
  "malformed-batch": {
    status: 400,
    title: "The bytes are not a batch",
    mend: "Encode the batch exactly as docs/ledger.md §4 says; the detail names the place of the first wrong byte.",
  },
  "group-repeated": {
    status: 400,
    title: "Two groups next to each other have the same subject",
    mend: "Put the entries of both groups into one group.",
  },
  "signature-wrong": {
    status: 400,
    title: "The signature does not match the batch and the key",
    mend: "Sign header and root again with the recorder's own key, with s at most n/2.",
  },

  // What an entry asks for (docs/ledger.md §6 and §9, step 11).
  "kind-unknown": {
    status: 400,
    title: "The kind of the entry is not known",
    mend: "Use a kind of docs/ledger.md §6, or update the app.",
  },
  "wrong-length": {
    status: 400,
    title: "The arguments of the entry do not have the length of their kind",
    mend: "Encode the arguments exactly as docs/ledger.md §6 says.",
  },
  "flags-unknown": {
    status: 400,
    title: "A value that is yes or no is neither",
    mend: "Use 1 for yes and 0 for no: a manager's key, packed goods, a drill.",
  },
  "no-role": {
    status: 422,
    title: "The organisation does not have the role for this kind of entry",
    mend: "Ask the operator of the ledger to give the organisation that role.",
  },
  "not-maker": {
    status: 400,
    title: "An entry that makes a subject is not the first of its group",
    mend: "Begin a group of its own with this entry.",
  },
  "wrong-subject-id": {
    status: 400,
    title: "The id of the new subject is not the one of its recorder, nonce and index",
    mend: "Compute the id as docs/ledger.md §3 says, from the nonce of this very batch.",
  },
  "subject-exists": {
    status: 409,
    title: "The subject exists already",
    mend: "Use another index for the new subject.",
  },
  "subject-unknown": {
    status: 422,
    title: "The subject does not exist on the ledger yet",
    mend: "Send the batch that makes it first, or check its id.",
  },
  "not-holder": {
    status: 422,
    title: "The organisation does not hold this subject",
    mend: "Only its holder can write this entry: check the id, or ask the holder.",
  },
  "wrong-sort": {
    status: 422,
    title: "The subject is of another sort than this entry needs",
    mend: "Check the id: the entry's kind says what sort of subject it works on.",
  },
  "not-manager": {
    status: 403,
    title: "Only a manager of the organisation can write this entry",
    mend: "Let a manager of the organisation sign it.",
  },
  "recorder-bound": {
    status: 409,
    title: "The key is bound to an organisation already",
    mend: "Make a new key on the device: a key belongs to one organisation for ever.",
  },
  "not-on-curve": {
    status: 400,
    title: "The key is not a point of the curve P-256",
    mend: "Check both coordinates of the public key.",
  },
  "unit-unknown": {
    status: 400,
    title: "The unit is not known",
    mend: "Use 1 kilogram, 2 square metre, 3 piece or 4 litre.",
  },
  "loss-too-large": {
    status: 400,
    title: "The usual loss is more than the whole",
    mend: "State the usual loss in thousandths of the input, at most 1,000.",
  },
  "level-unknown": {
    status: 400,
    title: "The level of the place is not known",
    mend: "Use 0 field (of a site: any other place), 1 village, 2 township or 3 county.",
  },
  "amount-zero": {
    status: 400,
    title: "An amount is zero",
    mend: "State an amount above zero, or leave the line out.",
  },
  "not-ascending": {
    status: 400,
    title: "The inputs are not in ascending order of their ids",
    mend: "Sort the inputs by id and name each of them once.",
  },
  "touches-itself": {
    status: 400,
    title: "An entry touches the subject of its own group",
    mend: "Take the group's own subject out of the inputs.",
  },
  "count-out-of-range": {
    status: 400,
    title: "There are too few or too many of something",
    mend: "Name 1 to 200 inputs and 1 to 32 outputs, 1 to 100 subjects of a certificate, 1 to 32 ranges of at most 10,000 labels in all, and no index above 65,535.",
  },
  "step-unknown": {
    status: 400,
    title: "The step of the transformation is not known",
    mend: "Use 1 process, 2 pack, 3 split or 4 merge.",
  },
  "products-differ": {
    status: 422,
    title: "The inputs of one harvest are of different products",
    mend: "Write one harvest for each product.",
  },
  "units-differ": {
    status: 422,
    title: "Inputs and outputs are counted in different units",
    mend: "Use subjects of one unit on both sides.",
  },
  "not-enough-area": {
    status: 422,
    title: "The plot does not have that much free area",
    mend: "Plant at most what is free of the plot.",
  },
  "over-cap": {
    status: 422,
    title: "The harvest is more than the planting may bear",
    mend: "Check the weight; the planting's area times its stated yield is the limit.",
  },
  "not-enough-left": {
    status: 422,
    title: "The lot does not have that much left",
    mend: "Use at most what is left of the lot, or check whether it was used already.",
  },
  "more-out-than-in": {
    status: 400,
    title: "More comes out than went in",
    mend: "Check the weights: the outputs together are at most the inputs together.",
  },
  "no-net-content": {
    status: 422,
    title: "The product of this lot is sold loose and has no net content",
    mend: "Pack the lot into a product with a net content before it is labelled.",
  },
  "holder-itself": {
    status: 403,
    title: "The holder cannot be its own third party",
    mend: "Let another organisation record it: a test, an inspection, a statement or a certificate of one's own counts for nothing.",
  },
  "organisation-unknown": {
    status: 422,
    title: "The organisation has not been admitted",
    mend: "Check the number of the organisation, or ask the operator of the ledger to admit it.",
  },
  "validity-empty": {
    status: 400,
    title: "The certificate would never be valid",
    mend: "Give a last day that is later than the first.",
  },
  "reason-unknown": {
    status: 400,
    title: "The reason is not known",
    mend: "Use a reason that docs/ledger.md §6 gives for this kind of entry, and for this sort of subject.",
  },
  "difference-too-large": {
    status: 400,
    title: "The difference is larger than any amount can be",
    mend: "Check what was written and what is right: the difference is at most 1,099,511,627.775 of a unit, more or less.",
  },
  "other-not-needed": {
    status: 400,
    title: "Another subject is named without need",
    mend: "Send 32 zero bytes in its place: this entry changes nothing of another subject.",
  },
  "seq-unknown": {
    status: 422,
    title: "The log of the subject has no such move",
    mend: "Name the number of the move that carries the wrong entry; the detail has the newest.",
  },
  "not-the-making": {
    status: 422,
    title: "Amounts are corrected at the entry that made the subject",
    mend: "Name the first move and its first entry; any other entry can be corrected without a difference.",
  },
  "nothing-to-correct": {
    status: 422,
    title: "The ledger keeps no amount of this entry that could be corrected",
    mend: "Correct it without a difference, and let a note with the right data follow.",
  },
  "no-room": {
    status: 422,
    title: "More would come out than went in",
    mend: "Check the weights: an output can grow by at most what was lost when it was made.",
  },
  "no-link": {
    status: 422,
    title: "The other subject is not what this one was made of",
    mend: "Name an input of the entry that made the subject; an input of which nothing was taken after all cannot be named again.",
  },
  "not-enough-linked": {
    status: 422,
    title: "Less would have been taken than nothing",
    mend: "Take back at most what was taken of the other subject; the detail says how much that is.",
  },
  "differences-differ": {
    status: 400,
    title: "The planting and its plot are to be corrected by different areas",
    mend: "Send the same difference twice: what the planting gains its plot gives.",
  },
  ended: {
    status: 422,
    title: "The season of this planting is over",
    mend: "Record it at the planting that grows there now, or correct what ended the season.",
  },
  "under-way": {
    status: 422,
    title: "The consignment is still under way",
    mend: "Wait until its receiver has received or refused it, or withdraw it; nothing can be taken from it before.",
  },
  "not-under-way": {
    status: 422,
    title: "The consignment is not under way any more",
    mend: "Look at its log: it was received, refused or withdrawn already.",
  },
  "not-offered": {
    status: 422,
    title: "The consignment is not offered to this organisation",
    mend: "Check the id of the consignment: only whom it is offered to can receive or refuse it, and once.",
  },
  "more-than-offered": {
    status: 422,
    title: "More was found than was sent",
    mend: "Ask the sender to correct the amount that was sent while the consignment is under way, or receive at most that.",
  },
  "not-enough-packed": {
    status: 422,
    title: "The lot does not have that much packed",
    mend: "Use at most what is packed of the lot, or say that the goods are loose.",
  },
  "not-whole-pieces": {
    status: 422,
    title: "Packed goods are counted in whole pieces",
    mend: "State a multiple of the product's net content; the detail says how much that is.",
  },
  "not-enough-lost": {
    status: 422,
    title: "More would come back than was lost",
    mend: "Bring back at most what was discarded or lost of the lot; the detail says how much that is.",
  },
  "not-beneficiary": {
    status: 422,
    title: "The certificate or application is not of this organisation",
    mend: "Name a certificate that was issued for it, or an application that it made to this certifier.",
  },
  "already-answered": {
    status: 409,
    title: "The application has been answered already",
    mend: "Look at the certificate that came of it; another certificate needs another application, or none.",
  },
  suspended: {
    status: 422,
    title: "The certificate is suspended",
    mend: "Ask its issuer; it can be claimed again when the suspension is lifted.",
  },
  "not-suspended": {
    status: 422,
    title: "The certificate is not suspended",
    mend: "Nothing has to be lifted: look at the certificate's log.",
  },
  revoked: {
    status: 422,
    title: "The certificate has been revoked",
    mend: "Nothing can be done with it any more: a new certificate is needed.",
  },
  "not-in-force": {
    status: 422,
    title: "The certificate is not in force now",
    mend: "Use a certificate that has begun and not run out, or label without one.",
  },
  "not-in-scope": {
    status: 422,
    title: "The certificate does not speak for this product",
    mend: "Name a certificate whose scope has the lot's product (of a plot that is recalled: the plot), or label without one.",
  },
  "not-enough-volume": {
    status: 422,
    title: "The certificate does not have that much volume left",
    mend: "Label at most what is left of its volume, or ask its issuer for a new certificate; the detail has both amounts.",
  },
  "source-differs": {
    status: 422,
    title: "The labels draw on another lot or certificate",
    mend: "Name the lot and the certificate of the run itself; the detail has the right one.",
  },
  "label-unknown": {
    status: 422,
    title: "The run does not have this label",
    mend: "Count the labels of the run from 0; the detail says how many there are.",
  },
  "label-voided": {
    status: 409,
    title: "The label is void already",
    mend: "Leave it out; the detail says which it is.",
  },
  "ranges-overlap": {
    status: 400,
    title: "The ranges of labels overlap or are not in order",
    mend: "Sort the ranges by their first label and name each label once.",
  },
  "capacity-unknown": {
    status: 400,
    title: "The capacity of the recall is not known",
    mend: "Use 1 as holder, 2 as regulator or 3 as certifier.",
  },
  unasked: {
    status: 422,
    title: "Nobody has asked for this certificate",
    mend: "Recall by a certificate that answers an application or that labels draw on; if there is none, ask an authority to recall the goods.",
  },
  recalled: {
    status: 422,
    title: "The goods have been recalled",
    mend: "Nothing can be taken, packed, labelled or promised of them until whoever recalled them releases them: look at the subject's log.",
  },
  "already-recalled": {
    status: 409,
    title: "The recall stands already",
    mend: "Nothing has to be done: the organisation's recall in this capacity holds. If it is another one, 15 recalls stand, and one of them has to end first.",
  },
  "not-recalled": {
    status: 422,
    title: "No recall of this organisation stands in this capacity",
    mend: "Check the capacity and the id: each organisation ends its own recalls alone.",
  },
  "amount-differs": {
    status: 422,
    title: "The amount is not the one that is booked",
    mend: "State the whole amount that the ledger has; the detail has both.",
  },
  "refused-by-ledger": {
    status: 422,
    title: "The ledger refuses the batch",
    mend: "Read the ledger's reason in the detail; docs/ledger.md §9 says what each reason means.",
  },

  // Values inside forms and documents.
  "hex-unreadable": {
    status: 400,
    title: "The text is not the hex that is expected here",
    mend: "Write 0x and lower-case hex digits, two a byte, of the right length.",
  },
  "text-unreadable": {
    status: 400,
    title: "The text is not well-formed UTF-8",
    mend: "Send the text as UTF-8 without lone surrogates.",
  },
  "amount-unreadable": {
    status: 400,
    title: "The amount cannot be read",
    mend: "Write digits, and after a point at most three decimals.",
  },
  "amount-too-large": {
    status: 400,
    title: "The amount is larger than the ledger can hold",
    mend: "The ledger holds at most 1,099,511,627.775 of a unit: split the lot.",
  },
  "date-impossible": {
    status: 400,
    title: "The date cannot be",
    mend: "Check the date and the clock of the device: it is before the year 2000, or more than a day ahead of the server.",
  },

  // Documents and files.
  "json-unreadable": {
    status: 400,
    title: "The text is not JSON",
    mend: "Send JSON as RFC 8259 says, nested at most 64 deep, with nothing after it.",
  },
  "json-duplicate-key": {
    status: 400,
    title: "An object has the same key twice",
    mend: "Name each key once.",
  },
  "document-not-canonical": {
    status: 400,
    title: "The document is not in its canonical form",
    mend: "Send exactly the bytes that RFC 8785 gives for the document.",
  },
  "document-cid-mismatch": {
    status: 400,
    title: "The bytes do not have the address under which they were sent",
    mend: "Compute the CID from the very bytes that are sent, and send them unchanged.",
  },
  "document-schema": {
    status: 400,
    title: "The document does not have the form of its kind",
    mend: "Mend the field that the pointer names.",
  },
  "document-too-large": {
    status: 413,
    title: "The document is too large",
    mend: "A document may have 256 KiB: put long readings into a file and name it in the document.",
  },
  "document-unknown": {
    status: 422,
    title: "A document that the batch names is not stored here",
    mend: "Put the document under its CID first (PUT /api/documents/{cid}), then send the same batch again.",
  },
  "document-other-subject": {
    status: 422,
    title: "The document speaks of another subject",
    mend: "The document must name the subject of the group in which its entry stands; sign the record again with its own document.",
  },
  "document-not-of-its-kind": {
    status: 422,
    title: "The document is not one of the entry's kind",
    mend: "A test, an inspection, an expert's word, a certificate and a correction say what they say in their document: build it with the form of that kind, and sign the record again.",
  },
  "file-cid-mismatch": {
    status: 400,
    title: "The file does not have the address under which it was sent",
    mend: "Compute the CID from the very bytes that are sent (docs/using-the-api.md says how for files above 1 MiB), and send them unchanged.",
  },
  "file-unknown": {
    status: 422,
    title: "A file that a document names is not stored here",
    mend: "Put the file under its CID first (PUT /api/files/{cid}), then send the same batch again.",
  },
  "form-refused": {
    status: 400,
    title: "A field of the form cannot be taken",
    mend: "Mend the field that the pointer names.",
  },
  "promise-incomplete": {
    status: 422,
    title: "The 承诺达标合格证 lacks an item, or a record that carries its basis",
    mend: "Fill in what the detail names; a basis needs the records that show it.",
  },
  "text-refused": {
    status: 400,
    title: "A text has characters that are not taken",
    mend: "Type the text again without control characters and invisible marks.",
  },
  "text-too-long": {
    status: 400,
    title: "A text is too long",
    mend: "Shorten it to the length that the detail names.",
  },

  // Codes on packages.
  "serial-malformed": {
    status: 400,
    title: "The serial number does not have 14 of its characters",
    mend: "Type the 14 characters below the code once more; the letter U does not occur in them.",
  },
  "serial-wrong-check": {
    status: 400,
    title: "The check character of the serial number does not match",
    mend: "Compare each character with the label: one of them is wrong, or two are swapped.",
  },
  "code-malformed": {
    status: 400,
    title: "The address is not that of a code",
    mend: "Scan the code once more, or type the 14 characters below it.",
  },
  "gtin-wrong-check": {
    status: 400,
    title: "The article number in the code is wrong",
    mend: "Scan the code once more; the last digit of the article number does not match the others.",
  },
  "fingerprint-malformed": {
    status: 400,
    title: "The fingerprint does not have eight of its characters",
    mend: "Type the eight characters beside the code once more.",
  },
  "fingerprint-unknown": {
    status: 409,
    title: "This lot never had a head with this fingerprint",
    mend: "Leave the fingerprint out to print that of the newest head, or take one from the lot's own record.",
  },
  "code-not-issued": {
    status: 404,
    title: "Nobody has issued this code on this ledger",
    mend: "Compare it with the label. If it is the same, the label was not issued by whoever records here.",
  },

  // Invitations of phones.
  "invitation-unknown": {
    status: 404,
    title: "There is no such invitation",
    mend: "Scan the code again, or type its 16 characters once more. An invitation that ended a day ago is not known any more: ask for a new one.",
  },
  "invitation-used": {
    status: 409,
    title: "Another phone has used this invitation",
    mend: "Ask for a new invitation: each lets one phone in.",
  },
  "invitation-ended": {
    status: 410,
    title: "The invitation has ended",
    mend: "Ask for a new one: a manager's holds for 15 minutes, the operator's for 7 days.",
  },

  // The API itself.
  "not-found": {
    status: 404,
    title: "There is nothing at this address",
    mend: "Check the address; what was sent a moment ago may still be on its way.",
  },
  "method-not-allowed": {
    status: 405,
    title: "This address does not know this method",
    mend: "Use one of the methods that the Allow header names.",
  },
  "unsupported-media-type": {
    status: 415,
    title: "The body is of a type that is not taken here",
    mend: "Send the media type that docs/using-the-api.md names for this address.",
  },
  "body-too-large": {
    status: 413,
    title: "The body is larger than its limit",
    mend: "Send less at once; the detail names the limit.",
  },
  "request-invalid": {
    status: 400,
    title: "The request does not have the form that is expected",
    mend: "Mend the field that the pointer names; docs/using-the-api.md shows the form.",
  },
  "headers-too-large": {
    status: 431,
    title: "The head of the request is too large",
    mend: "Send fewer or shorter headers, and a shorter address.",
  },
  "request-late": {
    status: 408,
    title: "The request did not come whole in time",
    mend: "Send it again; on a slow line send less at once.",
  },
  "only-example": {
    status: 403,
    title: "Only where all data is example data",
    mend: "Start a server on an empty folder and try it there: lies are never planted beside real records.",
  },
  starting: {
    status: 503,
    title: "The server is starting",
    mend: "Keep the record and send the same bytes again after the time that Retry-After names.",
  },
  "not-yet-open": {
    status: 503,
    title: "The ledger does not take records yet",
    mend: "The example is still being made: send the same bytes again after the time that Retry-After names.",
  },
  "index-behind": {
    status: 503,
    title: "The ledger is still being read here",
    mend: "Ask again after the time that Retry-After names. Until then this server cannot say that something is not in the ledger.",
  },
  "chain-unavailable": {
    status: 503,
    title: "The chain does not answer",
    mend: "Keep the record and send the same bytes again after the time that Retry-After names.",
  },
  "store-unavailable": {
    status: 503,
    title: "The database of this server does not answer",
    mend: "Keep the record and send the same bytes again after the time that Retry-After names.",
  },
  "too-many-requests": {
    status: 429,
    title: "There were too many requests",
    mend: "Wait for the time that Retry-After names.",
  },
  "too-many-waiting": {
    status: 429,
    title: "Too many batches of this recorder wait already",
    mend: "Send the batches that make what the waiting ones need; keep the others and send them after the time that Retry-After names.",
  },
  "storage-full": {
    status: 507,
    title: "There is no room for it on this server",
    mend: "Keep the record and send the same bytes again later, or to another server; the operator has to make room.",
  },
  "storage-unavailable": {
    status: 503,
    title: "The store of documents and files does not answer",
    mend: "Keep the record and send the same bytes again after the time that Retry-After names.",
  },
  internal: {
    status: 500,
    title: "Something went wrong on the server",
    mend: "Send the same again later; the operator finds the cause in the server's log.",
  },

  // server/blocks, server/http/gateway.ts: blocks, files, CARs
  "block-damaged": {
    status: 500,
    title: "What is stored here has changed",
    mend: "Fetch the block from another gateway: this one holds it damaged. Putting it here again mends it.",
  },
  "block-mismatch": {
    status: 422,
    title: "The bytes do not have this CID",
    mend: "Send the bytes unchanged, or compute the CID again from what is sent.",
  },
  "block-missing": {
    status: 404,
    title: "Not stored here",
    mend: "Check the CID, or ask another gateway.",
  },
  "block-not-cached": {
    status: 412,
    title: "Not stored here, and asked not to look elsewhere",
    mend: "Ask again without Cache-Control: only-if-cached, or ask another gateway.",
  },
  "block-too-large": {
    status: 413,
    title: "The block is too large",
    mend: "Store it as a file: it is then cut into blocks of 1 MiB.",
  },
  "car-too-large": {
    status: 413,
    title: "The CAR is larger than what was asked for",
    mend: "Ask another gateway: this one sends more than belongs to the file.",
  },
  "car-unasked-block": {
    status: 422,
    title: "The CAR holds a block that nobody asked for",
    mend: "Ask another gateway: this one sends what does not belong to the file.",
  },
  "car-unreadable": {
    status: 422,
    title: "Not a CAR of version 1",
    mend: "Ask again with format=car, or ask another gateway.",
  },
  "cid-unreadable": {
    status: 400,
    title: "Not a CID",
    mend: "Copy the address again, whole: a document's begins with bagaaiera, a picture's with bafkrei.",
  },
  "codec-refused": {
    status: 422,
    title: "This kind of node is not read here",
    mend: "Use raw or UnixFS for files and json for documents; format=raw gives the bytes of any block.",
  },
  "dag-too-deep": {
    status: 422,
    title: "The file is nested too deeply",
    mend: "Store it again with 1 MiB chunks and up to 1,024 children a node.",
  },
  "dag-unreadable": {
    status: 422,
    title: "The blocks do not form a file",
    mend: "Store the file again from its source.",
  },
  "file-has-position": {
    status: 422,
    title: "The file says where it was taken",
    mend: "Save it again without place (a picture: re-encode it, or remove EXIF and XMP), then send it. Turn off place in the camera's settings.",
  },
  "upload-missing": {
    status: 404,
    title: "Nothing of this file is here",
    mend: "Begin again: POST /api/uploads with its length and its CID.",
  },
  "upload-offset-wrong": {
    status: 409,
    title: "The part does not begin where the server's ends",
    mend: "Ask by HEAD how much is here, and go on from there.",
  },
  "upload-busy": {
    status: 423,
    title: "Another request works on this upload",
    mend: "Ask by HEAD in a moment how much is here, and go on from there.",
  },
  "upload-request-unreadable": {
    status: 400,
    title: "The upload's headers cannot be read",
    mend: "Send the headers of tus 1.0 as GET /api/openapi.json describes them; the detail names the one that is wrong.",
  },
  "upload-version-unknown": {
    status: 412,
    title: "This version of the protocol of uploads is not spoken",
    mend: "Send Tus-Resumable: 1.0.0 with each request.",
  },
  "file-too-large": {
    status: 413,
    title: "The file is too large",
    mend: "Make it smaller: fewer pixels, fewer pages, a shorter clip.",
  },
  "file-type-refused": {
    status: 415,
    title: "This type of file is not stored",
    mend: "Send JPEG, PNG, WebP, PDF, MP4, WebM, CSV or JSON, or a seal in the one form that is stored (docs/sealed.md).",
  },
  // Pictures, sound and seals, on the phone that takes them.
  "picture-unreadable": {
    status: 415,
    title: "This browser cannot read the picture",
    mend: "Take the picture again with the camera, as JPEG.",
  },
  "microphone-refused": {
    status: 403,
    title: "The microphone was refused",
    mend: "Allow the microphone for this page in the browser's settings, or write the note down.",
  },
  "answer-missing": {
    status: 400,
    title: "A question of the record has no answer",
    mend: "Answer the question that is named, then save again.",
  },
  "nothing-written": {
    status: 400,
    title: "The record says nothing",
    mend: "Add a picture, a voice note or a line of text, then save again.",
  },
  "microphone-missing": {
    status: 501,
    title: "There is no microphone, or this browser records no sound",
    mend: "Write the note down.",
  },
  "microphone-busy": {
    status: 409,
    title: "The microphone is in use",
    mend: "End the call or the other app that uses it, then try again.",
  },
  "seal-too-large": {
    status: 413,
    title: "Too much for one sealed file",
    mend: "Make it shorter or smaller: a sealed file holds about 700 kB.",
  },
  "seal-unreadable": {
    status: 422,
    title: "The sealed file cannot be opened",
    mend: "Open it on a phone of those it was sealed for, or ask the operator.",
  },
  "format-refused": {
    status: 406,
    title: "Not available in this format",
    mend: "Ask with format=raw or format=car, or without a format.",
  },
  "gateway-request-unreadable": {
    status: 400,
    title: "The gateway does not understand the request",
    mend: "See the trustless gateway specification for format, dag-scope and entity-bytes.",
  },
  "hash-refused": {
    status: 422,
    title: "Only sha2-256 is used here",
    mend: "Make the CID with sha2-256.",
  },
  "identity-too-long": {
    status: 422,
    title: "Too many bytes inside the CID",
    mend: "Store the bytes as a block of their own.",
  },
  "not-a-file": {
    status: 400,
    title: "This address is not a file",
    mend: "Ask with format=car, or name a file in the folder.",
  },
  "path-missing": {
    status: 404,
    title: "Nothing of this name in the folder",
    mend: "Check the path, or fetch the folder with format=car.",
  },
  "range-outside": {
    status: 416,
    title: "The range lies outside the file",
    mend: "Ask for bytes below the size in Content-Range.",
  },

  // Labels on paper (docs/labels.md).
  "label-too-small": {
    status: 422,
    title: "What has to stand on the label has no room on it",
    mend: "Take the larger label (60x40), or a shorter address for the codes.",
  },
  "promise-not-printed": {
    status: 409,
    title: "This certificate (承诺达标合格证) is not printed",
    mend: "The detail says what is wrong with it. Ask its issuer for a new one; goods under a recall get none.",
  },
  "labels-mixed": {
    status: 422,
    title: "The serials are of different label runs",
    mend: "Ask for the labels of each run by themselves.",
  },
  "serial-repeated": {
    status: 422,
    title: "A serial is named twice",
    mend: "Name each serial once: no two packages may carry the same.",
  },
  "letter-missing": {
    status: 422,
    title: "The font of the pictures has no such character",
    mend: "Ask for HTML, which is printed in the fonts of your own machine.",
  },
} as const satisfies Record<string, ProblemRow>;

type ProblemType = keyof typeof problems;

/** Somebody's input cannot be taken: the type, the place (a JSON pointer, RFC 6901; "" is the whole) and the fact. */
class Problem extends Error {
  readonly type: ProblemType;
  readonly at: string;
  readonly detail: string;

  constructor(type: ProblemType, at: string, detail: string) {
    super(at === "" ? `${type}: ${detail}` : `${type} at ${at}: ${detail}`);
    this.name = "Problem";
    this.type = type;
    this.at = at;
    this.detail = detail;
  }
}
