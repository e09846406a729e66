// Asks before something is done that others would notice.
import { el } from "./dom.js";

function entry({ name, label, value = "", needed = false, secret = false }) {
  return el("label", { class: "field" }, label, el("input", { name, value, required: needed, type: secret ? "password" : "text", autocomplete: "off" }));
}

/** Asks for several texts: [{name, label, value, needed}]. Returns them by name; null if the answer was no. */
export function form({ title, text, yes, fields = [] }) {
  return new Promise((resolve) => {
    const inputs = fields.map(entry);
    const dialog = el(
      "dialog",
      { "aria-labelledby": "ask-title", onclose: () => close() },
      el(
        "form",
        { method: "dialog" },
        el("h2", { id: "ask-title" }, title),
        el("p", {}, text),
        inputs,
        el(
          "div",
          { class: "actions" },
          el("button", { type: "button", onclick: () => dialog.close() }, "Cancel"),
          el("button", { class: "primary", value: "yes" }, yes),
        ),
      ),
    );
    const before = document.activeElement;
    const close = () => {
      const values = Object.fromEntries(inputs.map((label) => label.querySelector("input")).map((input) => [input.name, input.value.trim()]));
      dialog.remove();
      before?.focus();
      resolve(dialog.returnValue === "yes" ? values : null);
    };
    document.body.append(dialog);
    dialog.showModal();
    if (inputs.length === 0) {
      dialog.querySelector(".primary").focus();
    }
  });
}

/** Returns what was written into the field, "" without one; null if the answer was no. */
export async function ask({ title, text, yes, field = null, needed = false, secret = false }) {
  const answer = await form({ title, text, yes, fields: field ? [{ name: "text", label: field, needed, secret }] : [] });
  return answer && (answer.text ?? "");
}
