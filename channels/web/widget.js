// <penny-chat>: Penny in any page. The script makes one by itself where the page has none.

import { App } from "./app.js";
import { shell } from "./shell.js";
import { recall, keep } from "./store.js";
import { css } from "./styles.js";

const SCRIPT = document.currentScript;
const HOME = SCRIPT?.src ? new URL(SCRIPT.src).origin : location.origin;

/**
 * Attributes: `endpoint` (Penny's origin; where the script came from), `mode` (`launcher`,
 * `inline`, `page`), `theme` (`light`, `dark`), `label` (of the button), `token-url` (an address of
 * the host's own that answers with a signed token).
 *
 * Property `getToken`: an async function that gives a signed token; goes before `token-url`.
 * Events: `penny-open`, `penny-close`.
 */
class PennyChat extends HTMLElement {
  #getToken = null;
  #app = null;
  #begun = false;
  #unread = 0;

  static observedAttributes = ["theme"];

  get getToken() {
    return this.#getToken;
  }

  /** Another function may mean another person: the conversation begins anew. */
  set getToken(ask) {
    this.#getToken = ask;
    if (this.#begun) this.#app.begin();
  }

  connectedCallback() {
    if (this.#app) return this.#begun ? this.#app.begin() : undefined; // it was moved
    if (Object.hasOwn(this, "getToken")) { // it was set before this script was there
      const { getToken } = this;
      delete this.getToken;
      this.#getToken = getToken;
    }
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    const shadow = this.attachShadow({ mode: "open" });
    shadow.adoptedStyleSheets = [sheet];
    if (!this.hasAttribute("mode")) this.setAttribute("mode", "launcher");
    const root = shell(this.getAttribute("mode"), this.getAttribute("label") ?? "Talk to Penny");
    shadow.append(root);
    // what is typed here is none of the host's shortcuts
    for (const name of ["keydown", "keypress", "keyup"]) root.addEventListener(name, (event) => event.stopPropagation());
    this.#app = new App(root, {
      base: new URL(this.getAttribute("endpoint") ?? HOME, location.href).origin,
      assertion: () => this.#assertion(),
      theme: () => this.getAttribute("theme"),
      onNews: () => this.#news(),
    });
    if (this.getAttribute("mode") === "launcher") this.#launcher(root);
    else queueMicrotask(() => this.#begin());
  }

  disconnectedCallback() {
    this.#app.stop();
  }

  attributeChangedCallback() {
    this.#app?.paint();
  }

  /** Opens the conversation. */
  open() {
    this.#show(true);
    this.#begin();
    this.#app.composer.words.focus();
    if (this.#app.part("chat").hidden) this.#app.part("close").focus();
  }

  /** Closes it; what was said stays. */
  close() {
    this.#show(false);
    this.#app.voice.hush();
    this.#app.composer.ear.abort();
    this.#app.part("launcher")?.focus();
  }

  /** Leaves the conversation and forgets the person in this browser. */
  signOut() {
    return this.#app.signOut();
  }

  #begin() {
    if (this.#begun) return;
    this.#begun = true;
    this.#app.begin();
  }

  #assertion() {
    if (this.#getToken) return async () => this.#getToken();
    const address = this.getAttribute("token-url");
    return address ? () => fetched(new URL(address, location.href)) : null;
  }

  #launcher(root) {
    const [button, closer, panel] = ["launcher", "close", "panel"].map((id) => this.#app.part(id));
    closer.hidden = false;
    button.addEventListener("click", () => (panel.hidden ? this.open() : this.close()));
    closer.addEventListener("click", () => this.close());
    root.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !panel.hidden) this.close();
    });
    if (recall("session", "open", false)) {
      this.#show(true);
      this.#begin();
    }
  }

  #show(open) {
    const button = this.#app.part("launcher");
    if (!button || this.#app.panel.hidden === !open) return;
    this.#app.panel.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    keep("session", "open", open || null);
    if (open) this.#count(0);
    this.dispatchEvent(new CustomEvent(open ? "penny-open" : "penny-close"));
  }

  #news() {
    if (this.#app.panel.hidden) this.#count(this.#unread + 1);
  }

  #count(unread) {
    this.#unread = unread;
    const badge = this.#app.part("unread");
    badge.hidden = unread === 0;
    badge.textContent = unread > 9 ? "9+" : String(unread);
    const label = this.getAttribute("label") ?? "Talk to Penny";
    this.#app.part("launcher").setAttribute("aria-label", unread ? `${label} (${unread} new)` : label);
  }
}

// The host's own address that gives the token: as JSON {"token": …} or as text.
async function fetched(address) {
  const response = await fetch(address, { credentials: "same-origin", cache: "no-store" });
  if (!response.ok) return "";
  const text = (await response.text()).trim();
  return text.startsWith("{") ? JSON.parse(text).token : text;
}

if (!customElements.get("penny-chat")) customElements.define("penny-chat", PennyChat);

function embed() {
  if (SCRIPT?.dataset.penny === "manual" || document.querySelector("penny-chat")) return;
  const made = document.createElement("penny-chat");
  for (const { name, value } of SCRIPT?.attributes ?? []) if (name.startsWith("data-")) made.setAttribute(name.slice(5), value);
  document.body.append(made);
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", embed);
else embed();
