// Signing in on Penny's own page: with name and password, or with an access token.

import { element, logo } from "./dom.js";

function field(id, label, attributes) {
  return [element("label", { for: id }, label), element("input", { id, required: true, spellcheck: "false", ...attributes })];
}

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
  const wrong = element("p", { id: "sign-in-error", class: "wrong", role: "alert" });
  const button = element("button", { type: "submit", class: "strong" }, "Sign in");
  const form = element("form", { id: "sign-in-form" }, ...fields(), wrong, button);
  const inputs = [...form.querySelectorAll("input")];
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    wrong.textContent = "";
    button.disabled = true;
    try {
      await api.call("POST", "/api/session", Object.fromEntries(inputs.map((input) => [input.id, input.id === "password" ? input.value : input.value.trim()])));
      form.reset();
      onSignedIn();
    } catch (refused) {
      wrong.textContent = refused.message;
      inputs.at(-1).select();
    } finally {
      button.disabled = false;
    }
  });
  const change = () => showSignIn(place, api, onSignedIn, way === "password" ? "token" : "password");
  place.replaceChildren(
    logo("large"),
    element("h2", { id: "sign-in-title", class: "headline" }, "Welcome to Penny"),
    element("p", {}, words),
    form,
    element("button", { type: "button", class: "other", click: change }, other),
  );
  inputs[0].focus();
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
