/** A place as people read it. Pure. */
import { leftSaid } from "./answers.ts";
import type { Field, Place } from "./model.ts";
import { productOf } from "./place.ts";
import type { Speaker } from "./words.ts";

export { placeAbout, placeName };

function placeName(speaker: Speaker, place: Place, field: Field): string {
  if (place.sort === "plot")
    return place.plot.name === null ? speaker.write(place.plot.code) : speaker.write(place.plot.name);
  const product = productOf(field, place);
  const lot = speaker.say("record.work.lot", { lot: place.lot.lotNumber });
  return product === null ? lot : `${speaker.write(product.name)} ${lot}`;
}

/** What grows there and on how much land; of a lot, what is left. */
function placeAbout(speaker: Speaker, place: Place, field: Field): string {
  if (place.sort === "lot" && place.lot.isTold === true) return speaker.say("record.goods.told");
  if (place.sort === "lot")
    return speaker.say("record.work.lot.left", { amount: leftSaid(speaker, place.lot.left, place.lot.unit) });
  const product = productOf(field, place);
  const grows = product === null ? speaker.say("record.work.unplanted") : speaker.write(product.name);
  const area = leftSaid(speaker, place.planting?.area ?? place.plot.area, "MTK");
  return speaker.write({ list: [grows, area] });
}
