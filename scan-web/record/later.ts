/**
 * What nobody needs in order to record, in one file of its own: loaded when it is first asked for, and kept for being offline with all the rest. One
 * file, since every further one would cut what it shares with the page into more pieces.
 */
import type { Screen } from "./screen.ts";
import { dataUse } from "./screens/data-use.ts";
import { deliver } from "./screens/deliver.ts";
import { goods } from "./screens/goods.ts";
import { invite } from "./screens/invite.ts";
import { join } from "./screens/join.ts";
import { label } from "./screens/label.ts";
import { lesson, lessonLine } from "./screens/lesson.ts";
import { lot, lotCode, toldLot } from "./screens/lot.ts";
import { about, language, me } from "./screens/me.ts";
import { mine, mineOnly, minePage } from "./screens/mine.ts";
import { needsYou, needsYouPage } from "./screens/needs-you.ts";
import { phone, phones, stopping } from "./screens/phones.ts";
import { planting } from "./screens/planting.ts";
import { plot } from "./screens/plot.ts";
import { practice } from "./screens/practice.ts";
import { product } from "./screens/product.ts";
import { isPublic } from "./screens/public.ts";
import { record, recordPicture, withdrawing } from "./screens/record.ts";
import { season } from "./screens/season.ts";
import { barrier, selfTest } from "./screens/self-test.ts";
import { unsent } from "./screens/unsent.ts";
import { welcome } from "./screens/welcome.ts";

export { barrier, laterScreens, lessonLine };

/** In the order of screens.ts, and looked through after it. */
const laterScreens: readonly Screen[] = [
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
