/** Every screen of the recorder, one line each. The first whose path fits is shown, so a plain word stands before a group (`/mine/all`, then `/mine/:id`). */
import type { Screen } from "./screen.ts";
import { ask } from "./screens/ask.ts";
import { begin, beginAt, opened } from "./screens/begin.ts";
import { done, tooLate } from "./screens/done.ts";
import { goods } from "./screens/goods.ts";
import { allWorks, home } from "./screens/home.ts";
import { label } from "./screens/label.ts";
import { lot, lotCode, toldLot } from "./screens/lot.ts";
import { mine, mineOnly, minePage } from "./screens/mine.ts";
import { needsYou, needsYouPage } from "./screens/needs-you.ts";
import { notice, photo } from "./screens/photo.ts";
import { places } from "./screens/places.ts";
import { planting } from "./screens/planting.ts";
import { plot } from "./screens/plot.ts";
import { product } from "./screens/product.ts";
import { record, recordPicture, withdrawing } from "./screens/record.ts";
import { season } from "./screens/season.ts";
import { warn } from "./screens/warn.ts";
import { dataUse } from "./screens/data-use.ts";
import { deliver } from "./screens/deliver.ts";
import { invite } from "./screens/invite.ts";
import { join } from "./screens/join.ts";
import { lesson } from "./screens/lesson.ts";
import { about, language, me } from "./screens/me.ts";
import { phone, phones, stopping } from "./screens/phones.ts";
import { practice } from "./screens/practice.ts";
import { isPublic } from "./screens/public.ts";
import { selfTest } from "./screens/self-test.ts";
import { unsent } from "./screens/unsent.ts";
import { welcome } from "./screens/welcome.ts";

export { screens };

const screens: readonly Screen[] = [
  home,
  allWorks,
  places,
  begin,
  beginAt,
  opened,
  notice,
  ask,
  photo,
  warn,
  done,
  tooLate,
  welcome,
  join,
  selfTest,
  me,
  phones,
  stopping,
  phone,
  invite,
  unsent,
  deliver,
  dataUse,
  isPublic,
  language,
  about,
  practice,
  lesson,
  mine,
  mineOnly,
  minePage,
  needsYou,
  needsYouPage,
  record,
  withdrawing,
  recordPicture,
  goods,
  lot,
  lotCode,
  toldLot,
  label,
  season,
  product,
  plot,
  planting,
];
