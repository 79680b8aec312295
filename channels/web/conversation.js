// The conversation on the screen: each turn once, in the order it was said.

import { chart } from "./charts.js";
import { element, icon, logo } from "./dom.js";
import { blocks, clock, day } from "./render.js";

const PLACES = { telegram: "Telegram", cli: "Terminal", alexa: "Alexa", openai: "Voice assistant", twilio: "Phone" };
const NEAR = 120; // pixels from the end that still count as being there
const AIR = 12; // pixels above what is read next

/**
 * @typedef {{text: string | null, buttons?: {title: string, payload: string}[], image?: string | null,
 *   facts?: any[], chart?: any}} Message
 * @typedef {{message_id: string, at: string, channel: string, said: string, messages: Message[], why?: string}} Turn
 */

/** What Penny begins by herself, told as an event, in the shape that the history has. */
export function turnOfNudge({ id, at, why, text, buttons, facts, chart: data, image }) {
  const message = { text, buttons, facts, chart: data, image: image ?? (data ? `/api/charts/main/${id}/0` : null) };
  return { message_id: id, at, channel: "web", said: "", messages: [message], why };
}

export class Conversation {
  #shown = new Map(); // message id → {item, answered}
  #charts = new Set();
  #lastDay = null;

  /**
   * @param {{log: HTMLElement, scroller: HTMLElement, welcome: HTMLElement}} places
   * @param {{api: import("./api.js").Api, look: () => string, links: import("./render.js").Links,
   *   onPress: (button: {title: string, payload: string}) => void, onAgain: (id: string) => void,
   *   onDrop: (id: string) => void, onDismiss: (id: string) => void}} screen
   */
  constructor({ log, scroller, welcome }, screen) {
    this.log = log;
    this.scroller = scroller;
    this.welcome = welcome;
    this.screen = screen;
  }

  get empty() {
    return this.#shown.size === 0;
  }

