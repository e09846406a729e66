// The one place that says what was done. Screen readers read it out.
import { el } from "./dom.js";
import { sentence } from "./words.js";

const STAYS = 8000;
const region = document.getElementById("status");
let clearing = 0;

function show(tone, stays, ...children) {
  clearTimeout(clearing);
  region.className = `status ${tone}`;
  region.replaceChildren(...children);
  if (stays) {
    clearing = setTimeout(() => region.replaceChildren(), STAYS);
  }
}

export const done = (text) => show("", true, text);
export const failed = (text) => show("bad", true, text);

/** Shows work that goes on; the bar is full at 1, and runs if how far it has come is not known. */
export const working = (text, value = null) => show("", false, text, el("progress", { value, max: 1, "aria-label": text }));

/** Does something, and says what became of it. Returns whether it was done. */
export async function attempt(before, work, after) {
  working(before);
  try {
    const answer = await work();
    done(after(answer));
    return true;
  } catch (problem) {
    failed(problem.title ? `${sentence(problem.title)}: ${problem.message}` : problem.message);
    return false;
  }
}
