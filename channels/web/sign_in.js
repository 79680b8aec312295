// Signing in on Penny's own page: with name and password, or with an access token.

import { element, logo } from "./dom.js";
import { field, form } from "./forms.js";

const WAYS = {
  password: {
    words: "Sign in with your name and password.",
    other: "Use an access token instead",
    fields: () => [
      ...field("name", "Name", { autocomplete: "username", autocapitalize: "none" }),
      ...field("password", "Password", { type: "password", autocomplete: "current-password" }),
    ],
  },
  token: {
    words: "Paste your access token. You got it when your account was made.",
    other: "Use name and password instead",
    fields: () => field("token", "Access token", { type: "password", autocomplete: "off" }),
  },
};

/**
 * Fills the section with the form.
 * @param {HTMLElement} place
 * @param {import("./api.js").Api} api
 * @param {() => void} onSignedIn
 */
export function showSignIn(place, api, onSignedIn, way = "password") {
  const { words, other, fields } = WAYS[way];
  const made = form({ id: "sign-in-form", label: "Sign in", fields: fields() }, async (typed) => {
    const sent = Object.entries(typed).map(([id, value]) => [id, id === "password" ? value : value.trim()]);
    await api.call("POST", "/api/session", Object.fromEntries(sent));
    onSignedIn();
  });
  const change = () => showSignIn(place, api, onSignedIn, way === "password" ? "token" : "password");
  place.replaceChildren(
    logo("large"),
    element("h2", { id: "sign-in-title", class: "headline" }, "Welcome to Penny"),
    element("p", {}, words),
    made,
    element("button", { type: "button", class: "other", click: change }, other),
  );
  made.querySelector("input").focus();
}

/** Where the host page did not say who is there, or the server is away: a sentence and a way on. */
export function showNotice(place, title, sentence, label, onPress) {
  place.replaceChildren(
    logo("large"),
    element("h2", { id: "sign-in-title", class: "headline" }, title),
    element("p", { role: "status" }, sentence),
    element("button", { type: "button", class: "strong", click: onPress }, label),
  );
}
