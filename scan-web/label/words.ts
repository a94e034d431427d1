/**
 * Words that labels and their pages print. They stand apart from the pages' messages, for no reader's browser loads them.
 * Chinese is the source; English must have its keys (the type says so) and its placeholders (a test does).
 */
import type { Lang } from "../ui/i18n.ts";

export type { LabelKey };
export { labelWords, tellIn };

const zh = {
  net: "净含量 {net}",
  lot: "批次 {lot}",
  harvested: "采摘 {day}",
  packed: "包装 {day}",
  labelled: "贴标 {day}",
  mark: "印记 {mark}",
  example: "示例数据",
  until: "{from} 至 {until}",
  title: "标签：{product}",
  "note.count": "{count} 个标签，编号 {first} 到 {last}。",
  "note.print": "打印时选“实际大小”或 100%，边距选“无”，不要选“适合页面”。",
  "note.sheet": "A4 整页 40 个（4 列 10 行，每个 52.5 × 29.7 毫米），前面空出 {skip} 个。",
  "note.roll": "每页一个标签，{size} 毫米。纸张大小要和标签一样。",
  "note.shift": "偏移：向右 {x}，向下 {y}，列距 {pitchX}，行距 {pitchY} 毫米。先打一张校准页，再打标签。",
  "note.host": "码里的地址是 {host}：只有这台机器或本地网络能打开。正式打印前请设好 PUBLIC_URL。",
  "note.hidden": "这几行不会打印。",
  "calibration.title": "标签打印校准页",
  "calibration.size":
    "先量尺：上边和左边的尺每格 1 毫米。量得 100 毫米不是 100，就是打印时缩放了：请选“实际大小”，边距“无”。",
  "calibration.lay":
    "把这一页和一张空白标签纸对齐，迎着光看：标签的切口落在四个角的小尺的哪一格。每格 0.5 毫米，0 是应在的地方，右和下为正。",
  "calibration.x": "左边小尺读 a，右边小尺读 b（毫米）：列距 pitchX = (b − a) ÷ 2 × 10，x = a × 10 − pitchX。",
  "calibration.y": "上边小尺读 c，下边小尺读 d（毫米）：行距 pitchY = (d − c) ÷ 8 × 10，y = c × 10 − pitchY。",
  "calibration.unit": "x、y、pitchX、pitchY 都是十分之一毫米，取整数。填好后再打一张校准页，四个小尺都读 0 就对了。",
  "calibration.codes": "用手机扫这三个码。最小能一扫就读出的，就是这台打印机能用的；标签上用 0.5 毫米。",
  "calibration.module": "{size} 毫米",
  "calibration.roll":
    "四条边都应看得见，到纸边都是 1 毫米。左边宽了多少，x 就减多少；上边宽了多少，y 就减多少（十分之一毫米）。",
} as const;

type LabelKey = keyof typeof zh;

const en: Readonly<Record<LabelKey, string>> = {
  net: "Net {net}",
  lot: "Lot {lot}",
  harvested: "Harvested {day}",
  packed: "Packed {day}",
  labelled: "Labelled {day}",
  mark: "Mark {mark}",
  example: "Example data",
  until: "{from} to {until}",
  title: "Labels: {product}",
  "note.count": "{count} labels, numbers {first} to {last}.",
  "note.print": "Print at “actual size” or 100 %, with no margins, never “fit to page”.",
  "note.sheet": "Sheets of A4 with 40 labels (4 columns, 10 rows, 52.5 × 29.7 mm each), the first {skip} left blank.",
  "note.roll": "One label a page, {size} mm. The paper's size must be the label's.",
  "note.shift":
    "Shift: {x} to the right, {y} down, {pitchX} a column, {pitchY} a row, in mm. Print the calibration page first.",
  "note.host":
    "The address in the codes is {host}: only this machine or its network can open it. Set PUBLIC_URL before you print for sale.",
  "note.hidden": "These lines are not printed.",
  "calibration.title": "Calibration page for labels",
  "calibration.size":
    "Measure the rulers first: one step is 1 mm, above and at the left. Where 100 mm are not 100, the printer scaled the page: choose “actual size” and no margins.",
  "calibration.lay":
    "Lay this page on an empty sheet of labels and hold both against the light: read where the cut of the label falls on the small scales in the four corners. One step is 0.5 mm, 0 is where it should be, right and down are positive.",
  "calibration.x": "Left scale a, right scale b (mm): pitchX = (b − a) ÷ 2 × 10, x = a × 10 − pitchX.",
  "calibration.y": "Upper scale c, lower scale d (mm): pitchY = (d − c) ÷ 8 × 10, y = c × 10 − pitchY.",
  "calibration.unit":
    "x, y, pitchX and pitchY are whole tenths of a millimetre. Print this page again with them: all four scales should read 0.",
  "calibration.codes":
    "Scan these three codes. The smallest that is read at once is what this printer can do; labels use 0.5 mm.",
  "calibration.module": "{size} mm",
  "calibration.roll":
    "All four lines should be seen, each 1 mm from the edge. Where the left gap is wider, lower x by as much, where the upper one is, lower y (tenths of a millimetre).",
};

const labelWords: Readonly<Record<Lang, Readonly<Record<LabelKey, string>>>> = { "zh-CN": zh, en };

/** A sentence with its placeholders filled. */
function tellIn(lang: Lang): (key: LabelKey, values?: Readonly<Record<string, string | number>>) => string {
  return (key, values = {}) =>
    labelWords[lang][key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
