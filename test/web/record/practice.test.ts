import { expect } from "chai";
import { lessonOf } from "../../../scan-web/record/lesson.ts";
import type { RecordRow } from "../../../scan-web/record/model.ts";
import { isPracticeAt, practiceAddress, realAddress } from "../../../scan-web/record/practice.ts";

const ROW: RecordRow = {
  ...{ id: "1", work: "irrigation", target: null, answers: {}, files: [], note: "", nonce: "0", makes: [] },
  ...{ deviceMs: 0, offsetMs: 0, occurredAtS: 0, state: "saved", why: null, changes: null, changedBy: null },
  ...{ seq: null, entry: 0, group: null, document: null, withdrawn: false },
} as unknown as RecordRow;
const row = (part: Partial<RecordRow>): RecordRow => ({ ...ROW, ...part });

const water = row({ id: "w" });
const picture = row({ id: "p", work: "photo", files: ["cid"], note: "长势好" });
const harvest = row({ id: "h", work: "cutting-vegetables" });

describe("The lesson of practice", () => {
  it("begins with watering, and goes on to what is not done yet, in whatever order it was done", () => {
    expect(lessonOf([]).now).to.equal("water");
    expect(lessonOf([water]).now).to.equal("picture");
    expect(lessonOf([harvest, picture]).now).to.equal("water");
    expect(lessonOf([picture, water]).now).to.equal("harvest");
  });

  it("counts a picture only with a note beside it", () => {
    expect(lessonOf([water, row({ work: "photo", files: ["cid"], note: "  " })]).now).to.equal("picture");
    expect(lessonOf([water, row({ work: "photo", note: "长势好" })]).now).to.equal("picture");
  });

  it("waits until the harvest is on record, and then is done", () => {
    expect(lessonOf([water, picture, harvest]).now).to.equal("record");
    expect(lessonOf([water, picture, row({ ...harvest, state: "going" })]).now).to.equal("record");
    expect(lessonOf([water, picture, harvest, row({ ...harvest, id: "h2", state: "final" })]).now).to.equal(null);
  });

  it("counts nothing that was taken back", () => {
    expect(lessonOf([row({ ...water, withdrawn: true })]).now).to.equal("water");
  });
});

describe("The practice book", () => {
  it("is another page address than the real one", () => {
    expect(isPracticeAt(new URL(practiceAddress(), "https://x.example").search)).to.equal(true);
    expect(isPracticeAt(new URL(realAddress(), "https://x.example").search)).to.equal(false);
  });
});
