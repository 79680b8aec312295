// Small forms: labelled fields, a sentence for what is wrong, and one button.

import { element } from "./dom.js";

/** A label and its field. @param {Record<string, unknown>} attributes of the field */
export function field(id, label, attributes) {
  return [element("label", { for: id }, label), element("input", { id, required: true, spellcheck: "false", ...attributes })];
}

/**
 * A form that sends its fields when it is submitted, and says what was refused.
 * @param {{id: string, label: string, fields: Node[]}} parts
 * @param {(values: Record<string, string>) => Promise<void>} send gets the values by the fields' ids
 */
export function form({ id, label, fields }, send) {
  const wrong = element("p", { class: "wrong", role: "alert" });
  const button = element("button", { type: "submit", class: "strong" }, label);
  const made = element("form", { id, class: "fields" }, ...fields, wrong, button);
  const inputs = [...made.querySelectorAll("input[id]")];
  made.addEventListener("submit", async (event) => {
    event.preventDefault();
    wrong.textContent = "";
    button.disabled = true;
    try {
      await send(Object.fromEntries(inputs.map((input) => [input.id, input.value])));
      made.reset();
    } catch (refused) {
      wrong.textContent = refused.message;
      inputs.at(-1).select();
    } finally {
      button.disabled = false;
    }
  });
  return made;
}
