// The conversation: what is shown, what is sent, and what is still unanswered.

import { call, listen, newId } from "./api.js";
import { bubble, clock, day, element, logo, quickReplies } from "./render.js";

const $ = (id) => document.getElementById(id);
const log = $("log");
const words = $("words");
const shown = new Map(); // message id → its element
const PLACES = { telegram: "Telegram", cli: "Terminal" };
let waiting = 0;
let lastDay = null;
let stopListening = null;

// --- showing ------------------------------------------------------------------

function nearEnd(more = 0) {
  const box = $("scroller");
  return box.scrollHeight - box.scrollTop - box.clientHeight < 120 + more;
}

// A picture gets its height when it arrives; who was at the end before stays there.
function stayAtEnd(image) {
  image.addEventListener("load", () => nearEnd(image.height) && toEnd());
}

function toEnd() {
  $("scroller").scrollTop = $("scroller").scrollHeight;
}

function showDay(instant) {
  const name = day(instant);
  if (name === lastDay) return;
  lastDay = name;
  log.append(element("div", { class: "day" }, name));
}

function forgetReplies() {
  log.querySelectorAll(".replies").forEach((replies) => replies.remove());
}

function showMine(id, said, at, channel) {
  $("welcome").hidden = true;
  forgetReplies();
  showDay(at);
  const where = PLACES[channel] ? ` · ${PLACES[channel]}` : "";
  const item = element(
    "div",
    { class: "mine" },
    element("span", { class: "unseen" }, "You: "),
    element("div", { class: "bubble" }, said),
    element("p", { class: "meta" }, clock(at) + where),
  );
  log.append(item);
  shown.set(id, item);
  toEnd();
  return item;
}

function showAnswer(messages) {
  const follow = nearEnd();
  const items = messages
    .filter((message) => message.text || message.image)
    .map((message) => {
      const body = element("div", { class: "body" }, element("span", { class: "unseen" }, "Penny: "), bubble(message));
      return element("div", { class: "penny" }, logo(), body);
    });
  log.append(...items);
  items.flatMap((item) => [...item.querySelectorAll("img")]).forEach(stayAtEnd);
  const buttons = messages.flatMap((message) => message.buttons ?? []);
  if (buttons.length) {
    const replies = quickReplies(buttons, (button) => {
      focusWords();
      send(button.payload, button.title);
    });
    items.at(-1)?.querySelector(".body").append(replies);
  }
  if (follow) toEnd();
}

function showTurn(turn) {
  if (shown.has(turn.message_id)) return;
  showMine(turn.message_id, turn.said, turn.at, turn.channel);
  showAnswer(turn.messages);
}

function showWaiting(change) {
  waiting += change;
  const follow = nearEnd();
  $("typing").hidden = waiting === 0;
  $("typing-text").textContent = waiting ? "Penny is typing" : "";
  if (follow) toEnd();
}

function showFailure(item, sentence, again) {
  const follow = nearEnd();
  const retry = element("button", { type: "button", class: "retry" }, "Try again");
  const note = element("div", { class: "failed", role: "alert" }, element("p", {}, sentence), retry);
  retry.addEventListener("click", () => {
    note.remove();
    focusWords();
    again();
  });
  item.append(note);
  if (follow) toEnd();
}

function focusWords() {
  if (matchMedia("(hover: hover)").matches) words.focus(); // no keyboard popping up on phones
}

// --- sending ------------------------------------------------------------------

function send(text, said = text) {
  const id = newId();
  const item = showMine(id, said, new Date().toISOString());
  deliver(id, text, item);
}

// The same id every time, so that asking again never does anything twice.
async function deliver(id, text, item) {
  item.classList.add("sending");
  showWaiting(1);
  try {
    const answer = await call("POST", "/api/messages", { text, message_id: id });
    showAnswer(answer.messages);
  } catch (refused) {
    if (refused.status === 401) askToSignIn();
    showFailure(item, refused.message, () => deliver(id, text, item));
  } finally {
    item.classList.remove("sending");
    showWaiting(-1);
  }
}

function submit(event) {
  event.preventDefault();
  const text = words.value.trim();
  if (!text) return;
  words.value = "";
  fit();
  send(text);
}

function fit() {
  words.style.height = "auto";
  words.style.height = `${Math.min(words.scrollHeight, 160)}px`;
  $("composer").classList.toggle("filled", words.value.trim() !== "");
}

// --- signing in ---------------------------------------------------------------

function askToSignIn() {
  stopListening?.();
  $("chat").hidden = true;
  $("sign-out").hidden = true;
  $("telegram").hidden = true;
  $("sign-in").hidden = false;
  $("token").focus();
}

async function signIn(event) {
  event.preventDefault();
  $("sign-in-error").textContent = "";
  try {
    await call("POST", "/api/session", { token: $("token").value.trim() });
    $("token").value = "";
    await begin();
  } catch (refused) {
    $("sign-in-error").textContent = refused.message;
    $("token").select();
  }
}

async function signOut() {
  try {
    await call("DELETE", "/api/session");
  } catch {
    return; // still signed in, and the page still says so
  }
  log.replaceChildren();
  shown.clear();
  lastDay = null;
  askToSignIn();
}

async function connectTelegram() {
  try {
    const link = await call("POST", "/api/telegram-link");
    $("telegram-url").href = link.url;
    $("telegram-code").textContent = `/start ${link.code}`;
    $("telegram-dialog").showModal();
  } catch (refused) {
    showState(refused.message);
  }
}

function showState(sentence) {
  $("state").textContent = sentence;
}

// --- beginning ----------------------------------------------------------------

async function catchUp() {
  const { turns } = await call("GET", "/api/history");
  turns.forEach(showTurn);
  if (!shown.size) $("welcome").hidden = false;
}

async function begin() {
  let me;
  try {
    me = await call("GET", "/api/me");
  } catch (refused) {
    if (refused.status === 401) return askToSignIn();
    showState(refused.message);
    setTimeout(begin, 3_000);
    return;
  }
  $("sign-in").hidden = true;
  $("chat").hidden = false;
  $("sign-out").hidden = me.demo;
  $("demo").hidden = !me.demo;
  $("telegram").hidden = !me.telegram;
  $("hello").textContent = `Hello ${me.name}, I’m Penny.`;
  await catchUp().catch((refused) => showState(refused.message));
  if (shown.size) toEnd();
  focusWords();
  stopListening?.();
  stopListening = listen({
    onReady: () => catchUp().catch(() => {}),
    onTurn: (turn) => turn.thread === "main" && showTurn(turn),
    onState: (up) => showState(up ? "Your money assistant" : "Reconnecting…"),
  });
}

$("composer").addEventListener("submit", submit);
words.addEventListener("input", fit);
words.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
});
$("sign-in-form").addEventListener("submit", signIn);
$("sign-out").addEventListener("click", signOut);
$("telegram").addEventListener("click", connectTelegram);
$("examples").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  focusWords();
  send(button.lastChild.textContent);
});
begin();
