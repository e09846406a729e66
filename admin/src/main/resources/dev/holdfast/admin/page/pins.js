// What is remembered of who signs a source, and where its history begins.
import { get, post } from "./api.js";
import { form } from "./ask.js";
import { el } from "./dom.js";
import { attempt } from "./status.js";
import { count, shortKey, time } from "./words.js";

const KINDS = { signer: "Signed by", origin: "Begins with" };

const known = new Map();

/** Asks for the pins of one source: only when somebody wants to know. */
export async function askPins(upstream) {
  const query = Object.entries(upstream).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  await attempt("Asking for pins", () => get(`/admin/pins?${query.join("&")}`), (pins) => {
    known.set(upstream.key, pins);
    return pins.length === 0 ? "Nothing is pinned for it" : `${count(pins.length, "pin")}`;
  });
}

async function forget(upstream, pin, refresh) {
  const answer = await form({
    title: `Forget the ${pin.kind} of ${shortKey(upstream.key)}?`,
    text: "What is installed from it next is pinned anew, whoever signed it. To let one more in, accept it instead.",
    fields: [{ name: "note", label: "Why, for the record", needed: true }],
    yes: "Forget",
  });
  if (answer) {
    await attempt("Forgetting", () => post("/admin/pins/forget", { upstream, kind: pin.kind, note: answer.note }), () => `The ${pin.kind} is forgotten`);
    await askPins(upstream);
    refresh();
  }
}

async function accept(upstream, pin, refresh) {
  const answer = await form({
    title: `Accept another ${pin.kind} for ${shortKey(upstream.key)}?`,
    text: "Ask those who publish it first, and not through the source itself.",
    fields: [
      { name: "value", label: pin.kind === "signer" ? "Fingerprint, SHA256:..., as the refusal names it" : "Revision, the whole id", needed: true },
      { name: "note", label: "Why, for the record", needed: true },
    ],
    yes: "Accept",
  });
  if (answer) {
    await attempt("Accepting", () => post("/admin/pins/accept", { upstream, kind: pin.kind, value: answer.value, note: answer.note }), () => "It is accepted");
    await askPins(upstream);
    refresh();
  }
}

/** Returns what was read of a source; null if nobody has asked. */
export function pins(upstream, refresh) {
  const all = known.get(upstream.key);
  const button = (text, pin, act) =>
    el("button", { class: "small decide", "data-key": `${text} ${pin.kind} ${upstream.key}`, "aria-label": `${text} ${pin.kind}: ${shortKey(upstream.key)}`, onclick: () => act(upstream, pin, refresh) }, text);
  if (!all) {
    return null;
  }
  return all.length === 0
    ? el("div", { class: "quiet" }, "Nothing is pinned.")
    : all.map((pin) =>
        el(
          "div",
          { class: "quiet" },
          `${KINDS[pin.kind]} `,
          pin.values.map((value) => [el("code", { class: "key", title: value }, value), " "]),
          `by ${pin.actor} `,
          time(pin.since),
          el("div", { class: "actions" }, button("Accept another", pin, accept), button("Forget", pin, forget)),
        ),
      );
}
