// The screen and how it looks: its parts, its sections, its settings, its colours.

import { showNotice } from "./sign_in.js";
import { keep, recall } from "./store.js";

export const CALM = "Your money assistant";
const OFF = { theme: null, listening: false, sendHeard: false, speaking: false };
const DARK = "(prefers-color-scheme: dark)";
const THEMES = ["light", "dark", "auto"];

export class Screen {
  /**
   * @param {HTMLElement} root what `shell` made
   * @param {{theme: () => string | null}} host
   */
  constructor(root, host) {
    this.root = root;
    this.host = host;
    this.panel = this.part("panel");
    /** What was chosen in this browser. */
    this.settings = { ...OFF, ...recall("local", "settings", {}) };
    matchMedia(DARK).addEventListener("change", () => this.paint());
    new ResizeObserver(() => this.redraw()).observe(this.panel);
  }

  part(id) {
    return this.root.querySelector(`#${id}`);
  }

  /** Shows one section: where people sign in, or where they talk. @param {"sign-in" | "chat"} section */
  show(section) {
    this.part("sign-in").hidden = section !== "sign-in";
    this.part("chat").hidden = section !== "chat";
    this.part("menu").hidden = section !== "chat";
    if (section !== "chat") this.showState(CALM);
  }

  /** A title, a sentence, and a button, in the place of everything else. */
  notice(...words) {
    this.show("sign-in");
    showNotice(this.part("sign-in"), ...words);
  }

  showState(sentence) {
    this.part("state").textContent = sentence;
  }

  /** Changes settings of this browser. */
  set(changes) {
    Object.assign(this.settings, changes);
    keep("local", "settings", this.settings);
    this.paint();
  }

  /** Light or dark: what the person chose, else the host, else the system. */
  paint() {
    const wanted = [this.settings.theme, this.host.theme()].find((theme) => THEMES.includes(theme));
    const dark = wanted === "dark" || (wanted !== "light" && matchMedia(DARK).matches);
    this.root.dataset.theme = dark ? "dark" : "light";
    this.part("hush").hidden = !this.settings.speaking;
    this.redraw();
  }

  /** Draws anew what depends on colours and room. */
  redraw() {}
}
