import { expect } from "chai";
import { bytesOf } from "../../protocol/bytes.ts";
import { comparingNumber, makeInvitation, printInvitation, readInvitation } from "../../protocol/invitation.ts";
import { primitives } from "../support/primitives.ts";

const key = { x: bytesOf(`0x${"11".repeat(32)}`), y: bytesOf(`0x${"22".repeat(32)}`) };

describe("An invitation's code", () => {
  it("is 16 characters of 32, printed in fours", () => {
    const code = makeInvitation(Uint8Array.from({ length: 16 }, (_, n) => n * 17));

    expect(code).to.equal("0H2K4N6Q8SAVCXEZ");
    expect(printInvitation(code)).to.match(/^(\w{4}-){3}\w{4}$/);
    expect(readInvitation(printInvitation(code))).to.equal(code);
  });

  it("is read in any case, with spaces, hyphens and look-alikes", () => {
    expect(readInvitation(" 0123-4567 89ab-cdef ")).to.equal("0123456789ABCDEF");
    expect(readInvitation("OI23-4567-89AB-CDEF")).to.equal("0123456789ABCDEF");
  });

  it("is none with a character too few, too many or of another alphabet", () => {
    for (const text of ["", "0123456789ABCDE", "0123456789ABCDEF0", "0123456789ABCDEU", "0123456789ABCDE浇"])
      expect(readInvitation(text), text).to.equal(null);
  });
});

describe("The comparing number", () => {
  it("is the one of its vector", async () => {
    // sha256 of the 16 characters, 32 bytes of 11 and 32 of 22 begins f71f74c27a6c779a, which is 17807079830272636826.
    expect(await comparingNumber(primitives, "0123456789ABCDEF", key)).to.equal("7263-6826");
  });

  it("is another one for another key or another code", async () => {
    const number = await comparingNumber(primitives, "0123456789ABCDEF", key);

    expect(await comparingNumber(primitives, "0123456789ABCDEG", key)).not.to.equal(number);
    expect(await comparingNumber(primitives, "0123456789ABCDEF", { x: key.y, y: key.x })).not.to.equal(number);
  });
});
