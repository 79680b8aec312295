// What Penny says, as elements. Bold, lists, tables and links are the only marks there are.

import { element } from "./dom.js";

const BULLET = /^\s*[-•*–]\s+(.*)$/;
const NUMBERED = /^\s*\d{1,3}[.)]\s+(.*)$/;
const FIGURE = /^(.{1,60}?):\s+(\S.{0,39})$/;
const RULE = /^[\s|:+-]+$/;

// What becomes a link: Penny's own file of the person's data, and whole https addresses, which
// are shown as they are, so that nobody is sent elsewhere than it says.
const LINK = /(\/api\/exports\/[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])|https:\/\/[^\s<>"'|*]*[^\s<>"'|*.,;:!?)\]])/;

/**
 * @typedef {{base: string, own: boolean}} Links
 * base is the server's origin; own, whether this is its own page: a file of everything there
 * is about a person is not given to another one.
 */

function linked(text, links) {
  return text.split(LINK).map((part, place) => {
    if (place % 2 === 0) return part;
    if (part.startsWith("/") && links.own) return element("a", { href: part, download: true }, "Download the file");
    if (part.startsWith("/")) return element("a", { href: links.base, target: "_blank", rel: "noopener noreferrer" }, "Ask for the file on Penny’s own page");
    return element("a", { href: part, target: "_blank", rel: "noopener noreferrer nofollow" }, part);
  });
}

// **bold** is the only inline mark.
function inline(text, links) {
  return text.split(/\*\*(.+?)\*\*/).flatMap((part, place) => (place % 2 ? [element("strong", {}, part)] : linked(part, links)));
}

function cells(line) {
  if (line.includes("\t")) return line.split("\t").map((cell) => cell.trim());
  if (!line.includes(" | ") && !/^\|.*\|$/.test(line.trim())) return null;
  return line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());
}

function looksNumeric(cell) {
  return /\d/.test(cell) && /^[^a-z]*([A-Z]{3})?[^a-z]*$/.test(cell);
}

function table(lines, links) {
  const ruled = lines.length > 1 && RULE.test(lines[1]);
  const rows = lines.filter((line) => !RULE.test(line)).map(cells);
  const made = element("table");
  const numeric = rows[0].map((_, column) => rows.slice(ruled ? 1 : 0).every((row) => looksNumeric(row[column] ?? "")));
  rows.forEach((row, place) => {
    const head = ruled && place === 0;
    const line = element("tr");
    row.forEach((cell, column) => {
      const kind = numeric[column] ? "number" : null;
      line.append(element(head ? "th" : "td", { class: kind, scope: head ? "col" : null, dir: "auto" }, ...inline(cell, links)));
    });
    made.append(line);
  });
  return element("div", { class: "wide", tabindex: "0", role: "group", "aria-label": "Table" }, made);
}

// "Groceries: £182.40" lines of a list become two columns.
function list(name, items, links) {
  const figures = items.map((item) => FIGURE.exec(item));
  if (name === "ul" && figures.every((figure) => figure && /\d/.test(figure[2]))) {
    const rows = figures.map(([, label, figure]) =>
      element(
        "li",
        {},
        element("span", { dir: "auto" }, ...inline(label, links)),
        element("span", { class: "unseen" }, ": "),
        element("b", { dir: "auto" }, ...inline(figure, links)),
      ));
    return element("ul", { class: "figures" }, ...rows);
  }
  return element(name, {}, ...items.map((item) => element("li", { dir: "auto" }, ...inline(item, links))));
}

function kindOf(line) {
  if (!line.trim()) return "blank";
  if (cells(line) || (RULE.test(line) && line.includes("|"))) return "table";
  if (BULLET.test(line)) return "ul";
  if (NUMBERED.test(line)) return "ol";
  return "p";
}

function block(kind, lines, links) {
  if (kind === "table" && lines.length > 1) return table(lines, links);
  if (kind === "ul") return list("ul", lines.map((line) => BULLET.exec(line)[1]), links);
  if (kind === "ol") return list("ol", lines.map((line) => NUMBERED.exec(line)[1]), links);
  const paragraph = element("p", { dir: "auto" });
  lines.forEach((line, place) => paragraph.append(...(place ? [element("br")] : []), ...inline(line, links)));
  return paragraph;
}

/**
 * @param {string} text
 * @param {Links} links
 * @returns {HTMLElement[]} paragraphs, lists and tables
 */
export function blocks(text, links) {
  const made = [];
  let kind = null;
  let lines = [];
  const flush = () => lines.length && made.push(block(kind, lines, links));
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

/** The words of a message for who listens: without marks, a line a sentence. */
export function spoken(text) {
  const lines = text.replace(/\*\*/g, "").replace(LINK, "a link").split("\n").filter((line) => line.trim() && !RULE.test(line));
  return lines.map((line) => line.replace(/^\s*[-•*–]\s+/, "").replace(/\s*[|\t]\s*/g, ", ").replace(/([^.!?:,])$/, "$1.")).join(" ");
}

/** The day of an instant, as people call it. */
export function day(instant) {
  const then = new Date(instant);
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(then).setHours(0, 0, 0, 0)) / 86_400_000);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  const year = then.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  return then.toLocaleDateString(undefined, { weekday: "long", day: "numeric", month: "long", year });
}

/** The time of day of an instant. */
export function clock(instant) {
  return new Date(instant).toLocaleTimeString(undefined, { hour: "numeric", minute: "2-digit" });
}
