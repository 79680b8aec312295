// Whether Penny is at work on an answer, for this screen's messages and for those of others.

const LONGEST = 45_000; // no answer takes longer

export class Typing {
  #at = new Map(); // message id → timer

  /**
   * @param {HTMLElement} dots seen
   * @param {HTMLElement} words heard by screen readers
   * @param {() => void} onChange
   */
  constructor(dots, words, onChange) {
    this.dots = dots;
    this.words = words;
    this.onChange = onChange;
  }

  set(id, on) {
    clearTimeout(this.#at.get(id));
    if (on) this.#at.set(id, setTimeout(() => this.set(id, false), LONGEST));
    else this.#at.delete(id);
    this.#show();
  }

  clear() {
    this.#at.forEach((timer) => clearTimeout(timer));
    this.#at.clear();
    this.#show();
  }

  #show() {
    const on = this.#at.size > 0;
    if (this.dots.hidden !== on) return;
    this.dots.hidden = !on;
    this.words.textContent = on ? "Penny is typing" : "";
    this.onChange();
  }
}
