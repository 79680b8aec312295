// What a person is known by on Penny's own page: the password, and the PIN that is said aloud.

import { element } from "./dom.js";
import { field, form } from "./forms.js";
import { openSheet } from "./sheet.js";

const NEW = { type: "password", autocomplete: "new-password" };
const PIN = { type: "password", inputmode: "numeric", autocomplete: "off", maxlength: 8 };
const DIFFERENT = "The two are not the same.";

/** The field for the password that proves who is there, with the name it belongs to. */
function proof(app, hasPassword) {
  if (!hasPassword) return [];
  const name = element("input", { type: "text", autocomplete: "username", value: app.me.name, hidden: true });
  return [name, ...field("current", "Current password", { type: "password", autocomplete: "current-password" })];
}

function same(one, other) {
  if (one !== other) throw new Error(DIFFERENT);
}

function done(app, title, sentence) {
  const close = openSheet(
    app.panel,
    title,
    element("p", { role: "status" }, sentence),
    element("button", { type: "button", class: "strong", click: () => close() }, "Done"),
  );
}

/** Asks the server first; what it refuses stands in the sheet. */
async function opened(app, title, content) {
  try {
    const { set } = await app.api.call("GET", "/api/password");
    openSheet(app.panel, title, ...(await content(set)));
  } catch (refused) {
    openSheet(app.panel, title, element("p", { role: "alert" }, refused.message));
  }
}

/** The form for a new password. @param {import("./app.js").App} app */
export function openPassword(app) {
  return opened(app, "Password", (set) => {
    const fields = [...proof(app, set), ...field("new", "New password", NEW), ...field("again", "New password again", NEW)];
    return [
      element("p", { class: "note" }, "At least 10 characters, and not easily guessed. You are signed out everywhere else."),
      form({ id: "password-form", label: set ? "Change password" : "Set password", fields }, async (typed) => {
        same(typed.new, typed.again);
        const { sessions_ended: ended } = await app.api.call("PUT", "/api/password", { current: typed.current, new: typed.new });
        done(app, "Password", ended ? `Your new password is set, and ${ended === 1 ? "one other session has" : `${ended} other sessions have`} ended.` : "Your new password is set.");
      }),
    ];
  });
}

/** The form for the PIN. @param {import("./app.js").App} app */
export function openPin(app) {
  return opened(app, "Voice PIN", async (set) => {
    const { pin: has } = await app.api.call("GET", "/api/voice");
    const remove = async () => {
      try {
        await app.api.call("DELETE", "/api/pin");
        done(app, "Voice PIN", "Your PIN is gone. Nothing is moved by voice until you set one.");
      } catch (refused) {
        done(app, "Voice PIN", refused.message);
      }
    };
    const fields = [...proof(app, set), ...field("pin", "New PIN, 4 to 8 digits", PIN), ...field("again", "New PIN again", PIN)];
    return [
      element("p", { class: "note" }, `Penny asks for it before she moves money by voice. ${has ? "You have one." : "You have none yet."}`),
      form({ id: "pin-form", label: has ? "Change PIN" : "Set PIN", fields }, async (typed) => {
        same(typed.pin, typed.again);
        await app.api.call("PUT", "/api/pin", { current: typed.current, pin: typed.pin });
        done(app, "Voice PIN", "Your PIN is set.");
      }),
      has ? element("button", { type: "button", class: "other", click: remove }, "Remove the PIN") : null,
    ];
  });
}
