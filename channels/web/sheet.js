// A sheet over the conversation: the menu, a link for Telegram, a question before listening.

import { element, icon } from "./dom.js";

/**
 * Opens a sheet over the panel. Escape, its button and a press beside it close it; what had the
 * focus before has it again.
 * @param {HTMLElement} panel
 * @param {string} title
 * @param {...Node} content
 * @returns {() => void} closes it
 */
export function openSheet(panel, title, ...content) {
  const older = panel.querySelector(".cover");
  const before = older?.opener ?? panel.getRootNode().activeElement;
  older?.dispatchEvent(new Event("shut"));
  const under = [...panel.children];
  const heading = element("h2", { id: "sheet-title", tabindex: -1 }, title);
  const button = element("button", { type: "button", class: "tool", "aria-label": "Close", title: "Close", click: () => close() }, icon("close"));
  const sheet = element("div", { class: "sheet", role: "dialog", "aria-labelledby": "sheet-title" }, element("div", { class: "sheet-head" }, heading, button), ...content);
  const cover = element("div", { class: "cover", shut: () => close(false) }, sheet);
  cover.opener = before;

  function close(refocus = true) {
    if (!cover.isConnected) return;
    cover.remove();
    under.forEach((part) => (part.inert = false));
    if (refocus) before?.focus();
  }

  cover.addEventListener("click", (event) => event.target === cover && close());
  cover.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation(); // it does not close what is below as well
    close();
  });
  under.forEach((part) => (part.inert = true));
  panel.append(cover);
  heading.focus();
  return close;
}

/** A labelled switch. @param {(on: boolean) => void} onChange */
export function toggle(label, note, on, onChange) {
  const box = element("input", { type: "checkbox", role: "switch", change: () => onChange(box.checked) });
  box.checked = on;
  const words = element("span", {}, label, note ? element("small", {}, note) : null);
  return element("label", { class: "row" }, words, box);
}

/** A group of which one is chosen. @param {(value: string) => void} onChange */
export function choice(legend, options, chosen, onChange) {
  const keys = options.map(([value, words]) => {
    const key = element("input", { type: "radio", name: legend, value, change: () => onChange(value) });
    key.checked = value === chosen;
    return element("label", {}, key, element("span", {}, words));
  });
  return element("fieldset", { class: "choice" }, element("legend", {}, legend), element("div", {}, ...keys));
}

/** A line of the menu that does something. */
export function action(label, onPress) {
  return element("button", { type: "button", class: "row", click: onPress }, label);
}
