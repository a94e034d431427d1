/** A QR code in the terminal: half blocks, dark on light whatever the terminal's own colours are, with the whole quiet zone. */
import QRCode from "qrcode";

export { terminalCode };

/** ECMA-48 §8.3.117: black on bright white; and back. */
const DARK_ON_LIGHT = "\u001b[30;107m";
const PLAIN = "\u001b[0m";

/** Lines of text. Level L: what stands on a screen is not dirty, and fewer modules fit into more windows. */
async function terminalCode(text: string): Promise<string> {
  const drawn = await QRCode.toString(text, { type: "utf8", margin: 4, errorCorrectionLevel: "L" });
  const lines = drawn.split("\n").filter((line) => line !== "");
  return lines.map((line) => `${DARK_ON_LIGHT}${line}${PLAIN}`).join("\n");
}
