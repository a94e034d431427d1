/** The works' scales showed too little: the cooperative denies it, the works answers and books back what was not lost. */
import { bytesOf } from "../../protocol/bytes.ts";
import { answerEvent, disputeEvent } from "../../protocol/document/dispute.ts";
import { receiveEvent } from "../../protocol/document/handover.ts";
import type { JsonObject } from "../../protocol/document/terms.ts";
import type { Words } from "../../protocol/document/text.ts";
import { chinaTime } from "./days.ts";
import type { Lot } from "./lots.ts";
import { correct, seqOf } from "./make-corrections.ts";
import { aboutConsignment, type Consignment } from "./make-handover.ts";
import { partyOf } from "./make-parties.ts";
import type { Maker } from "./maker.ts";

export { disputeReceipt };

const DENIED: Words = {
  zh: "我们的秤当天校过，车上也没有少：到厂少的 12 千克我们不认。",
  en: "Our scales were set that day and nothing was lost on the truck: we deny that 12 kg were missing.",
};
const ANSWERED: Words = {
  zh: "地磅去皮时有一块砝码没有取下，少显示了 12 千克；重新去皮后相符，已改正。",
  en: "A weight was left on the weighbridge when it was tared, so it showed 12 kg too little; tared again it agrees, and is put right.",
};
const HOURS = { disputed: "18:00", answered: "18:30", corrected: "18:40" } as const;

interface Receipt {
  readonly day: string;
  readonly consignment: Consignment;
  /** Of the RECEIVE, the newest entry of the consignment's log. */
  readonly document: JsonObject;
  readonly receivedAt: string;
  readonly shown: bigint;
  readonly right: bigint;
}

/** The lot with what was really there. */
async function disputeReceipt(maker: Maker, receipt: Receipt): Promise<Lot> {
  const { day, consignment, document, receivedAt, shown, right } = receipt;
  const { id, subject, name, product, taken, leg } = consignment;
  const received = await seqOf(maker, subject);
  const at = (hour: keyof typeof HOURS) => `${day} ${HOURS[hour]}`;
  const about = (when: string) => {
    const occurredAtS = chinaTime(when);
    return { subject, lot: name, eventId: maker.eventId(), occurredAtS, example: true };
  };
  await maker.record(leg.sender.phone, at("disputed"), (draft) => {
    const form = { ...about(at("disputed")), seq: received, entry: 0, named: taken.subject, denied: DENIED };
    return draft.write("DISPUTE", {
      ...{ subject: id, occurredAtS: form.occurredAtS },
      document: disputeEvent({ ...form, by: partyOf(leg.sender) }),
      args: { seq: received, entry: 0, named: bytesOf(taken.subject) },
    });
  });
  const disputed = await seqOf(maker, subject);
  await maker.record(leg.receiver.phone, at("answered"), (draft) => {
    const form = { ...about(at("answered")), seq: disputed, answer: ANSWERED };
    return draft.write("ANSWER", {
      ...{ subject: id, occurredAtS: form.occurredAtS },
      document: answerEvent({ ...form, by: partyOf(leg.receiver) }),
      args: { seq: disputed },
    });
  });
  await maker.record(leg.receiver.phone, at("corrected"), async (draft) => {
    const occurredAtS = chinaTime(receivedAt);
    const event = receiveEvent({
      ...aboutConsignment(maker, consignment, occurredAtS),
      ...{ amount: right, offered: consignment.amount },
    });
    const mistake = { writtenAt: at("corrected"), notes: ANSWERED };
    const difference = { own: right - shown };
    await correct(
      draft,
      { id, subject, seq: received, document },
      {
        ...{ mistake, right: idOf(event), difference, why: "found-later" as const },
      },
    );
    await draft.write("NOTE", { subject: id, occurredAtS, document: event, args: {} });
  });
  return { id, subject, name, product, amount: right };
}

/** An event's id, without `urn:uuid:`. */
function idOf({ eventID }: JsonObject): string {
  return String(eventID).replace("urn:uuid:", "");
}
