import { readFileSync } from "node:fs";
import { deflateSync } from "node:zlib";
import { expect } from "chai";
import { inspectFile, MAX_FILE } from "../../../server/blocks/inspect.ts";
import { problemOf } from "./problem-of.ts";

const photo = (name: string) => readFileSync(new URL(`../../vectors/photos/${name}`, import.meta.url));
const utf8 = (text: string) => Buffer.from(text, "utf8");
const latin1 = (text: string) => Buffer.from(text, "latin1");

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A PNG of the given size with further chunks; nothing here checks CRCs or pixels. */
function png(width = 2, height = 2, ...chunks: readonly (readonly [string, Buffer])[]): Buffer {
  const header = Buffer.concat([u32(width), u32(height), Buffer.from([8, 2, 0, 0, 0])]);
  const all = [
    ["IHDR", header],
    ...chunks,
    ["IDAT", deflateSync(Buffer.alloc(14))],
    ["IEND", Buffer.alloc(0)],
  ] as const;
  const body = all.map(([type, data]) => Buffer.concat([u32(data.length), latin1(type), data, u32(0)]));
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), ...body]);
}

/** An extended WebP, 640 × 480, with further chunks. */
function webp(...chunks: readonly (readonly [string, Buffer])[]): Buffer {
  const size = Buffer.alloc(10);
  size.writeUIntLE(639, 4, 3);
  size.writeUIntLE(479, 7, 3);
  const body = [["VP8X", size] as const, ...chunks].map(([type, data]) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(data.length);
    return Buffer.concat([latin1(type), length, data]);
  });
  const all = Buffer.concat([latin1("WEBP"), ...body]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(all.length);
  return Buffer.concat([latin1("RIFF"), length, all]);
}

function box(type: string, ...content: readonly Buffer[]): Buffer {
  const all = Buffer.concat(content);
  return Buffer.concat([u32(all.length + 8), latin1(type), all]);
}

const mp4 = (...content: readonly Buffer[]) =>
  Buffer.concat([box("ftyp", latin1("isom"), u32(512), latin1("isommp42")), box("moov", ...content)]);

/** The header of a WebM, then `more`. */
const webm = (more = Buffer.alloc(0)) =>
  Buffer.concat([
    Buffer.from("1a45dfa3934282847765626d42f7810142f2810442f381", "hex"),
    Buffer.from([8]),
    more,
    Buffer.alloc(64),
  ]);

const pdf = (more = "") => latin1(`%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n${more}\n%%EOF\n`);

/** A little-endian TIFF block: a GPS directory with one latitude, or only a version. */
function exif(gps: "latitude" | "version"): Buffer {
  const bytes = Buffer.alloc(80);
  bytes.write("II*\0", 0, "latin1");
  bytes.writeUInt32LE(8, 4);
  bytes.writeUInt16LE(1, 8); // IFD0 with one entry: the pointer to the GPS directory
  bytes.writeUInt16LE(0x8825, 10);
  bytes.writeUInt16LE(4, 12);
  bytes.writeUInt32LE(1, 14);
  bytes.writeUInt32LE(26, 18);
  bytes.writeUInt16LE(1, 26); // GPS directory with one entry
  bytes.writeUInt16LE(gps === "latitude" ? 2 : 0, 28);
  bytes.writeUInt16LE(gps === "latitude" ? 5 : 1, 30);
  bytes.writeUInt32LE(gps === "latitude" ? 3 : 4, 32);
  bytes.writeUInt32LE(gps === "latitude" ? 44 : 0x00000302, 36);
  for (const [index, value] of [30, 1, 14, 1, 0, 1].entries()) bytes.writeUInt32LE(value, 44 + index * 4);
  return bytes;
}

function jpegWith(segment: Buffer): Buffer {
  const picture = photo("pears-on-tree.jpg");
  const length = Buffer.alloc(2);
  length.writeUInt16BE(segment.length + 2);
  return Buffer.concat([picture.subarray(0, 2), Buffer.from([0xff, 0xe1]), length, segment, picture.subarray(2)]);
}

