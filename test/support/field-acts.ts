/** What people do with the recorder, tap by tap: a work with its answers, a notebook set up, a second phone let in. Example data. */
import { fileURLToPath } from "node:url";
import type { Work } from "../../scan-web/record/model.ts";
import type { FieldPhone } from "./field-phone.ts";

export type { Replies };
export { answer, begin, letIn, made, PHOTOS, record, save, setUp, takePicture };

/**
 * Answers by question. Choices by their ids, with a space between; "15 mu", "25" on the pad; "=green tea": the choice that says so; "": as it is offered.
 * What is not asked by itself is opened where the record is saved.
 */
type Replies = Readonly<Record<string, string>>;

const photo = (name: string): string => fileURLToPath(new URL(`../vectors/photos/${name}`, import.meta.url));
const PHOTOS = { pears: photo("pears-on-tree.jpg"), cabbages: photo("cabbages-in-crate.jpg") } as const;

/** A tap on the work's pictogram, on the first screen or on the one with all of them. */
async function begin(phone: FieldPhone, work: Work["id"]): Promise<void> {
  await phone.go("/");
  const tile = phone.page.locator(`main [data-work="${work}"]`);
  if ((await tile.count()) === 0) await phone.tap('main a[href="#/works"]');
  await phone.tap(tile.first());
}

/** Every question that is asked, up to the screen where the record is saved; what remains is opened there. Nothing is saved yet. */
async function answer(phone: FieldPhone, replies: Replies): Promise<void> {
  const open = new Map(Object.entries(replies));
  for (;;) {
    const ask = await askedOn(phone);
    if (ask === "save") break;
    await reply(phone, ask, open.get(ask) ?? "");
    open.delete(ask);
  }
  for (const [ask, said] of open) {
    if (ask === "note") await phone.type("#note", said);
    else if ((await phone.page.locator(`main [id="${ask}"]`).count()) > 0) await put(phone, ask, said);
    else {
      await phone.tap(`main [data-go="${ask}"]`);
      await reply(phone, ask, said);
    }
  }
}

/** From the pictogram to "it is on this phone"; the record's id. */
async function record(phone: FieldPhone, work: Work["id"], replies: Replies = {}): Promise<string> {
  await begin(phone, work);
  await answer(phone, replies);
  return await save(phone);
}

async function save(phone: FieldPhone): Promise<string> {
  await phone.tap("main .bar .first");
  await phone.at(/^#\/done\//);
  return (await phone.page.evaluate(() => location.hash)).split("/")[2] ?? "";
}

/** What a record made: a lot's id, a plot's. */
async function made(phone: FieldPhone, record: string): Promise<`0x${string}`> {
  const row = (await phone.told()).records.find(({ id }) => id === record);
  const id = row?.makes[0]?.id;
  if (id === undefined) throw new Error(`record ${record} makes nothing`);
  return id;
}

/** On the screen where a record is saved. */
async function takePicture(phone: FieldPhone, file: Parameters<FieldPhone["give"]>[1]): Promise<void> {
  const notice = phone.page.locator('main [data-go="notice"]');
  if ((await notice.count()) > 0) await phone.tap(notice);
  await phone.give('main input[name="picture"]', file);
  await phone.at(/\/save$/);
}

async function askedOn(phone: FieldPhone): Promise<string> {
  await phone.at(/^#\/draft\/[^/]+\/[^/]+$/);
  return (await phone.page.evaluate(() => location.hash)).split("/")[3] ?? "";
}

/** A question on a screen of its own; resolves on the next screen. */
async function reply(phone: FieldPhone, ask: string, said: string): Promise<void> {
  const quick = phone.page.locator(
    `main .choices button[value="${said}"], main .list button[value="${said}"], main .chips button[value="${said}"]`,
  );
  if (said !== "" && !said.startsWith("=") && (await quick.count()) > 0) return await phone.tap(quick.first());
  const named = phone.page.locator("main button.choice", { hasText: said.slice(1) });
  if (said.startsWith("=") && (await named.count()) > 0) return await phone.tap(named.first());
  await put(phone, ask, said);
  await phone.tap("main .bar .first");
}

/** Fills the field of a question in, wherever it stands. */
async function put(phone: FieldPhone, ask: string, said: string): Promise<void> {
  if (said === "") return;
  const { page } = phone;
  const pad = page.locator(`main quantity-pad[data-id="${ask}"]`);
  if ((await pad.count()) > 0) {
    const [text = "", unit] = said.split(" ");
    if (unit !== undefined) await phone.press(pad.locator(`label:has(input[value="${unit}"])`));
    await phone.digits(text);
    return;
  }
  const field = page.locator(`main input[id="${ask}"]`);
  if ((await field.count()) > 0) return await phone.type(field, said);
  if (said.startsWith("=")) return await phone.press(page.locator("main label", { hasText: said.slice(1) }).first());
  for (const id of said.split(" ")) await phone.press(`main label:has(input[value="${id}"])`);
}

interface Farm {
  readonly plot: `0x${string}`;
  readonly planting: `0x${string}`;
}

/** A manager says what is grown and where: fresh leaf, tea in bags of 250 g, a plot of 15 mu and what stands on it. */
async function setUp(phone: FieldPhone): Promise<Farm> {
  const zh = phone.lang === "zh-CN";
  const [leaf, tea] = zh ? ["示例鲜叶", "示例绿茶"] : ["Example leaf", "Example green tea"];
  const begun = async (work: string): Promise<void> => {
    await phone.go("/season");
    await phone.tap(phone.page.locator(`main [data-work="${work}"]`).first());
  };
  await begun("new-product");
  await answer(phone, { name: leaf, crop: "tea", unit: "KGM" });
  await save(phone);
  await begun("new-product");
  await answer(phone, { name: tea, crop: "tea", unit: "KGM", net: "250" });
  await save(phone);
  await begun("new-plot");
  await answer(phone, {
    code: "E-01",
    area: "15 mu",
    name: zh ? "东坡" : "East slope",
    village: zh ? "示例村" : "Example village",
  });
  const plot = await made(phone, await save(phone));
  await phone.go(`/plot/${plot}`);
  await phone.tap('main [data-work="planting"]');
  await answer(phone, { product: `=${leaf}`, area: "12 mu", cap: "400" });
  const planting = await made(phone, await save(phone));
  return { plot, planting };
}

/** The manager's phone shows a code, the other one asks with it, both show one number, and a tap lets it in. `seen` on both numbers. */
async function letIn(manager: FieldPhone, other: FieldPhone, device: string, seen = async () => {}): Promise<void> {
  await manager.go("/me/invite");
  await manager.page.locator("main .letters").waitFor();
  const code = (await manager.text("main .letters")).replace(/[\s-]/g, "");
  await other.go(`/join/${code}`);
  const numbers = await Promise.all([numberOn(other), numberOn(manager)]);
  if (numbers[0] !== numbers[1]) throw new Error(`the phones show ${numbers.join(" and ")}`);
  await seen();
  await manager.type("#device", device);
  await manager.tap('main form[data-do="enrol"] button.first');
  await other.at(/^#\/self-test$/);
}

async function numberOn(phone: FieldPhone): Promise<string> {
  const number = phone.page.locator("main .number", { hasText: /\d{4}-\d{4}/ });
  return /\d{4}-\d{4}/.exec(await number.innerText())?.[0] ?? "";
}
