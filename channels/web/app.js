// One person's chat on this screen: who is there, what is shown, what is sent.

import { Api } from "./api.js";
import { Composer } from "./composer.js";
import { Conversation, turnOfNudge } from "./conversation.js";
import { listen } from "./events.js";
import { askToListen, openMenu } from "./menu.js";
import { Outbox } from "./outbox.js";
import { spoken } from "./render.js";
import { CALM, Screen } from "./screen.js";
import { showSignIn } from "./sign_in.js";
import { Voice } from "./speech.js";
import { forgetPeople, keep, recall } from "./store.js";
import { Typing } from "./typing.js";

const AWAY = "You’re offline. What you write is sent when you are back.";
const LOST = "Reconnecting…";
const AGAIN = 3_000;
const MOST_DISMISSED = 50;
const SMALL = 560; // pixels; the width from which there is room for a wide chart

export class App extends Screen {
  me = null;
  api = null;
  #conversation = null;
  #outbox = null;
  #stopListening = () => {};
  #caughtUp = Promise.resolve();
  #typing;
  #retry = 0;

  /**
   * @param {HTMLElement} root what `shell` made
   * @param {{base: string, assertion: () => (() => Promise<string>) | null, theme: () => string | null,
   *   onNews: () => void}} host
   */
  constructor(root, host) {
    super(root, host);
    this.voice = new Voice();
    this.#typing = new Typing(this.part("typing"), this.part("typing-text"), () => this.#conversation?.follow());
    this.composer = new Composer((id) => this.part(id), {
      settings: this.settings,
      onSend: (text) => this.send(text),
      askToListen: () => askToListen(this),
      onListening: () => this.voice.hush(),
    });
    this.part("menu").addEventListener("click", () => openMenu(this));
    this.part("hush").addEventListener("click", () => this.set({ speaking: false }));
    this.part("examples").addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (button) this.#press({ payload: button.lastChild.textContent });
    });
    this.#watch();
    this.paint();
    this.composer.showMic();
  }

  // --- who is there ---------------------------------------------------------------

  /** Finds out who is there and shows their conversation. Whoever was there before is gone. */
  async begin() {
    this.leave();
    const assertion = this.host.assertion();
    const api = new Api(this.host.base, assertion);
    this.api = api;
    api.onRenewed = async (me) => this.#same(me, api);
    if (!assertion && this.host.base !== location.origin) {
      const open = () => window.open(this.host.base, "_blank", "noopener");
      return this.notice("Who is there?", "This page has not told Penny who you are. You can talk to her on her own page.", "Open Penny", open);
    }
    try {
      const me = await api.call("GET", "/api/me");
      if (api === this.api) await this.#enter(me);
    } catch (refused) {
      if (api === this.api) this.#refused(refused);
    }
  }

  /** Leaves the conversation: nothing of it stays on the screen or under way. */
  leave() {
    clearTimeout(this.#retry);
    this.#stopListening();
    this.#outbox?.stop();
    this.api?.stop();
    this.#conversation?.clear();
    this.composer.ear.abort();
    this.voice.hush();
    this.#typing.clear();
    this.panel.querySelector(".cover")?.dispatchEvent(new Event("shut"));
    this.me = null;
    this.#outbox = null;
  }

  /** The element is gone from the page: nothing goes on in the background. */
  stop() {
    this.leave();
    this.api = null;
  }

  async signOut() {
    try {
      await this.api?.call("DELETE", "/api/session");
    } catch (refused) {
      // by the cookie still signed in, and the page still says so; a token is forgotten anyway
      if (!this.api.bearer) return this.showState(refused.message);
    }
    this.#forgetHere();
    this.tabs?.postMessage("signed out");
    await this.begin();
  }

  #forgetHere() {
    this.leave();
    this.composer.fill("");
    forgetPeople();
  }

  #refused(refused) {
    if (refused.status === 401 && !this.api.bearer) return this.#askToSignIn();
    const again = () => this.begin();
    if (refused.status === 401 || refused.status === 403) return this.notice("Who is there?", refused.message, "Try again", again);
    this.notice("Penny is away", navigator.onLine ? refused.message : "You’re offline. Penny shows figures only when she can fetch them.", "Try again", again);
    this.#retry = setTimeout(again, AGAIN);
  }

  #askToSignIn() {
    this.leave();
    this.api = new Api(this.host.base, null);
    this.show("sign-in");
    showSignIn(this.part("sign-in"), this.api, () => {
      this.tabs?.postMessage("signed in");
      this.begin();
    });
  }

  async #enter(me) {
    const { api } = this;
    this.me = me;
    this.composer.limit = me.text_limit ?? this.composer.limit;
    this.part("demo").hidden = !me.demo;
    this.part("hello").textContent = `Hello ${me.name}, I’m Penny.`;
    this.#conversation = this.#newConversation();
    this.#outbox = new Outbox(api, me.key, {
      onAnswer: (id, messages) => this.#answered(id, messages),
      onState: (id, state, sentence) => {
        this.#conversation.state(id, state, sentence);
        this.#typing.set(id, state === "sending");
      },
      onSignedOut: () => this.begin(),
    });
    this.show("chat");
    this.#caughtUp = this.#catchUp(api).catch((refused) => this.showState(refused.message));
    await this.#caughtUp;
    if (api !== this.api) return;
    this.#sayWaiting();
    this.#conversation.toEnd();
    if (this.part("welcome").hidden === false) this.part("scroller").scrollTop = 0;
    this.composer.focus();
    this.#outbox.run();
    this.#stopListening = listen(api, {
      onEvent: (name, data) => this.#heard(api, name, data),
      onState: (up) => this.showState(up ? CALM : navigator.onLine ? LOST : AWAY),
      onRefused: () => this.begin(),
    });
  }

  /** Whether the server still means the same person; begins anew when it does not. */
  #same(me, api) {
    if (api !== this.api || me.key === this.me?.key) return true;
    this.begin();
    return false;
  }

  // --- what is shown --------------------------------------------------------------

  #newConversation() {
    const [log, scroller, welcome] = ["log", "scroller", "welcome"].map((id) => this.part(id));
    return new Conversation({ log, scroller, welcome }, {
      api: this.api,
      links: { base: this.api.base, own: !this.api.bearer },
      look: () => `theme=${this.root.dataset.theme}&size=${this.panel.clientWidth > SMALL ? "wide" : "small"}`,
      onPress: (button) => this.#press(button),
      onAgain: (id) => this.#outbox.again(id),
      onDrop: (id) => {
        const entry = this.#outbox.entries.find((one) => one.id === id);
        this.#outbox.settle(id);
        this.#conversation.drop(id);
        this.#typing.set(id, false);
        if (entry && entry.text === entry.said && !this.composer.words.value) this.composer.fill(entry.text);
      },
      onDismiss: (id) => this.#keep("dismissed", [...this.#kept("dismissed", []), id].slice(-MOST_DISMISSED)),
    });
  }

  async #catchUp(api) {
    const [me, { turns }] = await Promise.all([api.call("GET", "/api/me"), api.call("GET", "/api/history")]);
    if (!this.#same(me, api) || api !== this.api) return;
    const cleared = turns.findLastIndex((turn) => turn.message_id === this.#kept("cleared", null));
    const dismissed = this.#kept("dismissed", []);
    this.part("log").setAttribute("aria-busy", "true"); // a whole history is not read out
    for (const turn of turns.slice(cleared + 1)) if (!dismissed.includes(turn.message_id)) this.#showTurn(turn);
    this.part("log").removeAttribute("aria-busy");
    this.part("welcome").hidden = !this.#conversation.empty;
  }

  #sayWaiting() {
    for (const entry of this.#outbox.entries) {
      this.#conversation.say(entry);
      if (entry.failed) this.#conversation.state(entry.id, "failed", entry.failed);
    }
  }

  async #heard(api, name, data) {
    if (name === "ready") this.#caughtUp = this.#catchUp(api).catch(() => {});
    await this.#caughtUp; // an event of somebody else's stream is not shown
    if (api !== this.api) return;
    if (name === "typing" && data.thread === "main") this.#typing.set(data.message_id, data.on);
    if (name === "turn" && data.thread === "main") this.#news(this.#showTurn(data));
    if (name === "nudge" && !this.#kept("dismissed", []).includes(data.id)) this.#news(this.#showTurn(turnOfNudge(data)));
  }

  // An answer to what was said here may come this way first.
  #showTurn(turn) {
    const { message_id: id, messages } = turn;
    const said = this.#outbox.entries.some((entry) => entry.id === id);
    this.#typing.set(id, false);
    this.#outbox.settle(id);
    const fresh = this.#conversation.show(turn);
    if (fresh && said) this.#readAloud(messages);
    return fresh;
  }

  #readAloud(messages) {
    if (this.settings.speaking) this.voice.say(messages.map((message) => spoken(message.text ?? "")).join(" "));
  }

  #news(fresh) {
    if (fresh) this.host.onNews();
  }

  #answered(id, messages) {
    this.#typing.set(id, false);
    this.#conversation.answer(id, messages);
    this.#readAloud(messages);
    this.host.onNews();
  }

  // --- what is sent ---------------------------------------------------------------

  /** Says something, as if it had been typed. */
  send(text, said = text) {
    if (!this.#outbox) return;
    this.voice.hush();
    this.#conversation.say(this.#outbox.add(text, said));
    this.#outbox.run();
  }

  #press({ payload, title = payload }) {
    this.composer.focus();
    this.send(payload, title);
  }

  set(changes) {
    super.set(changes);
    if (!this.settings.speaking) this.voice.hush();
    if (!this.settings.listening) this.composer.ear.abort();
    this.composer.showMic();
  }

  redraw() {
    this.#conversation?.redraw();
  }

  /** Takes all that was answered off this screen; the history stays. */
  clearScreen() {
    const waiting = this.#outbox.entries.map((entry) => entry.id);
    const gone = this.#conversation.ids.filter((id) => !waiting.includes(id));
    this.#keep("cleared", gone.at(-1) ?? this.#kept("cleared", null));
    this.#conversation.clear(gone);
    this.#sayWaiting();
    this.part("welcome").hidden = this.#outbox.entries.length > 0;
  }

  #kept(name, fallback) {
    return recall("local", `person:${this.me.key}:${name}`, fallback);
  }

  #keep(name, value) {
    keep("local", `person:${this.me.key}:${name}`, value);
  }

  #watch() {
    window.addEventListener("online", () => !this.me && this.api && this.begin());
    window.addEventListener("offline", () => this.me && this.showState(AWAY));
    window.addEventListener("pagehide", () => this.voice.hush());
    if (this.host.base === location.origin && "BroadcastChannel" in window) {
      this.tabs = new BroadcastChannel("penny");
      this.tabs.onmessage = ({ data }) => { // somebody came or went in another tab
        if (!this.api) return;
        if (data === "signed out") this.#forgetHere();
        this.begin();
      };
    }
  }
}
