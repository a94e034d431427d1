/** The example's two photographs, with what they really show and whose they are (pictures/SOURCE.md). Reads files. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Credit } from "../../protocol/document/attachment.ts";
import type { Words } from "../../protocol/document/text.ts";
import type { Look } from "./season.ts";

export type { ExamplePicture };
export { PICTURES, readPicture };

interface ExamplePicture {
  readonly file: string;
  readonly caption: Words;
  readonly credit: Credit;
}

const PICTURES: Readonly<Record<Look["picture"], ExamplePicture>> = {
  flower: {
    file: "tea-flower-leaves.jpg",
    caption: {
      zh: "示例图片：温室里一株茶树的叶和花，不是这家合作社的茶园",
      en: "Example picture: leaves and flower of a tea plant in a conservatory, not of this cooperative",
    },
    credit: {
      author: "James Steakley",
      licence: "CC BY-SA 3.0",
      source: 'Wikimedia Commons, "Camellia sinensis (Boltz Conservatory).JPG"',
      changes: { zh: "裁切并缩小", en: "cropped and made smaller" },
    },
  },
  garden: {
    file: "tea-garden-longjing.jpg",
    caption: {
      zh: "示例图片：杭州龙井梅家坞的茶园，不是这家合作社的茶园",
      en: "Example picture: tea gardens at Meijiawu, Longjing, Hangzhou, not of this cooperative",
    },
    credit: {
      author: "Peter K Burian",
      licence: "CC BY-SA 4.0",
      source: 'Wikimedia Commons, "Longjing Tea field, Dragon Well area, Meijiawu China.jpg"',
      changes: { zh: "缩小，去掉元数据", en: "made smaller, metadata dropped" },
    },
  },
};

async function readPicture({ file }: ExamplePicture): Promise<Uint8Array> {
  return new Uint8Array(await readFile(join(import.meta.dirname, "pictures", file)));
}
