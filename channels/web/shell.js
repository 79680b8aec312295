// The parts of the screen, put together once.

import { element, icon, logo } from "./dom.js";

const EXAMPLES = [
  ["Today", "What’s my balance?"],
  ["Spending", "How much did I spend on groceries last month?"],
  ["Bills", "What bills are coming up?"],
  ["Ahead", "How much will I have on the 30th?"],
  ["Before you buy", "Can I afford 400 on Friday?"],
  ["Saving", "Help me save"],
];

function tool(id, label, ...icons) {
  return element("button", { type: "button", class: "tool", id, "aria-label": label, title: label, hidden: true }, icon(...icons));
}

function header(page) {
  const demo = element("span", { id: "demo", class: "pill", title: "You are looking at made-up accounts of the demo bank", hidden: true }, "Demo");
  const menu = tool("menu", "Menu", "menu");
  menu.setAttribute("aria-haspopup", "dialog");
  return element(
    page ? "header" : "div",
    { class: "head" },
    element(
      "div",
      { class: "bar" },
      logo(),
      element(
        "div",
        { class: "name" },
        element(page ? "h1" : "h2", { class: "title", id: "title" }, "Penny ", demo),
        element("p", { id: "state", role: "status" }, "Your money assistant"),
      ),
      tool("hush", "Stop reading aloud", "speaker"),
      menu,
      tool("close", "Close Penny", "close"),
    ),
  );
}

function welcome(level) {
  const examples = EXAMPLES.map(([kind, words]) =>
    element("li", {}, element("button", { type: "button" }, element("span", {}, kind), words)));
  return element(
    "div",
    { id: "welcome", hidden: true },
    logo("large"),
    element(level, { id: "hello", class: "headline" }, "Hello, I’m Penny."),
    element("p", {}, "Ask me about your money. I answer with exact figures from your accounts, look ahead, and never move anything before you say yes."),
    element("ul", { id: "examples", "aria-label": "Example questions" }, ...examples),
  );
}

function chat(level) {
  const typing = element("div", { id: "typing", hidden: true }, logo("small"), element("div", { class: "bubble dots", "aria-hidden": "true" }, element("i"), element("i"), element("i")));
  const words = element("textarea", { id: "words", rows: 1, dir: "auto", placeholder: "Ask about your money…", enterkeyhint: "send", "aria-label": "Your message to Penny", autocomplete: "off" });
  const mic = element("button", { type: "button", class: "mic", id: "mic", "aria-pressed": "false", "aria-label": "Speak", hidden: true }, icon("mic", "off"));
  const send = element("button", { type: "submit", class: "send", "aria-label": "Send" }, icon("send"));
  return element(
    "section",
    { id: "chat", "aria-label": "Conversation with Penny", hidden: true },
    element(
      "div",
      { id: "scroller", tabindex: 0, role: "group", "aria-label": "Conversation" },
      welcome(level),
      element("div", { id: "log", role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": "Messages" }),
      typing,
      element("p", { id: "typing-text", class: "unseen", role: "status" }),
    ),
    element(
      "form",
      { id: "composer" },
      element("p", { id: "trouble", role: "alert" }),
      element("div", { class: "box" }, words, mic, send),
      element("p", { class: "hint" }, element("span", { class: "keys" }, "Enter sends, Shift + Enter starts a new line. "), "Forecasts are estimates, not promises."),
    ),
  );
}

/**
 * @param {"page" | "inline" | "launcher"} mode how the element is shown
 * @param {string} label of the button that opens it
 * @returns {HTMLElement} the root of everything
 */
export function shell(mode, label) {
  const page = mode === "page";
  const level = page ? "h2" : "h3";
  const panel = element(
    "div",
    { id: "panel", role: page ? null : mode === "launcher" ? "dialog" : "region", "aria-labelledby": page ? null : "title" },
    header(page),
    element(page ? "main" : "div", { class: "main" }, element("section", { id: "sign-in", class: "card", "aria-labelledby": "sign-in-title", hidden: true }), chat(level)),
  );
  const root = element("div", { class: "root", "data-mode": mode });
  if (mode === "launcher") {
    panel.hidden = true;
    const badge = element("span", { id: "unread", hidden: true });
    const button = element("button", { type: "button", id: "launcher", "aria-expanded": "false", "aria-controls": "panel", "aria-label": label }, logo(), icon("close"), badge);
    root.append(element("section", { "aria-label": "Penny" }, button));
  }
  root.append(panel);
  return root;
}
