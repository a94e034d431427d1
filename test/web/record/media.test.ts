import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import exifr from "exifr";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { makeEscrowKey, openSealed } from "../../../server/blocks/seal.ts";
import { inspectFile } from "../../../server/blocks/inspect.ts";
import { RECORD_POLICY } from "../../../server/http/record.ts";
import { ROOT } from "../../../scripts/house/root.ts";
import type * as jpegPart from "../../../scan-web/record/jpeg.ts";
import type * as picturePart from "../../../scan-web/record/picture.ts";
import type * as sealPart from "../../../scan-web/record/seal.ts";
import { makeSealingKey, openSeal, seal } from "../../../scan-web/record/seal.ts";
import type * as voicePart from "../../../scan-web/record/voice.ts";
import { bareJpeg } from "../../../scan-web/record/jpeg.ts";
import { launchBrowser } from "../../support/chromium.ts";
import { bundled } from "../../support/in-browser.ts";

declare const furrow: typeof picturePart & typeof sealPart & typeof voicePart & typeof jpegPart;

const SOURCE = ["picture", "seal", "voice", "jpeg"]
  .map((name) => `export * from "./scan-web/record/${name}.ts";`)
  .join("");
const ADDRESS = "http://localhost:1";
/** All that may stand beside a picture; JFIF itself is no more than its density. */
const EVERYTHING = { tiff: true, exif: true, gps: true, interop: true, xmp: true, icc: true, iptc: true, jfif: false };
const VECTORS = join(ROOT, "test/vectors/photos");

interface Taken {
  readonly picture: Buffer;
  readonly preview: Buffer;
  readonly width: number;
  readonly height: number;
  /** Red, green, blue of the four corners of the picture, from the upper left clockwise. */
  readonly corners: readonly (readonly number[])[];
}

