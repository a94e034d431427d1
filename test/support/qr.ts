/** Reads QR codes out of a picture with ZXing, which shares no code with what draws ours. Its wasm comes from disk. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

export { readQr };

/** Texts of all QR codes in a PNG, e.g. a screenshot, or in bare dots, in no promised order; none gives an empty list. */
async function readQr(png: Uint8Array | ImageData): Promise<string[]> {
  const wasm = await readFile(fileURLToPath(import.meta.resolve("zxing-wasm/reader/zxing_reader.wasm")));
  prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer } });
  const found = await readBarcodes(png, { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 0 });
  return found.filter((code) => code.isValid).map((code) => code.text);
}
