// A chart: the picture that the server drew, and the same figures as a table.

import { element } from "./dom.js";

// 1234.5 of the server's exact text, as Penny's sentences write it: -£1,234.50.
function amount(prefix, value) {
  if (!value) return "";
  const [whole, places] = value.replace("-", "").split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return `${value.startsWith("-") ? "-" : ""}${prefix}${grouped}${places ? `.${places}` : ""}`;
}

function label(kind, text) {
  if (kind !== "band") return text;
  return new Date(`${text}T12:00`).toLocaleDateString("en-GB", { weekday: "short", day: "numeric", month: "long" });
}

function figures({ kind, title, prefix, columns, rows, marks, level }) {
  const head = element("tr", {}, ...columns.map((name, place) => element("th", { scope: "col", class: place ? "number" : null }, name)));
  const lines = rows.map(([name, ...values]) =>
    element(
      "tr",
      {},
      element("th", { scope: "row", dir: "auto" }, label(kind, name)),
      ...values.map((value) => element("td", { class: "number" }, amount(prefix, value))),
    ));
  const made = element("table", {}, element("caption", { class: "unseen" }, title), element("thead", {}, head), element("tbody", {}, ...lines));
  const notes = (marks ?? []).map(([at, words, value]) => `${label(kind, at)}, ${words}: ${amount(prefix, value)}`);
  if (level) notes.push(`${level[0]}: ${amount(prefix, level[1])}`);
  const wide = element("div", { class: "wide", tabindex: "0", role: "group", "aria-label": `Figures: ${title}` }, made);
  return element("details", {}, element("summary", {}, "Show as a table"), wide, ...notes.map((note) => element("p", { class: "note" }, note)));
}

// On a foreign page neither the host's rules for pictures nor an address would let an <img>
// show this one: it is fetched with the token and painted.
async function paint(canvas, api, address) {
  const response = await api.fetch("GET", `${address}&format=png`, undefined, AbortSignal.timeout(30_000));
  const picture = await createImageBitmap(await response.blob());
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.getContext("2d").drawImage(picture, 0, 0);
}

function fetched(image, address) {
  return new Promise((resolve, reject) => {
    image.addEventListener("load", resolve, { once: true });
    image.addEventListener("error", reject, { once: true });
    image.src = address;
  });
}

/**
 * Shows the chart of a message.
 * @param {string} address of the picture, without its look
 * @param {any} data the chart's figures, with `title` and `summary`
 * @param {{api: import("./api.js").Api, look: () => string, onShown: (height: number) => void}} screen
 * @returns {HTMLElement & {redraw: () => void}}
 */
export function chart(address, data, screen) {
  const { api } = screen;
  const image = api.bearer
    ? element("canvas", { role: "img", "aria-label": data.summary })
    : element("img", { alt: data.summary, crossorigin: null });
  const frame = element("div", { class: "picture waiting" }, image);
  const table = figures(data);
  const made = element("figure", { class: "chart" }, element("figcaption", { dir: "auto", class: api.bearer ? "unseen" : null }, data.title), frame, table);
  let look = "";
  made.redraw = async () => {
    if (look === screen.look() || !seen) return;
    look = screen.look();
    const wanted = `${address}?${look}`;
    try {
      await (api.bearer ? paint(image, api, wanted) : fetched(image, api.base + wanted));
      frame.classList.remove("waiting");
      screen.onShown(image.getBoundingClientRect().height);
    } catch {
      if (!frame.classList.contains("waiting")) return; // the older look stays
      frame.replaceWith(element("p", { dir: "auto" }, data.summary));
      table.open = true;
    }
  };
  let seen = false; // drawn when it comes into view: old charts of a long history cost nothing
  const watch = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watch.disconnect();
    seen = true;
    made.redraw();
  }, { rootMargin: "300px" });
  watch.observe(made);
  return made;
}
