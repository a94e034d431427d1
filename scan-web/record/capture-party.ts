/** Phones: ENROL and EXPEL, written by a manager about the own organisation. Pure. */
import { organisationId } from "../../protocol/batch.ts";
import { bytesOf, type Hex, hexOf } from "../../protocol/bytes.ts";
import { keyDocument } from "../../protocol/document/master.ts";
import { wordsOf } from "./capture-notes.ts";
import type { Finder } from "./known.ts";
import type { Answers, Jwk } from "./model.ts";
import { type Captured, need, NO_EFFECT, type Said, type Told } from "./said.ts";

export { captureEnrolment, captureExpulsion, enrolAnswers };

/** A new phone as answers, so that it lies in the database like any other record. `recorder`: its address. */
function enrolAnswers(phone: {
  readonly recorder: Hex;
  readonly x: Hex;
  readonly y: Hex;
  readonly sealing: Jwk;
  readonly device: string;
  readonly manager: boolean;
}): Answers {
  const text = (said: string) => ({ type: "text", text: said }) as const;
  return {
    recorder: text(phone.recorder),
    x: text(phone.x),
    y: text(phone.y),
    sealing: text(JSON.stringify(phone.sealing)),
    device: text(phone.device),
    manager: { type: "choice", id: phone.manager ? "yes" : "no" },
  };
}

function captureEnrolment(said: Said, told: Told, find: Finder): Captured {
  const [x, y] = [hexAt(told, "x", 32), hexAt(told, "y", 32)];
  const [manager, device, sealing] = [told.choice("manager") === "yes", told.text("device"), told.text("sealing")];
  const document = keyDocument({
    ...party(said, find),
    ...{ act: "enrol", recorder: hexOf(hexAt(told, "recorder", 20)), manager },
    ...(device === null ? {} : { device: wordsOf(device) }),
    ...(sealing === null ? {} : { sealingKey: JSON.parse(sealing) as Jwk }),
  });
  return captured({ subject: party(said, find).subject, name: "ENROL", args: { manager, x, y }, document });
}

function captureExpulsion(said: Said, told: Told, find: Finder): Captured {
  const recorder = hexAt(told, "recorder", 20);
  const reason = told.text("reason");
  const document = keyDocument({
    ...party(said, find),
    ...{ act: "expel", recorder: hexOf(recorder) },
    ...(reason === null ? {} : { reason: wordsOf(reason) }),
  });
  return captured({ subject: party(said, find).subject, name: "EXPEL", args: { recorder }, document });
}

function captured(stated: Captured["stated"]): Captured {
  return { stated, makes: null, effect: NO_EFFECT };
}

function party({ occurredAtS }: Said, find: Finder) {
  const { number, example } = find.organisation();
  return {
    subject: hexOf(organisationId(number)),
    createdAtS: occurredAtS,
    ...(example ? { example: true } : {}),
  };
}

function hexAt(told: Told, id: string, length: number): Uint8Array {
  return bytesOf(need(told.text(id), id), `/answers/${id}`, length);
}
