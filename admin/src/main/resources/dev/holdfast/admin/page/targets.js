// What stands on targets in another way than is recorded.
import { at, part, post } from "./api.js";
import { ask } from "./ask.js";
import { el, empty, head, label, table } from "./dom.js";
import { attempt } from "./status.js";
import { count, phrase, time } from "./words.js";

export const hears = ["target-differs", "target-matches", "changed"];

const TONES = { missing: "bad", tampered: "bad", unmarked: "warn", foreign: "warn" };

function told(report) {
  if (report.failures.length > 0) {
    const first = report.failures[0];
    return `${first.workspace}/${first.plugin} could not be looked at: ${first.message}`;
  }
  return report.looked === 0 ? "Nothing is due; it is looked at by itself" : `Looked at ${count(report.looked, "install")}; ${report.differing.length} differ`;
}

async function look(body, refresh) {
  await attempt("Looking at targets", () => post("/admin/inspections", body), told);
  refresh();
}

async function repair(one, refresh) {
  const text = one.condition === "foreign" ? "Something else stands there. It is left alone, and you are told why." : `What differs in ${one.workspace} from what was delivered is made whole.`;
  const yes = await ask({ title: `Repair ${one.plugin} in ${one.workspace}?`, text, yes: "Repair" });
  if (yes !== null) {
    await attempt(`Repairing ${one.plugin}`, () => post(`${at("workspaces", one.workspace, "plugins", one.plugin)}/repair`), (change) => (change.changed ? `${one.plugin} is whole again` : "Nothing was damaged"));
    refresh();
  }
}

function row(one, refresh) {
  const { workspace, plugin } = one;
  const button = (text, onclick) => el("button", { class: "small decide", "data-key": `${text} ${workspace}/${plugin}`, "aria-label": `${text}: ${plugin} in ${workspace}`, onclick }, text);
  return [
    [el("a", { class: "title", href: `#${at("workspaces", workspace, plugin)}` }, plugin), el("div", { class: "quiet" }, workspace)],
    [label(phrase(one.condition), TONES[one.condition]), el("div", { class: "quiet" }, one.detail), one.lastError && el("div", { class: "quiet" }, `The last look failed: ${one.lastError}`)],
    time(one.since),
    time(one.lookedAt),
    el("div", { class: "actions" }, button("Look now", () => look({ workspace, plugin }, refresh)), button("Repair", () => repair(one, refresh))),
  ];
}

export async function show(refresh) {
  const { items, next } = await part("/admin/inspections?limit=200");
  return {
    title: "Targets",
    content: [
      head("Targets", {
        text: items.length === 0 ? "Every install is as it was delivered, as far as it was looked at." : `${count(items.length, "install")}${next ? " and more" : ""} ${items.length === 1 ? "differs" : "differ"} from what was delivered.`,
        actions: [el("button", { class: "decide", "data-key": "look at targets", onclick: () => look({}, refresh) }, "Look at what is due")],
      }),
      items.length > 0
        ? table("Installs that differ from what was delivered", ["Install", "State", "Since", "Looked at", ""], items.map((one) => row(one, refresh)))
        : empty("Nothing differs", "Targets are looked at within a day, and every file within a week. What somebody removes or changes there shows up here."),
    ],
  };
}