describe("What a phone takes in", function () {
  this.timeout(120_000);
  let browser: Browser;
  let page: Page;

  before(async () => {
    browser = await launchBrowser("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream");
    page = await open(await browser.newContext({ permissions: ["microphone"] }));
  });
  after(() => browser?.close());

  /** A page of the recorder's own policy: only what its policy allows runs here. */
  async function open(context: BrowserContext): Promise<Page> {
    const script = await bundled(SOURCE);
    const made = await context.newPage();
    await made.route(`${ADDRESS}/**`, async (route) => {
      const isScript = route.request().url().endsWith(".js");
      await route.fulfill({
        contentType: isScript ? "text/javascript; charset=utf-8" : "text/html; charset=utf-8",
        headers: { "content-security-policy": RECORD_POLICY },
        body: isScript
          ? `${script};window.furrow=furrow;`
          : `<!doctype html><html lang="en"><title>A phone, for tests</title><link rel="icon" href="data:,"><script src="/phone.js"></script></html>`,
      });
    });
    await made.goto(`${ADDRESS}/`);
    return made;
  }

  async function take(bytes: Uint8Array, type = "image/jpeg"): Promise<Taken> {
    const told = await page.evaluate(
      async ({ base64, type: mediaType }) => {
        const given = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        const { blob, preview, width, height } = await furrow.takePicture(new Blob([given], { type: mediaType }));
        const text = async (part: Blob) => {
          let binary = "";
          for (const byte of new Uint8Array(await part.arrayBuffer())) binary += String.fromCharCode(byte);
          return btoa(binary);
        };
        const bitmap = await createImageBitmap(blob, { imageOrientation: "none" });
        const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
        const context = canvas.getContext("2d");
        if (context === null) throw new Error("no canvas");
        context.drawImage(bitmap, 0, 0);
        const at = (x: number, y: number) => [...context.getImageData(x, y, 1, 1).data.slice(0, 3)];
        const [right, low] = [bitmap.width - 3, bitmap.height - 3];
        const corners = [at(2, 2), at(right, 2), at(right, low), at(2, low)];
        return { picture: await text(blob), preview: await text(preview), width, height, corners };
      },
      { base64: Buffer.from(bytes).toString("base64"), type },
    );
    return { ...told, picture: Buffer.from(told.picture, "base64"), preview: Buffer.from(told.preview, "base64") };
  }

  async function refusal(bytes: Uint8Array, type: string): Promise<string> {
    return await page.evaluate(
      async ({ base64, type: mediaType }) => {
        const given = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        return await furrow.takePicture(new Blob([given], { type: mediaType })).then(
          () => "none",
          (failure: { type?: string; at?: string }) => `${failure.type} ${failure.at}`,
        );
      },
      { base64: Buffer.from(bytes).toString("base64"), type },
    );
  }

  /** A photograph as a camera of so many pixels would give it; `noise` part of it is grain. */
  async function photograph(width: number, height: number, noise: number): Promise<Buffer> {
    const base64 = await page.evaluate(
      async ([wide = 1, high = 1, grain = 0]) => {
        const canvas = new OffscreenCanvas(wide, high);
        const context = canvas.getContext("2d");
        if (context === null) throw new Error("no canvas");
        const sky = context.createLinearGradient(0, 0, wide, high);
        sky.addColorStop(0, "#8fb8d8");
        sky.addColorStop(1, "#3f7d43");
        context.fillStyle = sky;
        context.fillRect(0, 0, wide, high);
        for (let n = 0; n < 4000; n++) {
          context.fillStyle = `hsl(${(n * 37) % 360} 40% ${20 + (n % 60)}%)`;
          context.fillRect((n * 7919) % wide, (n * 104_729) % high, 3 + (n % 90), 2 + (n % 40));
        }
        if (grain > 0) {
          const data = context.getImageData(0, 0, wide, high);
          let seed = 1;
          for (let at = 0; at < data.data.length; at++) {
            seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
            data.data[at] = (data.data[at] ?? 0) * (1 - grain) + (seed % 256) * grain;
          }
          context.putImageData(data, 0, 0);
        }
        const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.95 });
        let binary = "";
        for (const byte of new Uint8Array(await blob.arrayBuffer())) binary += String.fromCharCode(byte);
        return btoa(binary);
      },
      [width, height, noise],
    );
    return Buffer.from(base64, "base64");
  }

  describe("A photograph", () => {
    const REAL = [
      join(VECTORS, "exif/dji-terraces-gps.jpg"),
      join(VECTORS, "exif/dji-lens-cap-gps.jpg"),
      join(VECTORS, "pears-on-tree.jpg"),
      join(ROOT, "scripts/example/pictures/tea-garden-longjing.jpg"),
    ];

    for (const path of REAL) {
      const name = path.slice(path.lastIndexOf("/") + 1);
      it(`holds no word of the camera's any more, at most 200 kB, with a preview of at most 20 kB: ${name}`, async () => {
        const source = await readFile(path);
        const { picture, preview, width, height } = await take(source);

        for (const bytes of [picture, preview]) {
          expect(segmentsOf(bytes).filter((marker) => /^e[1-9a-f]$|^fe$/.test(marker))).to.deep.equal([]);
          for (const word of [
            "Exif",
            "GPS",
            "ns.adobe.com",
            "xmpmeta",
            "ICC_PROFILE",
            "Photoshop",
            "DJI",
            "drone-dji",
          ]) {
            expect(bytes.includes(word), word).to.equal(false);
          }
          expect(await exifr.parse(bytes, EVERYTHING)).to.equal(undefined);
        }
        expect(picture.length).to.be.at.most(200_000);
        expect(preview.length).to.be.at.most(20_000);
        expect(Math.max(width, height)).to.be.at.most(1600);
        expect(await inspectFile(picture, { mediaType: "image/jpeg" })).to.include({ width, height });
        expect(await inspectFile(preview)).to.include({ mediaType: "image/jpeg" });
      });
    }

    it("held all that before: place, time and serial number", async () => {
      for (const path of REAL.slice(0, 2)) {
        const source = await readFile(path);
        const told = (await exifr.parse(source, EVERYTHING)) as Record<string, unknown>;
        expect(told).to.include.keys("latitude", "longitude", "Model");
        expect(source.includes("xmpmeta")).to.equal(true);
      }
    });

    it("of 12 megapixels becomes 1600 pixels long", async () => {
      const source = await photograph(4000, 3000, 0.05);
      const { picture, preview, width, height } = await take(source);

      expect([width, height]).to.deep.equal([1600, 1200]);
      expect(picture.length).to.be.within(20_000, 200_000);
      expect(preview.length).to.be.at.most(20_000);
    });

    it("that is nothing but grain still fits", async () => {
      const { picture, width, height } = await take(await photograph(2400, 1800, 1));

      expect(picture.length).to.be.at.most(200_000);
      expect(width / height).to.be.within(1.32, 1.35);
    });

    it("that is sealed is some 200 kB as a seal", async () => {
      const size = await page.evaluate(async () => {
        const canvas = new OffscreenCanvas(1600, 1200);
        const context = canvas.getContext("2d");
        for (let n = 0; n < 200_000 && context !== null; n++) {
          context.fillStyle = `hsl(${(n * 37) % 360} 60% 50%)`;
          context.fillRect((n * 7919) % 1600, (n * 104_729) % 1200, 4, 3);
        }
        const source = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.98 });
        const { blob } = await furrow.takePicture(source, furrow.MAX_SEALED_PICTURE);
        const { key } = await furrow.makeSealingKey();
        return (await furrow.seal(new Uint8Array(await blob.arrayBuffer()), [key])).length;
      });

      expect(size).to.be.within(100_000, 200_000);
    });

    it("that is small keeps its size, and one that is long its shape", async () => {
      expect(await take(await readFile(join(VECTORS, "pears-on-tree.jpg")))).to.include({ width: 384, height: 384 });
      expect(await take(await photograph(4800, 300, 0))).to.include({ width: 1600, height: 100 });
    });

    it("is upright, however the camera was held", async () => {
      const source = await corners();
      // Of the file's own corners, which stands at the upper left, upper right, lower right, lower left (Exif 2.32 §4.6.4, Orientation).
      const upright = ["0123", "1032", "2301", "3210", "0321", "3012", "2103", "1230"];
      for (const [n, order] of upright.entries()) {
        const { corners: seen, width, height } = await take(withOrientation(source, n + 1));
        expect(seen.map(nearest).join(""), `orientation ${n + 1}`).to.equal(order);
        expect(width > height, `orientation ${n + 1}`).to.equal(n < 4);
      }
    });

    it("may be a PNG with nothing behind it: that is white then", async () => {
      const png = Buffer.from(
        "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNkYPhfz0AEYBxVSF+FAAhKDveksOjmAAAAAElFTkSuQmCC",
        "base64",
      );
      expect(await take(png, "image/png")).to.include({ width: 10, height: 10 });
    });

    it("that cannot be read is refused, with a word of its own for an iPhone's", async () => {
      const heic = Buffer.concat([
        Buffer.from("00000018", "hex"),
        Buffer.from("ftypheic\0\0\0\0mif1heic"),
        Buffer.alloc(500),
      ]);
      const whole = await readFile(join(VECTORS, "pears-on-tree.jpg"));

      expect(await refusal(heic, "image/heic")).to.equal("picture-unreadable /picture/heic");
      expect(await refusal(Buffer.from("no picture"), "image/jpeg")).to.equal("picture-unreadable /picture");
      expect(await refusal(Buffer.alloc(0), "")).to.equal("picture-unreadable /picture");
      expect(await refusal(whole.subarray(0, 60), "image/jpeg")).to.equal("picture-unreadable /picture");
      const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';
      expect(await refusal(Buffer.from(svg), "image/svg+xml")).to.equal("picture-unreadable /picture");
    });

    it("after one that could not be read is taken as if nothing had been", async () => {
      const both = await page.evaluate(async () => {
        const bad = furrow.takePicture(new Blob(["x"])).then(
          () => "taken",
          () => "refused",
        );
        const canvas = new OffscreenCanvas(20, 10);
        canvas.getContext("2d");
        const good = furrow.takePicture(await canvas.convertToBlob({ type: "image/png" })).then(({ width }) => width);
        return await Promise.all([bad, good]);
      });

      expect(both).to.deep.equal(["refused", 20]);
    });

    it("loses what stands behind its end, and is none where it is cut", async () => {
      const whole = await readFile(join(VECTORS, "exif/dji-lens-cap-gps.jpg"));
      const bare = bareJpeg(whole);
      if (bare === null) throw new Error("no JPEG");

      expect(Buffer.from(bare).includes("xmpmeta")).to.equal(false);
      expect(bareJpeg(bare)).to.deep.equal(bare);
      expect(bareJpeg(Buffer.concat([bare, whole]))).to.deep.equal(bare);
      for (const size of [0, 1, 3, 20, bare.length - 2])
        expect(bareJpeg(bare.subarray(0, size)), `${size}`).to.equal(null);
      expect(bareJpeg(new TextEncoder().encode("\x89PNG"))).to.equal(null);
    });

    /** Red, green, blue and white in the corners, wider than high. */
    async function corners(): Promise<Buffer> {
      const base64 = await page.evaluate(async () => {
        const canvas = new OffscreenCanvas(400, 200);
        const context = canvas.getContext("2d");
        if (context === null) throw new Error("no canvas");
        for (const [colour, x, y] of [
          ["#f00", 0, 0],
          ["#0f0", 200, 0],
          ["#00f", 200, 100],
          ["#fff", 0, 100],
        ] as const) {
          context.fillStyle = colour;
          context.fillRect(x, y, 200, 100);
        }
        const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.95 });
        return btoa(String.fromCharCode(...new Uint8Array(await blob.arrayBuffer())));
      });
      return Buffer.from(base64, "base64");
    }
  });

  describe("A seal", () => {
    it("made in the browser is opened by Node, and the other way round", async () => {
      const operator = await makeEscrowKey();
      const content = new TextEncoder().encode("三号茶园：界桩到溪边");
      const made = await page.evaluate(async ({ kty, crv, x, y }) => {
        const own = await furrow.makeSealingKey();
        (globalThis as unknown as { own: typeof own }).own = own;
        const sealed = await furrow.seal(new TextEncoder().encode("三号茶园：界桩到溪边"), [
          own.key,
          { kty, crv, x, y },
        ]);
        return { sealed: [...sealed], key: own.key, isHidden: !own.privateKey.extractable };
      }, operator);
      const sealed = Uint8Array.from(made.sealed);

      expect(made.isHidden).to.equal(true);
      expect(await inspectFile(sealed)).to.include({ mediaType: "application/jose+json" });
      expect(await openSealed(sealed, operator)).to.deep.equal(content);

      const stranger = await makeSealingKey();
      const back = [...(await seal(content, [made.key, stranger.key]))];
      const forOthers = [...(await seal(content, [stranger.key]))];
      expect(await openSeal(Uint8Array.from(back), stranger)).to.deep.equal(content);
      const opened = await page.evaluate(
        async ([one = [], other = []]) => {
          const { own } = globalThis as unknown as { own: sealPart.Opener };
          const text = new TextDecoder().decode(await furrow.openSeal(Uint8Array.from(one), own));
          const refused = await furrow.openSeal(Uint8Array.from(other), own).then(
            () => "opened",
            (failure: { type?: string }) => failure.type,
          );
          return [text, refused];
        },
        [back, forOthers],
      );
      expect(opened).to.deep.equal(["三号茶园：界桩到溪边", "seal-unreadable"]);
    });

    it("is opened with the key that the phone's database keeps", async () => {
      const text = await page.evaluate(async () => {
        const subtle = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, [
          "deriveBits",
          "deriveKey",
        ]);
        const { x = "", y = "" } = await crypto.subtle.exportKey("jwk", subtle.publicKey);
        const opening = indexedDB.open("keys", 1);
        const db = await new Promise<IDBDatabase>((give) => {
          opening.onupgradeneeded = () => opening.result.createObjectStore("kept");
          opening.onsuccess = () => give(opening.result);
        });
        const store = () => db.transaction("kept", "readwrite").objectStore("kept");
        await new Promise((give) => (store().put(subtle.privateKey, "own").onsuccess = give));
        const privateKey = await new Promise<CryptoKey>((give) => {
          const asked = store().get("own") as IDBRequest<CryptoKey>;
          asked.onsuccess = () => give(asked.result);
        });
        const key = { kty: "EC", crv: "P-256", x, y } as const;
        const file = await furrow.sealFile(new Blob(["合同"], { type: "text/plain;charset=utf-8" }), "contract", {
          self: { sealing: key },
          field: { organisation: null, recorders: [] } as unknown as Parameters<typeof furrow.recipientsOf>[1],
        });
        const blob = await furrow.openFile(new Uint8Array(await file.blob.arrayBuffer()), "text/plain", {
          key,
          privateKey,
        });
        return [await blob.text(), file.name, file.mediaType, file.sealed?.what, file.sealed?.mediaType].join(" · ");
      });

      expect(text).to.equal("合同 · contract.json · application/jose+json · contract · text/plain");
    });
  });

  describe("A voice note", () => {
    it("is recorded as WebM with Opus until it is ended, and goes into a seal", async () => {
      const told = await page.evaluate(async () => {
        const states: string[] = [];
        const note: voicePart.VoiceNote = new furrow.VoiceNote(() => {
          if (states.at(-1) !== note.state) states.push(note.state);
        });
        const recording = note.record();
        await new Promise((done) => setTimeout(done, 2500));
        const seconds = note.seconds;
        note.end();
        const voice = await recording;
        let binary = "";
        for (const byte of new Uint8Array(await voice.blob.arrayBuffer())) binary += String.fromCharCode(byte);
        return { states, seconds, voice: voice.seconds, type: voice.blob.type, bytes: btoa(binary) };
      });
      const bytes = Buffer.from(told.bytes, "base64");

      expect(told.states).to.deep.equal(["asking", "recording", "stopping", "done"]);
      expect(told.type).to.equal("audio/webm");
      expect(told.seconds).to.be.at.least(1);
      expect(told.voice).to.be.within(told.seconds, 120);
      expect(bytes.subarray(0, 4).toString("hex")).to.equal("1a45dfa3");
      expect(bytes.includes("A_OPUS")).to.equal(true);
      expect(bytes.length).to.be.lessThan(told.voice * 6000);
      const phone = await makeSealingKey();
      expect(await openSeal(await seal(bytes, [phone.key]), phone)).to.deep.equal(Uint8Array.from(bytes));
    });

    it("ended before it has begun records nothing, and the microphone is let go", async () => {
      const told = await page.evaluate(async () => {
        const note = new furrow.VoiceNote(() => undefined);
        const recording = note.record();
        note.end();
        return await recording.then(
          () => "recorded",
          (failure: { type?: string }) => `${failure.type} ${note.state}`,
        );
      });

      expect(told).to.equal("microphone-refused failed");
    });

    it("is refused in words where the microphone is refused, lacks or is busy, or the browser is too old", async () => {
      const said = async (prepare: string) =>
        await page.evaluate(async (code) => {
          const devices = navigator.mediaDevices;
          const old = devices.getUserMedia.bind(devices);
          const refuse = (name: string) => () => Promise.reject(new DOMException("no", name));
          const { MediaRecorder: recorder } = window;
          if (code === "old") Object.defineProperty(window, "MediaRecorder", { value: undefined, configurable: true });
          else devices.getUserMedia = refuse(code);
          if (code === "old") Reflect.deleteProperty(window, "MediaRecorder");
          try {
            const note = new furrow.VoiceNote(() => undefined);
            return await note.record().then(
              () => "recorded",
              (failure: { type?: string }) => `${failure.type} ${note.state}`,
            );
          } finally {
            devices.getUserMedia = old;
            window.MediaRecorder = recorder;
          }
        }, prepare);

      expect(await said("NotAllowedError")).to.equal("microphone-refused failed");
      expect(await said("NotFoundError")).to.equal("microphone-missing failed");
      expect(await said("NotReadableError")).to.equal("microphone-busy failed");
      expect(await said("old")).to.equal("microphone-missing failed");
    });
  });
});