  /** The ids of all turns, oldest first. */
  get ids() {
    return [...this.#shown.keys()];
  }

  /**
   * Shows a turn that the server told of, or the answer that a shown message still lacked.
   * @param {Turn} turn
   * @returns {boolean} whether there was anything new in it
   */
  show(turn) {
    const known = this.#shown.get(turn.message_id);
    if (known?.answered) return false;
    if (!known) this.#begin(turn.message_id, turn.said, turn.at, turn.channel);
    this.answer(turn.message_id, turn.messages, turn);
    return true;
  }

  /** Shows what was just said here. @param {import("./outbox.js").Entry} entry */
  say(entry) {
    if (!this.#shown.has(entry.id)) this.#begin(entry.id, entry.said, entry.at, "web");
    this.toEnd();
  }

  /** Shows the answer to a message; a second one changes nothing. */
  answer(id, messages, { at = new Date().toISOString(), said = null, why = "" } = {}) {
    const known = this.#shown.get(id);
    if (!known || known.answered) return;
    known.answered = true;
    this.state(id, "sent");
    const follow = this.#nearEnd();
    const items = messages.filter((message) => message.text || message.image).map((message) => this.#message(message));
    items.at(-1)?.querySelector(".body").append(element("time", { class: "meta", datetime: at }, clock(at)));
    if (said === "") this.#nudge(id, known.item, items, why);
    known.item.append(...items);
    const buttons = messages.flatMap((message) => message.buttons ?? []);
    if (buttons.length && (said === "" || this.ids.at(-1) === id)) items.at(-1)?.querySelector(".body").append(this.#replies(buttons));
    if (follow) this.toEnd();
  }

  /** Marks how far a message has come. */
  state(id, state, sentence = "") {
    const item = this.#shown.get(id)?.item;
    if (!item) return;
    const follow = this.#nearEnd();
    item.querySelector(".failed")?.remove();
    item.querySelector(".mine")?.classList.toggle("sending", state === "sending");
    if (state === "waiting" || state === "failed") item.querySelector(".mine").append(this.#trouble(id, state, sentence));
    if (follow) this.toEnd();
  }

  /** Takes a turn off the screen for good, though the history may bring it again. */
  #dismiss(id) {
    this.#shown.get(id)?.item.remove();
    this.#shown.set(id, { item: element("div"), answered: true });
    this.screen.onDismiss(id);
  }

  /** Takes back what was not sent. Should it have arrived after all, it is shown again. */
  drop(id) {
    this.#shown.get(id)?.item.remove();
    this.#shown.delete(id);
  }

  /** Leaves nothing on the screen; `known` ids stay out of it. */
  clear(known = []) {
    this.log.replaceChildren();
    this.#shown = new Map(known.map((id) => [id, { item: element("div"), answered: true }]));
    this.#charts.clear();
    this.#lastDay = null;
  }

  /** Draws the charts anew, for the colours or the room have changed. */
  redraw() {
    this.#charts.forEach((shown) => shown.redraw());
  }

  /** Goes to the end if the reader was there. */
  follow() {
    if (this.#nearEnd()) this.toEnd();
  }

  /** Goes to the end, but not past the beginning of the newest turn: it is read from there. */
  toEnd() {
    const top = (part) => part.getBoundingClientRect().top;
    const newest = this.log.lastElementChild;
    this.scroller.scrollTop += newest ? top(newest) - top(this.scroller) - AIR : this.scroller.scrollHeight;
  }

  forgetReplies() {
    this.log.querySelectorAll(".turn:not(.nudge) .replies").forEach((replies) => replies.remove());
  }

  #nearEnd(more = 0) {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR + more;
  }

  #begin(id, said, at, channel) {
    this.welcome.hidden = true;
    const name = day(at);
    if (name !== this.#lastDay) this.log.append(element("div", { class: "day" }, element("span", {}, name)));
    this.#lastDay = name;
    const item = element("div", { class: "turn" });
    if (said) {
      this.forgetReplies();
      const where = PLACES[channel] ? ` · ${PLACES[channel]}` : "";
      item.append(element(
        "div",
        { class: "mine" },
        element("span", { class: "unseen" }, "You: "),
        element("div", { class: "bubble", dir: "auto" }, said),
        element("time", { class: where ? "meta told" : "meta", datetime: at }, clock(at) + where),
      ));
    }
    this.log.append(item);
    this.#shown.set(id, { item, answered: false });
  }

  #message(message) {
    const bubble = element("div", { class: "bubble" });
    if (message.facts?.length) bubble.dataset.facts = JSON.stringify(message.facts);
    if (message.text) bubble.append(...blocks(message.text, this.screen.links));
    if (message.image) bubble.append(this.#picture(message));
    const body = element("div", { class: "body" }, element("span", { class: "unseen" }, "Penny: "), bubble);
    return element("div", { class: "penny" }, logo("small"), body);
  }

  // Charts alone are pictures; any other address stays an address.
  #picture({ image, chart: data }) {
    if (!data) return element("p", { dir: "auto" }, image);
    const onShown = (height) => this.#nearEnd(height) && this.toEnd();
    const shown = chart(image, data, { api: this.screen.api, look: this.screen.look, onShown });
    this.#charts.add(shown);
    return shown;
  }

  #replies(buttons) {
    const keys = buttons.map((button) => element("button", { type: "button", dir: "auto", click: () => this.screen.onPress(button) }, button.title));
    return element("div", { class: "replies", role: "group", "aria-label": "Quick replies" }, ...keys);
  }

  #nudge(id, item, items, why) {
    item.classList.add("nudge");
    const body = items.at(-1)?.querySelector(".body");
    if (why) body?.append(element("details", { class: "why" }, element("summary", {}, "Why am I seeing this?"), element("p", { dir: "auto" }, why)));
    items[0]?.querySelector(".bubble").append(element("button", { type: "button", class: "dismiss", "aria-label": "Dismiss this message", title: "Dismiss", click: () => this.#dismiss(id) }, icon("close")));
  }

  #trouble(id, state, sentence) {
    const { onAgain, onDrop } = this.screen;
    const again = element("button", { type: "button", class: "retry", click: () => onAgain(id) }, "Try again");
    const drop = element("button", { type: "button", class: "retry", click: () => onDrop(id) }, state === "waiting" ? "Stop trying" : "Don’t send");
    const words = state === "waiting" ? `${sentence} I keep trying to send this.` : sentence;
    return element("div", { class: "failed", role: "alert" }, element("p", { dir: "auto" }, words), element("div", {}, again, drop));
  }
}
