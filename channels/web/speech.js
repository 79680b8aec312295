// Talking and listening through the browser. Both are off until somebody turns them on.

const TROUBLE = {
  "not-allowed": "The microphone is not allowed here. You can allow it in the browser’s settings of this page.",
  "service-not-allowed": "This browser does not let pages turn speech into words.",
  "audio-capture": "I can’t find a microphone.",
  network: "Speech could not be turned into words: the browser’s service can’t be reached.",
  "no-speech": "I heard nothing.",
};

/** Whether this browser turns speech into words. */
export const canHear = () => Boolean(globalThis.SpeechRecognition ?? globalThis.webkitSpeechRecognition);

/** Whether this browser reads aloud. */
export const canSpeak = () => "speechSynthesis" in globalThis && "SpeechSynthesisUtterance" in globalThis;

/** Turns speech into words, one utterance at a time. */
export class Ear {
  #heard = null;

  /**
   * @param {{onWords: (words: string, whole: boolean) => void, onState: (on: boolean) => void,
   *   onTrouble: (sentence: string) => void}} told
   */
  constructor(told) {
    this.told = told;
  }

  get listening() {
    return this.#heard !== null;
  }

  start() {
    if (this.#heard) return;
    const Kind = globalThis.SpeechRecognition ?? globalThis.webkitSpeechRecognition;
    const heard = new Kind();
    heard.lang = navigator.language.startsWith("en") ? navigator.language : "en-GB";
    heard.interimResults = true;
    heard.continuous = false;
    heard.onresult = ({ results }) => {
      const words = Array.from(results, (result) => result[0].transcript).join("").trim();
      if (this.#heard === heard) this.told.onWords(words, results[results.length - 1].isFinal);
    };
    heard.onerror = ({ error }) => error !== "aborted" && this.told.onTrouble(TROUBLE[error] ?? "I could not hear you.");
    heard.onend = () => this.#ended(heard);
    this.#heard = heard;
    try {
      heard.start();
      this.told.onState(true);
    } catch {
      this.#ended(heard);
      this.told.onTrouble(TROUBLE["audio-capture"]);
    }
  }

  /** Takes no more; what was heard so far stays. */
  stop() {
    this.#heard?.stop();
  }

  /** Drops everything. */
  abort() {
    const heard = this.#heard;
    this.#ended(heard);
    heard?.abort();
  }

  #ended(heard) {
    if (!heard || this.#heard !== heard) return;
    this.#heard = null;
    this.told.onState(false);
  }
}

/** Reads answers aloud. */
export class Voice {
  #spoke = false; // a host page may have a voice of its own, which is not cut off

  say(words) {
    if (!canSpeak() || !words.trim()) return;
    this.#spoke = true;
    const said = new SpeechSynthesisUtterance(words);
    said.lang = "en-GB";
    speechSynthesis.speak(said);
  }

  hush() {
    if (this.#spoke) speechSynthesis.cancel();
    this.#spoke = false;
  }
}
