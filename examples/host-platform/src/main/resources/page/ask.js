// Asks before something is done that others would notice.
import { el } from "./dom.js";

/** Returns what was written into the field, "" without one; null if the answer was no. */
export function ask({ title, text, yes, field = null, needed = false, secret = false }) {
  return new Promise((resolve) => {
    const input = field && el("input", { name: "text", required: needed, type: secret ? "password" : "text", autocomplete: "off" });
    const dialog = el(
      "dialog",
      { "aria-labelledby": "ask-title", onclose: () => close() },
      el(
        "form",
        { method: "dialog" },
        el("h2", { id: "ask-title" }, title),
        el("p", {}, text),
        input && el("label", { class: "field" }, field, input),
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
      dialog.remove();
      before?.focus();
      resolve(dialog.returnValue === "yes" ? (input?.value ?? "") : null);
    };
    document.body.append(dialog);
    dialog.showModal();
    if (!input) {
      dialog.querySelector(".primary").focus();
    }
  });
}
