// What this browser keeps between reloads. Storage may be full or forbidden: then it forgets.

const PREFIX = "penny:";

/** @param {"local" | "session"} kind how long it lasts: for good, or as long as the tab */
function storage(kind) {
  try {
    return kind === "local" ? localStorage : sessionStorage;
  } catch {
    return null;
  }
}

/** Reads a value, or `fallback` where there is none that can be read. */
export function recall(kind, name, fallback) {
  try {
    return JSON.parse(storage(kind)?.getItem(PREFIX + name) ?? "null") ?? fallback;
  } catch {
    return fallback;
  }
}

/** Keeps a value of JSON types; null forgets it. */
export function keep(kind, name, value) {
  try {
    if (value === null) storage(kind)?.removeItem(PREFIX + name);
    else storage(kind)?.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // kept in memory alone
  }
}

/** Forgets everything about people; how the screen looks stays. */
export function forgetPeople() {
  for (const kind of ["local", "session"]) {
    const kept = storage(kind);
    const names = kept ? Object.keys(kept) : [];
    names.filter((name) => name.startsWith(`${PREFIX}person:`)).forEach((name) => kept.removeItem(name));
  }
}
