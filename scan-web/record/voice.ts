/**
 * A voice note: the microphone, at most two minutes, as this browser records (WebM with Opus where it can). What is recorded is sealed before
 * it is kept (seal.ts). W3C MediaStream Recording.
 */
import { MAX_SEALED } from "../../protocol/document/sealed.ts";
import { Problem } from "../../protocol/problem.ts";

export type { Voice, VoiceState };
export { MAX_VOICE_S, VoiceNote };

/** asking: the browser asks whether the microphone may be used · done, failed: it is over. */
type VoiceState = "idle" | "asking" | "recording" | "stopping" | "done" | "failed";

interface Voice {
  /** With its media type, without parameters. */
  readonly blob: Blob;
  readonly seconds: number;
}

const MAX_VOICE_S = 120;
/** Speech is clear at this rate, and two minutes of it are some 250 kB. */
const BITS_PER_SECOND = 16_000;
const TYPES = ["audio/webm;codecs=opus", "audio/webm", "audio/mp4", "audio/ogg;codecs=opus"];
/** A piece a second: how much there is already is known in time. */
const PIECE_MS = 1000;

class VoiceNote {
  state: VoiceState = "idle";
  readonly #tell: () => void;
  #recorder: MediaRecorder | null = null;
  #startedMs = 0;
  #isEndAsked = false;

  /** @param tell called after each change of state, and each second of recording */
  constructor(tell: () => void) {
    this.#tell = tell;
  }

  /** Whole seconds so far. */
  get seconds(): number {
    return this.state === "recording"
      ? Math.min(MAX_VOICE_S, Math.floor((performance.now() - this.#startedMs) / 1000))
      : 0;
  }

  /**
   * From the first tap to the end, by {@link end} or by itself after two minutes.
   * @throws Problem `microphone-refused`, `microphone-missing`, `microphone-busy`
   */
  async record(): Promise<Voice> {
    this.#turn("asking");
    let stream: MediaStream | null = null;
    // A call comes, or the page is put away, and may never come back: what was said until then is kept at once.
    const hidden = (): void => {
      if (document.hidden) this.end();
    };
    document.addEventListener("visibilitychange", hidden);
    try {
      stream = await openMicrophone();
      if (this.#isEndAsked) throw new Problem("microphone-refused", "/voice", "ended before it began");
      const voice = await this.#from(stream);
      this.#turn("done");
      return voice;
    } catch (failure) {
      this.#turn("failed");
      throw failure;
    } finally {
      document.removeEventListener("visibilitychange", hidden);
      stream?.getTracks().forEach((track) => track.stop());
    }
  }

  /** Before it has begun: it does not begin. */
  end(): void {
    this.#isEndAsked = true;
    if (this.#recorder?.state !== "recording") return;
    this.#turn("stopping");
    this.#recorder.stop();
  }

  async #from(stream: MediaStream): Promise<Voice> {
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    const recorder = new MediaRecorder(stream, {
      audioBitsPerSecond: BITS_PER_SECOND,
      ...(mimeType === undefined ? {} : { mimeType }),
    });
    this.#recorder = recorder;
    const pieces: Blob[] = [];
    const ended = new Promise<void>((give, fail) => {
      recorder.ondataavailable = ({ data }) => {
        pieces.push(data);
        const size = pieces.reduce((sum, piece) => sum + piece.size, 0);
        // A browser that records at a rate of its own choice: so that what is said can still be sealed.
        if (this.seconds >= MAX_VOICE_S || size > MAX_SEALED * 0.9) this.end();
        this.#tell();
      };
      recorder.onstop = () => give();
      recorder.onerror = () => fail(new Problem("microphone-busy", "/voice", "the recording broke off"));
    });
    recorder.start(PIECE_MS);
    this.#startedMs = performance.now();
    this.#turn("recording");
    await ended;
    const seconds = Math.max(1, Math.round((performance.now() - this.#startedMs) / 1000));
    const type = (recorder.mimeType || mimeType || "audio/webm").split(";")[0] ?? "audio/webm";
    const blob = new Blob(pieces, { type });
    if (blob.size === 0) throw new Problem("microphone-busy", "/voice", "nothing was recorded");
    return { blob, seconds: Math.min(seconds, MAX_VOICE_S) };
  }

  #turn(state: VoiceState): void {
    this.state = state;
    this.#tell();
  }
}

/** Without a secure page or with an old browser there is no `mediaDevices` at all. */
async function openMicrophone(): Promise<MediaStream> {
  const { mediaDevices } = navigator as { readonly mediaDevices?: MediaDevices };
  if (mediaDevices?.getUserMedia === undefined || !("MediaRecorder" in globalThis)) {
    throw new Problem("microphone-missing", "/voice", "this browser records no sound");
  }
  try {
    return await mediaDevices.getUserMedia({ audio: { channelCount: 1, noiseSuppression: true } });
  } catch (failure) {
    const name = failure instanceof DOMException ? failure.name : "";
    if (name === "NotAllowedError" || name === "SecurityError") {
      throw new Problem("microphone-refused", "/voice", "the browser or its user said no");
    }
    if (name === "NotReadableError" || name === "AbortError") {
      throw new Problem("microphone-busy", "/voice", "another app holds the microphone");
    }
    throw new Problem("microphone-missing", "/voice", "there is no microphone");
  }
}
