// Builds the page's elements from plain text. Text only ever becomes text nodes.

const SVG = "http://www.w3.org/2000/svg";
const BULLET = /^\s*[-•*–]\s+(.*)$/;
const NUMBERED = /^\s*\d{1,3}[.)]\s+(.*)$/;
const FIGURE = /^(.{1,60}?):\s+(\S.{0,39})$/;
const RULE = /^[\s|:+-]+$/;

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

export function logo() {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "logo small");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", "#logo");
  svg.append(use);
  return svg;
}

// Penny's own link to a file of the person's data is the only address that becomes a link.
const FILE = /(\/api\/exports\/[A-Za-z0-9_-]{43})(?![A-Za-z0-9_-])/;

function linked(text) {
  return text.split(FILE).map((part, place) =>
    place % 2 ? element("a", { href: part, download: "" }, "Download the file") : part);
}

// **bold** is the only inline mark.
function inline(text) {
  return text.split(/\*\*(.+?)\*\*/).flatMap((part, place) => (place % 2 ? [element("strong", {}, part)] : linked(part)));
}

function cells(line) {
  if (line.includes("\t")) return line.split("\t").map((cell) => cell.trim());
  if (!line.includes(" | ") && !/^\|.*\|$/.test(line.trim())) return null;
  return line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());
}

function looksNumeric(cell) {
  return /\d/.test(cell) && /^[^a-z]*([A-Z]{3})?[^a-z]*$/.test(cell);
}

function table(lines) {
  const ruled = lines.length > 1 && RULE.test(lines[1]);
  const rows = lines.filter((line) => !RULE.test(line)).map(cells);
  const made = element("table");
  const numeric = rows[0].map((_, column) => rows.slice(ruled ? 1 : 0).every((row) => looksNumeric(row[column] ?? "")));
  rows.forEach((row, place) => {
    const head = ruled && place === 0;
    const line = element("tr");
    row.forEach((cell, column) => {
      const kind = numeric[column] ? "number" : null;
      line.append(element(head ? "th" : "td", { class: kind, scope: head ? "col" : null }, ...inline(cell)));
    });
    made.append(line);
  });
  return element("div", { class: "wide", tabindex: "0", role: "group", "aria-label": "Table" }, made);
}

// "Groceries: £182.40" lines of a list become two columns.
function list(name, items) {
  const figures = items.map((item) => FIGURE.exec(item));
  if (name === "ul" && figures.every((figure) => figure && /\d/.test(figure[2]))) {
    const rows = figures.map(([, label, figure]) =>
      element("li", {}, element("span", {}, ...inline(label)), element("span", { class: "unseen" }, ": "), element("b", {}, ...inline(figure))));
    return element("ul", { class: "figures" }, ...rows);
  }
  return element(name, {}, ...items.map((item) => element("li", {}, ...inline(item))));
}

function kindOf(line) {
  if (!line.trim()) return "blank";
  if (cells(line) || (RULE.test(line) && line.includes("|"))) return "table";
  if (BULLET.test(line)) return "ul";
  if (NUMBERED.test(line)) return "ol";
  return "p";
}

function block(kind, lines) {
  if (kind === "table" && lines.length > 1) return table(lines);
  if (kind === "ul") return list("ul", lines.map((line) => BULLET.exec(line)[1]));
  if (kind === "ol") return list("ol", lines.map((line) => NUMBERED.exec(line)[1]));
  const paragraph = element("p");
  lines.forEach((line, place) => paragraph.append(...(place ? [element("br")] : []), ...inline(line)));
  return paragraph;
}

export function blocks(text) {
  const made = [];
  let kind = null;
  let lines = [];
  const flush = () => lines.length && made.push(block(kind, lines));
  for (const line of text.split("\n")) {
    const next = kindOf(line);
    if (next !== kind) {
      flush();
      lines = [];
      kind = next;
    }
    if (next !== "blank") lines.push(line);
  }
  flush();
  return made;
}

// Pictures come from this very server or inside the message; anything else stays a plain address.
function picture(address) {
  const own = address.startsWith("data:image/") || new URL(address, location.href).origin === location.origin;
  return own ? element("img", { src: address, alt: "Picture from Penny" }) : element("p", {}, address);
}

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

// A drawn chart, in the colours and size that suit the screen, and the same figures as a table.
function chart(address, data) {
  const drawn = (theme, size) => `${address}?theme=${theme}&size=${size}`;
  const dark = "(prefers-color-scheme: dark)";
  const small = "(max-width: 560px)";
  const image = element("img", { src: drawn("light", "wide"), alt: data.summary, loading: "lazy" });
  const shown = element(
    "picture",
    { class: "waiting" },
    element("source", { media: `${small} and ${dark}`, srcset: drawn("dark", "small") }),
    element("source", { media: small, srcset: drawn("light", "small") }),
    element("source", { media: dark, srcset: drawn("dark", "wide") }),
    image,
  );
  const table = figures(data);
  image.addEventListener("load", () => shown.classList.remove("waiting"));
  image.addEventListener("error", () => {
    shown.replaceWith(element("p", {}, data.summary));
    table.open = true;
  });
  return element("figure", { class: "chart" }, element("figcaption", { dir: "auto" }, data.title), shown, table);
}

export function bubble(message) {
  const body = element("div", { class: "bubble" });
  if (message.facts?.length) body.dataset.facts = JSON.stringify(message.facts);
  if (message.text) body.append(...blocks(message.text));
  if (message.image) body.append(message.chart ? chart(message.image, message.chart) : picture(message.image));
  return body;
}

export function quickReplies(buttons, onPress) {
  const made = element("div", { class: "replies", role: "group", "aria-label": "Quick replies" });
  for (const button of buttons) {
    const key = element("button", { type: "button" }, button.title);
    key.addEventListener("click", () => onPress(button));
    made.append(key);
  }
  return made;
}

export function day(instant) {
  const then = new Date(instant);
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(then).setHours(0, 0, 0, 0)) / 86_400_000);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  return then.toLocaleDateString(undefined, { weekday: "long", day: "numeric", month: "long" });
}

export function clock(instant) {
  return new Date(instant).toLocaleTimeString(undefined, { hour: "numeric", minute: "2-digit" });
}