/** Which of red, green, blue, white a colour is nearest to. */
function nearest(colour: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = colour.map((part) => (part > 128 ? 1 : 0));
  return red + green + blue === 3 ? 3 : red === 1 ? 0 : green === 1 ? 1 : 2;
}

/** Markers of a JPEG's segments up to the scan, as hex. */
function segmentsOf(bytes: Buffer): readonly string[] {
  const found: string[] = [];
  for (let at = 2; at + 4 <= bytes.length && bytes[at + 1] !== 0xda; at += 2 + bytes.readUInt16BE(at + 2)) {
    found.push(bytes.subarray(at + 1, at + 2).toString("hex"));
  }
  return found;
}

/** A JPEG with EXIF that holds the orientation alone. */
function withOrientation(jpeg: Buffer, orientation: number): Buffer {
  const tiff = Buffer.alloc(26);
  tiff.write("MM\0*", 0, "latin1");
  tiff.writeUInt32BE(8, 4);
  tiff.writeUInt16BE(1, 8);
  tiff.writeUInt16BE(0x0112, 10);
  tiff.writeUInt16BE(3, 12);
  tiff.writeUInt32BE(1, 14);
  tiff.writeUInt16BE(orientation, 18);
  const body = Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff]);
  const head = Buffer.from([0xff, 0xe1, 0, body.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
}
