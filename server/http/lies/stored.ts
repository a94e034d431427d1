/** Lies in what this server keeps: a row of its index, a picture's file, a document. */
import { bytesOf, hexOf, utf8 } from "../../../protocol/bytes.ts";
import { cidOf, parseCid } from "../../../protocol/cid.ts";
import { attachmentsOf } from "../../../protocol/document/read.ts";
import type { History } from "../../../protocol/history.ts";
import type { Lie, Planted } from "./lie.ts";
import { entryOf, firstMove, flipped, groupBytes, nothingToLieAbout, plantingOf } from "./reading.ts";

export { liesInStore };

/** Within the content digest of a group's first entry (after subject, length, kind and date), so that it still reads as an entry. */
const IN_CONTENT = 36 + 6 + 10;

const liesInStore: readonly Lie[] = [
  {
    name: "index-row",
    says: "one bit in a row of the SQL index: a group of the lot's log",
    finding: "group-not-in-batch",
    where: "index",
    plan: async ({ history }) => {
      const { batch, group } = firstMove(history, history.lot);
      const honest = groupBytes(history, batch, group);
      const planted = hexOf(flipped(bytesOf(honest), IN_CONTENT));
      return { overwrites: [{ kind: "group", batch, group, honest, planted }] };
    },
  },
  {
    name: "picture-bit",
    says: "one bit in the file of a picture on this server's disk",
    finding: "file-altered",
    where: "everywhere",
    plan: async ({ history }, block) => {
      const cid = firstPicture(history);
      const bytes = await block(cid);
      const at = bytes.length >> 1;
      const honest = bytes[at] ?? 0;
      return {
        overwrites: [{ kind: "block", cid, at, honest, planted: honest ^ 1 }],
        // The store itself refuses what it finds damaged; a server that lies gives it out all the same.
        blocks: new Map([[hexOf(parseCid(cid).digest), flipped(bytes, at)]]),
      };
    },
  },
  {
    name: "document-letter",
    says: "one letter in the document of the harvest or processing behind the lot",
    finding: "document-altered",
    where: "everywhere",
    plan: async ({ history }, block) => {
      const cid = documentOfLot(history);
      const text = Buffer.from(await block(cid)).toString("utf8");
      return otherDocument(
        cid,
        text.replace(
          /"eventTime":"(\d{3})(\d)/,
          (_, year: string, digit: string) => `"eventTime":"${year}${(Number(digit) + 1) % 10}`,
        ),
      );
    },
  },
  {
    name: "document-of-another",
    says: "the document of another subject in place of the lot's own",
    finding: "document-altered",
    where: "everywhere",
    plan: async ({ history }, block) => {
      const other = cidOf(entryOf(history, plantingOf(history)).content, "json");
      return otherDocument(documentOfLot(history), Buffer.from(await block(other)).toString("utf8"));
    },
  },
];

function documentOfLot(history: History): string {
  return cidOf(entryOf(history, history.lot).content, "json");
}

function firstPicture(history: History): string {
  for (const text of Object.values(history.documents)) {
    const picture = attachmentsOf(JSON.parse(text)).find(({ mediaType }) => mediaType.startsWith("image/"));
    if (picture !== undefined) return picture.cid;
  }
  throw nothingToLieAbout("the history shows no picture");
}

function otherDocument(cid: string, text: string): Planted {
  return {
    history: (honest) => ({ ...honest, documents: { ...honest.documents, [cid]: text } }),
    blocks: new Map([[hexOf(parseCid(cid).digest), utf8(text)]]),
  };
}
