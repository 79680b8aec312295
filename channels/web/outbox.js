// What was said and not answered yet. It survives a reload, goes out in order, and each message
// keeps its id however often it is sent, so the server answers it once.

import { Refused } from "./api.js";
import { newId } from "./dom.js";
import { keep, recall } from "./store.js";

const LONGEST_PAUSE = 20_000;
// What waited longer is not sent without asking: a yes may not be meant any more.
const TOO_OLD = 10 * 60_000;
const OLD = "This was not sent. Shall I send it now?";

/**
 * @typedef {{id: string, text: string, said: string, at: string, since: number, failed?: string}} Entry
 * text is what is sent, said what people read; since is when it was last asked to be sent.
 */

export class Outbox {
  #entries;
  #running = false;
  #stopped = false;
  #goOn = () => {};

  /**
   * @param {import("./api.js").Api} api
   * @param {string} person tells people apart, so that nobody sends what another one said
   * @param {{onAnswer: (id: string, messages: any[]) => void,
   *   onState: (id: string, state: "sending" | "waiting" | "failed", sentence: string) => void,
   *   onSignedOut: () => void}} told
   */
  constructor(api, person, told) {
    this.api = api;
    this.name = `person:${person}:outbox`;
    this.told = told;
    this.#entries = recall("session", this.name, []);
    this.online = () => this.#goOn();
    window.addEventListener("online", this.online);
  }

  /** @returns {Entry[]} what is not answered yet, oldest first */
  get entries() {
    return [...this.#entries];
  }

  /** Takes a message; @returns {Entry} */
  add(text, said = text) {
    const entry = { id: newId(), text, said, at: new Date().toISOString(), since: Date.now() };
    this.#entries.push(entry);
    this.#save();
    return entry;
  }

  /** Sends what waits, one after the other. */
  async run() {
    if (this.#running) return;
    this.#running = true;
    for (let entry; !this.#stopped && (entry = this.#entries.find((one) => !one.failed)); ) await this.#deliver(entry);
    this.#running = false;
  }

  /** Sends a message that failed or waits, now. */
  again(id) {
    const entry = this.#entries.find((one) => one.id === id);
    if (!entry) return;
    entry.since = Date.now();
    delete entry.failed;
    this.#save();
    this.#goOn();
    this.run();
  }

  /** The message is answered, or not wanted any more. */
  settle(id) {
    const left = this.#entries.filter((entry) => entry.id !== id);
    if (left.length === this.#entries.length) return;
    this.#entries = left;
    this.#save();
    this.#goOn();
  }

  /** Stops sending; what is kept stays for the same person. */
  stop() {
    this.#stopped = true;
    window.removeEventListener("online", this.online);
    this.#goOn();
  }

  async #deliver(entry) {
    if (Date.now() - entry.since > TOO_OLD) return this.#fail(entry, OLD);
    for (let tries = 0; !this.#stopped && this.#entries.includes(entry); tries += 1) {
      this.told.onState(entry.id, "sending", "");
      try {
        const answer = await this.api.call("POST", "/api/messages", { text: entry.text, message_id: entry.id });
        if (!this.#stopped) this.#answered(entry, answer.messages);
        return;
      } catch (refused) {
        if (this.#stopped || !this.#entries.includes(entry)) return;
        if (!(refused instanceof Refused)) throw refused;
        if (refused.status === 401) return this.#signedOut();
        if (!passes(refused.status)) return this.#fail(entry, refused.message);
        if (Date.now() - entry.since > TOO_OLD) return this.#fail(entry, refused.message);
        this.told.onState(entry.id, "waiting", refused.message);
        await this.#pause(Math.max(refused.after * 1000, Math.min(LONGEST_PAUSE, 1000 * 2 ** tries)));
      }
    }
  }

  #answered(entry, messages) {
    const waited = this.#entries.includes(entry); // or an event has brought the answer already
    this.settle(entry.id);
    if (waited) this.told.onAnswer(entry.id, messages);
  }

  #fail(entry, sentence) {
    entry.failed = sentence;
    this.#save();
    this.told.onState(entry.id, "failed", sentence);
  }

  #signedOut() {
    this.stop();
    this.told.onSignedOut();
  }

  async #pause(milliseconds) {
    let timer = 0;
    await new Promise((resolve) => {
      this.#goOn = resolve;
      timer = setTimeout(resolve, milliseconds * (0.8 + Math.random() * 0.4));
    });
    clearTimeout(timer);
    this.#goOn = () => {};
  }

  #save() {
    keep("session", this.name, this.#entries.length ? this.#entries : null);
  }
}

// Whether a refusal passes by itself: no way there, too fast, or the server's own trouble.
function passes(status) {
  return status === 0 || status === 408 || status === 429 || status >= 500;
}
