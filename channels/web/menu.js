// The sheets: the menu with its settings, the link to Telegram, and the question before listening.

import { openPassword, openPin } from "./account.js";
import { element } from "./dom.js";
import { day } from "./render.js";
import { action, choice, openSheet, toggle } from "./sheet.js";
import { canHear, canSpeak } from "./speech.js";

const HEARD_BY = "Your browser turns speech into words. Some browsers send the sound to their maker for that; Penny herself gets the words alone.";

function voice(app, settings) {
  if (!canHear() && !canSpeak()) return [element("p", { class: "note" }, "This browser can neither listen nor read aloud.")];
  const parts = [];
  if (canHear()) {
    parts.push(toggle("Voice input", HEARD_BY, settings.listening, (on) => app.set({ listening: on })));
    parts.push(toggle("Send as soon as I stop speaking", "Otherwise you can change the words first.", settings.sendHeard, (on) => app.set({ sendHeard: on })));
  } else {
    parts.push(element("p", { class: "note" }, "This browser can’t turn speech into words."));
  }
  if (canSpeak()) parts.push(toggle("Spoken replies", "Answers are read aloud, figures too.", settings.speaking, (on) => app.set({ speaking: on })));
  return parts;
}

/** Opens the menu. @param {import("./app.js").App} app */
export function openMenu(app) {
  const { settings, me, api } = app;
  const own = me && !api.bearer; // what changes how somebody signs in belongs on Penny's own page
  const close = openSheet(
    app.panel,
    "Menu",
    choice("Appearance", [["auto", "Automatic"], ["light", "Light"], ["dark", "Dark"]], settings.theme ?? "auto", (theme) => app.set({ theme })),
    element("div", { class: "rows", role: "group", "aria-label": "Voice" }, ...voice(app, settings)),
    element(
      "div",
      { class: "rows" },
      own && me.telegram ? action("Connect Telegram", () => openTelegram(app)) : null,
      own && !me.demo ? action("Signed-in devices", () => openDevices(app)) : null,
      own && !me.demo ? action("Password", () => openPassword(app)) : null,
      own && !me.demo ? action("Voice PIN", () => openPin(app)) : null,
      me ? action("Clear the screen", () => {
        close();
        app.clearScreen();
      }) : null,
      own && !me.demo ? action("Sign out", () => {
        close();
        app.signOut();
      }) : null,
    ),
  );
}

async function openTelegram(app) {
  let link;
  try {
    link = await app.api.call("POST", "/api/telegram-link");
  } catch (refused) {
    openSheet(app.panel, "Telegram", element("p", { role: "alert" }, refused.message));
    return;
  }
  const close = openSheet(
    app.panel,
    "Talk to Penny on Telegram",
    element("p", {}, "Open this link on the device with Telegram. It works once, for 15 minutes."),
    element("p", {}, element("a", { href: link.url, target: "_blank", rel: "noopener noreferrer" }, "Open Telegram")),
    element("p", {}, "Or send the bot: ", element("code", {}, `/start ${link.code}`)),
    element("button", { type: "button", class: "strong", click: () => close() }, "Done"),
  );
}

async function openDevices(app, ended = null) {
  let devices;
  try {
    if (ended) await app.api.call("DELETE", `/api/devices/${ended}`);
    ({ devices } = await app.api.call("GET", "/api/devices"));
  } catch (refused) {
    openSheet(app.panel, "Signed-in devices", element("p", { role: "alert" }, refused.message));
    return;
  }
  const rows = devices.map(({ id, label, current, last_seen_at: seen, opened_at: opened }) =>
    element(
      "li",
      { class: "row" },
      element("span", { dir: "auto" }, label, element("small", {}, current ? "This one" : `Last used ${day(seen ?? opened).toLowerCase()}`)),
      current ? null : element("button", { type: "button", class: "other", "aria-label": `End ${label}`, click: () => openDevices(app, id) }, "End"),
    ));
  openSheet(app.panel, "Signed-in devices", element("ul", { class: "rows" }, ...rows));
}

/** Asks before the microphone is used for the first time. @param {import("./app.js").App} app */
export function askToListen(app) {
  const close = openSheet(
    app.panel,
    "Speak to Penny?",
    element("p", {}, `Voice input is off. ${HEARD_BY}`),
    element(
      "div",
      { class: "pair" },
      element("button", { type: "button", class: "strong", click: () => {
        close();
        app.set({ listening: true });
        app.composer.listen();
      } }, "Turn on"),
      element("button", { type: "button", class: "other", click: () => close() }, "Not now"),
    ),
  );
}
