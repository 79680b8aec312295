// Where messages are written or spoken.

import { Ear, canHear } from "./speech.js";

const TALLEST = 160; // pixels; a longer text scrolls
const CALM = "Ask about your money…";

export class Composer {
  /**
   * @param {(id: string) => any} part finds a part of the screen
   * @param {{settings: any, onSend: (text: string) => void, askToListen: () => void, onListening: () => void}} told
   */
  constructor(part, { settings, onSend, askToListen, onListening }) {
    this.form = part("composer");
    this.words = part("words");
    this.mic = part("mic");
    this.note = part("trouble");
    this.settings = settings;
    this.onSend = onSend;
    this.limit = 2_000;
    this.ear = new Ear({
      onWords: (words, whole) => this.#heard(words, whole),
      onState: (on) => {
        if (on) onListening();
        this.showMic();
      },
      onTrouble: (sentence) => this.trouble(sentence),
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.words.addEventListener("input", () => this.#fit());
    this.words.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.submit();
    });
    this.mic.addEventListener("click", () => {
      if (!settings.listening) askToListen();
      else if (this.ear.listening) this.ear.stop();
      else this.listen();
    });
  }

  listen() {
    this.trouble("");
    this.ear.start();
  }

  submit() {
    this.ear.abort();
    const text = this.words.value.trim();
    if (!text) return;
    if (text.length > this.limit) {
      const most = this.limit.toLocaleString("en-GB");
      this.trouble(`That is a lot to read: please stay under ${most} characters. This has ${text.length.toLocaleString("en-GB")}.`);
      return;
    }
    this.fill("");
    this.onSend(text);
  }

  /** Puts words into the box. */
  fill(text) {
    this.words.value = text;
    this.#fit();
  }

  /** A sentence above the box; an empty one takes it away. */
  trouble(sentence) {
    this.note.textContent = sentence;
  }

  focus() {
    if (matchMedia("(hover: hover)").matches) this.words.focus(); // no keyboard popping up on phones
  }

  /** Shows whether the microphone is on, ready, or turned off. */
  showMic() {
    const { listening } = this.ear;
    this.mic.hidden = !canHear();
    this.mic.dataset.state = !this.settings.listening ? "off" : listening ? "on" : "ready";
    this.mic.setAttribute("aria-pressed", String(listening));
    const label = !this.settings.listening ? "Speak (voice input is off)" : listening ? "Stop listening" : "Speak";
    this.mic.setAttribute("aria-label", label);
    this.mic.title = label;
    this.words.placeholder = listening ? "Listening…" : CALM;
  }

  #heard(words, whole) {
    this.fill(words);
    if (whole && this.settings.sendHeard) this.submit();
    else if (whole) this.words.focus();
  }

  #fit() {
    this.words.style.height = "auto";
    this.words.style.height = `${Math.min(this.words.scrollHeight, TALLEST)}px`;
    this.form.classList.toggle("filled", this.words.value.trim() !== "");
    if (this.words.value.length <= this.limit) this.trouble("");
  }
}
