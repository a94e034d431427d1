/** Labels for tests: what a bag says, and its code. Example data. */
import { FORMATS, type FormatName } from "../../scan-web/label/formats.ts";
import { type Drawing, drawLabel, type Fonts, type Printed } from "../../scan-web/label/label.ts";
import type { Lang } from "../../scan-web/ui/i18n.ts";
import type { CodeDrawing } from "../../scan-web/ui/view.ts";
import { drawingOf } from "../../server/http/drawing.ts";
import { randomSerials } from "./labels.ts";

export { aBag, aDrawing, aPrinted, NAMES, ORIGIN, TEST_FONTS };

const ORIGIN = "https://trace.example.org";
const TEST_FONTS: Fonts = { sans: "Noto Sans SC", serif: "Noto Sans SC" };

/** From one character to the longest that is accepted, in both scripts. */
const NAMES = {
  short: { zh: "茶", en: "Tea" },
  usual: { zh: "云山明前绿茶", en: "Yunshan pre-Qingming green tea" },
  long: {
    zh: "云山高山有机明前一芽一叶手工炒制绿茶礼盒装（特级）",
    en: "Hand-roasted first-flush green tea, one bud and one leaf, gift box",
  },
  word: { en: "Donaudampfschifffahrtsgesellschaftskapitaenstee" },
  chinese: { zh: "云山绿毛茶" },
} as const;

function aPrinted(changes: Partial<Printed> = {}): Printed {
  return {
    product: NAMES.usual,
    net: "250 克",
    lotNumber: "260405-KTWD",
    harvested: [Date.parse("2026-04-01T12:00:00+08:00") / 1000, Date.parse("2026-04-04T12:00:00+08:00") / 1000],
    packedS: Date.parse("2026-04-05T14:00:00+08:00") / 1000,
    labelledS: null,
    holder: { zh: "云山茶业合作社（示例）", en: "Yunshan Tea Cooperative (example)" },
    fingerprint: "7Q4M-K2ZP",
    host: "trace.example.org",
    example: true,
    ...changes,
  };
}

/** A bag of its own, with the longer form of a code. */
function aBag(serial = randomSerials(1)[0] ?? ""): {
  readonly serial: string;
  readonly path: string;
  readonly code: CodeDrawing;
} {
  const path = `/01/09520123456788/10/260405-KTWD/21/${serial}`;
  return { serial, path, code: drawingOf(ORIGIN, path) };
}

function aDrawing(name: FormatName, lang: Lang = "zh-CN", changes: Partial<Printed> = {}, modules = 33): Drawing {
  return drawLabel(aPrinted(changes), { format: FORMATS[name], lang, modules, fonts: TEST_FONTS });
}