const xmp = (inside: string) =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description ${inside}/></rdf:RDF></x:xmpmeta>`;
const XMP_PLACE = xmp('exif:GPSLatitude="30,14.2N" exif:GPSLongitude="120,6.1E"');

describe("A file that is sent", () => {
  describe("is taken by its content", () => {
    const taken: readonly (readonly [string, Buffer, string, string])[] = [
      ["JPEG", photo("pears-on-tree.jpg"), "image/jpeg", "jpg"],
      ["PNG", png(), "image/png", "png"],
      ["WebP", webp(), "image/webp", "webp"],
      ["PDF", pdf(), "application/pdf", "pdf"],
      ["MP4", mp4(), "video/mp4", "mp4"],
      ["WebM", webm(), "video/webm", "webm"],
      ["CSV", utf8("day,kg\r\n2025-04-02,12.5\r\n2025-04-03,11\r\n"), "text/csv", "csv"],
      ["CSV with quotes", utf8('plot;note\n1;"said ""fine""; then\nrain"\n'), "text/csv", "csv"],
      ["CSV in Chinese with a byte order mark", utf8("\ufeff地块,重量\n一号,12.5\n"), "text/csv", "csv"],
      ["the leaves of a label run, one a line", utf8(`0x${"ab".repeat(32)}\n`.repeat(3)), "text/csv", "csv"],
      ["JSON", utf8('{"readings":[1,2]}'), "application/json", "json"],
    ];
    for (const [name, bytes, mediaType, extension] of taken) {
      it(name, async () => {
        expect(await inspectFile(bytes)).to.include({ mediaType, extension });
        expect(await inspectFile(bytes, { mediaType })).to.include({ mediaType, extension });
      });
    }
  });

  it("has its width and height read, when it is a picture", async () => {
    expect(await inspectFile(photo("pears-on-tree.jpg"))).to.include({ width: 384, height: 384 });
    expect(await inspectFile(photo("cabbages-in-crate.jpg"))).to.include({ width: 348, height: 348 });
    expect(await inspectFile(png(3, 5))).to.include({ width: 3, height: 5 });
    expect(await inspectFile(webp())).to.include({ width: 640, height: 480 });
  });

  it("may be sound in WebM or MP4, when it is said to be", async () => {
    expect(await inspectFile(webm(), { mediaType: "audio/webm; codecs=opus" })).to.include({ mediaType: "audio/webm" });
    expect(await inspectFile(mp4(), { mediaType: "audio/mp4" })).to.include({ mediaType: "audio/mp4" });
  });

  describe("is refused by its content, whatever it is called", () => {
    const refused: readonly (readonly [string, Buffer])[] = [
      ["nothing at all", Buffer.alloc(0)],
      ["SVG", utf8('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
      ["SVG with a declaration", utf8('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>')],
      ["HTML", utf8("<!doctype html><title>x</title><script>alert(1)</script>")],
      ["HTML with commas", utf8("<p>a,b\n<p>c,d\n")],
      ["GIF", latin1("GIF89a\x01\0\x01\0\0\0\0;")],
      ["HEIC", Buffer.concat([box("ftyp", latin1("heic"), u32(0), latin1("mif1heic"))])],
      ["QuickTime", Buffer.concat([box("ftyp", latin1("qt  "), u32(0))])],
      ["ZIP", Buffer.concat([latin1("PK\x03\x04"), Buffer.alloc(60)])],
      ["ELF", Buffer.concat([latin1("\x7fELF\x02\x01\x01"), Buffer.alloc(60)])],
      ["plain words", utf8("We picked in the morning.\n")],
      ["a table with rows of different length", utf8("a,b\n1,2,3\n")],
      ["a table with an open quote", utf8('a,b\n1,"2\n')],
      ["a table with control characters", utf8("a,b\n1,\x1b[31m2\n")],
      ["a table in another encoding", Buffer.from("b5d8bfe92cd6d8c1bf0a", "hex")],
      ["a picture whose header is cut off", photo("pears-on-tree.jpg").subarray(0, 40)],
      ["a picture of no size", png(0, 5)],
    ];
    for (const [name, bytes] of refused) {
      it(name, async () => {
        expect(await problemOf(inspectFile(bytes))).to.equal("file-type-refused");
      });
    }

    it("HTML that is said to be a picture", async () => {
      expect(await problemOf(inspectFile(utf8("<html>"), { mediaType: "image/jpeg" }))).to.equal("file-type-refused");
    });

    it("a PNG that is said to be a JPEG", async () => {
      expect(await problemOf(inspectFile(png(), { mediaType: "image/jpeg" }))).to.equal("file-type-refused");
    });
  });

  it("is refused with the reason of the JSON reader, when it begins as JSON does", async () => {
    expect(await problemOf(inspectFile(utf8('{"readings":[1,')))).to.equal("json-unreadable");
    expect(await problemOf(inspectFile(utf8('{"kg":1,"kg":2}')))).to.equal("json-duplicate-key");
    expect(await inspectFile(utf8("[plot],kg\n1,2\n"))).to.include({ mediaType: "text/csv" });
  });

  it("is refused when it is larger than the limit, or a picture bomb", async () => {
    expect(await problemOf(inspectFile(Buffer.alloc(MAX_FILE + 1)))).to.equal("file-too-large");
    expect(await problemOf(inspectFile(png(50_000, 50_000)))).to.equal("file-too-large");
  });

  describe("is refused when it says where it was taken", () => {
    const app1 = (block: Buffer) => Buffer.concat([latin1("Exif\0\0"), block]);
    const profile = `\nexif\n${app1(exif("latitude")).length}\n${app1(exif("latitude")).toString("hex")}\n`;
    const placed: readonly (readonly [string, Buffer])[] = [
      ["a drone's JPEG", photo("exif/dji-lens-cap-gps.jpg")],
      ["EXIF in a JPEG", jpegWith(app1(exif("latitude")))],
      ["XMP in a JPEG", jpegWith(latin1(`http://ns.adobe.com/xap/1.0/\0${XMP_PLACE}`))],
      ["a drone's own XMP", jpegWith(latin1(xmp('drone-dji:GpsLongtitude="115.4"')))],
      ["XMP as elements", jpegWith(latin1("<x:xmpmeta><exif:GPSLatitude>30,14N</exif:GPSLatitude></x:xmpmeta>"))],
      [
        "a second picture behind the first",
        Buffer.concat([photo("pears-on-tree.jpg"), jpegWith(app1(exif("latitude")))]),
      ],
      ["EXIF that cannot be read", jpegWith(app1(latin1("II*\0\xff\xff\xff\xff")))],
      ["eXIf in a PNG", png(2, 2, ["eXIf", exif("latitude")])],
      ["XMP in a PNG", png(2, 2, ["iTXt", latin1(`XML:com.adobe.xmp\0\0\0\0\0${XMP_PLACE}`)])],
      [
        "packed XMP in a PNG",
        png(2, 2, ["iTXt", Buffer.concat([latin1("XML:com.adobe.xmp\0\x01\0\0\0"), deflateSync(XMP_PLACE)])]),
      ],
      [
        "a raw profile in a PNG",
        png(2, 2, ["zTXt", Buffer.concat([latin1("Raw profile type exif\0\0"), deflateSync(profile)])]),
      ],
      [
        "text in a PNG that unpacks without end",
        png(2, 2, ["zTXt", Buffer.concat([latin1("a\0\0"), deflateSync(Buffer.alloc(9e6))])]),
      ],
      ["EXIF in a WebP", webp(["EXIF", exif("latitude")])],
      ["EXIF in a WebP, with JPEG's marker", webp(["EXIF", app1(exif("latitude"))])],
      ["XMP in a WebP", webp(["XMP ", latin1(XMP_PLACE)])],
      ["a picture in a PDF", Buffer.concat([pdf(), jpegWith(app1(exif("latitude")))])],
      [
        "©xyz in an MP4",
        mp4(box("udta", box("\xa9xyz", Buffer.from([0, 17, 0x15, 0xc7]), latin1("+30.2370+120.1010/")))),
      ],
      ["loci in an MP4", mp4(box("udta", box("loci", Buffer.alloc(20))))],
      ["Apple's key in an MP4", mp4(box("meta", latin1("mdtacom.apple.quicktime.location.ISO6709")))],
      [
        "a tag in a WebM",
        webm(Buffer.concat([Buffer.from("67c8", "hex"), Buffer.from("8e45a388", "hex"), latin1("LOCATION")])),
      ],
    ];
    for (const [name, bytes] of placed) {
      it(name, async () => {
        expect(await problemOf(inspectFile(bytes))).to.equal("file-has-position");
      });
    }
  });

  it("may have EXIF, XMP and a PDF's words, as long as none gives a place", async () => {
    for (const bytes of [
      jpegWith(Buffer.concat([latin1("Exif\0\0"), exif("version")])),
      jpegWith(latin1(xmp('tiff:Make="Example"'))),
      png(2, 2, ["eXIf", exif("version")], ["tEXt", latin1("Comment\0picked by hand")]),
      webp(["EXIF", exif("version")]),
      pdf("(How GPSLatitude and GPSLongitude are written)"),
    ]) {
      expect(await problemOf(inspectFile(bytes))).to.equal("none");
    }
  });

  describe("made to keep the server busy is done with soon all the same", () => {
    const many = (text: string, count: number) => latin1(text.repeat(count));
    const unpacking = png(
      2,
      2,
      ...Array.from(
        { length: 500 },
        () => ["zTXt", Buffer.concat([latin1("a\0\0"), deflateSync(Buffer.alloc(3e6))])] as const,
      ),
    );
    const busy: readonly (readonly [string, Buffer, string])[] = [
      ["one endless name", png(2, 2, ["tEXt", many("a", 15e6)]), "none"],
      ["names and colons without end", png(2, 2, ["tEXt", many(":Gps", 3e6)]), "none"],
      [
        "empty lines without end",
        png(2, 2, ["zTXt", Buffer.concat([latin1("a\0\0"), deflateSync(many("\n", 4e6))])]),
        "none",
      ],
      ["hundreds of chunks that each unpack to megabytes", unpacking, "file-has-position"],
      ["a million blocks of EXIF", png(2, 2, ["tEXt", many("Exif\0\0II*\0", 1e6)]), "file-has-position"],
      ["a table of one endless row", many("a,", 8e6), "none"],
      ["brackets without end", many("[", 8e6), "json-unreadable"],
      ["one list of millions", latin1(`[${"1,".repeat(8e6)}1]`), "none"],
    ];
    for (const [name, bytes, type] of busy) {
      it(name, async () => {
        expect(await problemOf(inspectFile(bytes))).to.equal(type);
      });
    }
  });
});
