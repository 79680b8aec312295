// Elements out of plain values. Text only ever becomes text nodes.

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  send: "M12 19V5m0 0-6 6m6-6 6 6",
  close: "M6 6l12 12M18 6 6 18",
  menu: "M5 7h14M5 12h14M5 17h14",
  mic: "M12 4a2.5 2.5 0 0 1 2.5 2.5v5a2.5 2.5 0 0 1-5 0v-5A2.5 2.5 0 0 1 12 4ZM6 11.5a6 6 0 0 0 12 0M12 17.5V21",
  off: "M4 4l16 16",
  speaker: "M5 10v4h3l4 4V6L8 10H5ZM15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11",
};

/**
 * @param {string} name of the element
 * @param {Record<string, unknown>} [attributes] null and undefined are left out; functions listen
 * @param {...(Node | string | null)} children
 * @returns {any} the element
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") made.addEventListener(key, value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

function drawn(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** One or more icons on top of each other, as one picture that screen readers pass over. */
export function icon(...names) {
  const svg = drawn("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" });
  svg.append(...names.map((name) => drawn("path", { d: ICONS[name], class: `icon-${name}` })));
  return svg;
}

/** Penny's coin. */
export function logo(size = "") {
  const svg = drawn("svg", { viewBox: "0 0 48 48", class: `logo ${size}`.trim(), "aria-hidden": "true" });
  svg.append(
    drawn("path", { class: "coin", d: "M24 3a21 21 0 1 1-11.6 38.5L4.6 44.4a1 1 0 0 1-1.3-1.3l2.6-7.6A21 21 0 0 1 24 3Z" }),
    drawn("circle", { class: "rim", cx: 24, cy: 24, r: 16.2 }),
    drawn("path", { class: "letter", d: "M18.5 35V14.5h7.2a6.6 6.6 0 0 1 0 13.2h-7.2" }),
  );
  return svg;
}

/** An id nobody else has. (randomUUID is missing on plain-http pages of other hosts.) */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
