// One plugin in one workspace: where it stands, why, and how it came there.
import { at, get } from "./api.js";
import { el, facts, head, label, note, section, table } from "./dom.js";
import { rollBack } from "./update.js";
import { move, revision, phrase, time } from "./words.js";

export const hears = ["changed", "update-queued", "decided", "failed", "swept", "recovered"];

const ALARMS = ["upstream-failing", "ref-absent", "ref-rewritten", "source-not-allowed", "bad-revision", "failed"];
const CALM = ["up-to-date", "follows-nothing"];

function tone(code) {
  if (CALM.includes(code)) {
    return "good";
  }
  return ALARMS.includes(code) ? "bad" : "warn";
}

function explained(explanation) {
  return note(
    tone(explanation.code),
    el("b", {}, `${phrase(explanation.code)}: `),
    `${explanation.text}.`,
    explanation.next && Date.parse(explanation.next) > Date.now() ? [" Next: ", time(explanation.next), "."] : null,
    explanation.update === null ? null : [" ", el("a", { href: `#/updates/${explanation.update}` }, "Look at the update")],
  );
}

function operation(one) {
  return [
    el("span", { class: "title" }, phrase(one.kind)),
    one.from && one.to ? move(null, one.from, one.version, one.to) : (one.version ?? revision(one.to ?? one.from)),
    one.outcome ? label(phrase(one.outcome), one.outcome === "succeeded" ? "good" : "bad") : label("Under way", "warn"),
    one.actor,
    time(one.openedAt),
  ];
}

/** Only where there was something before, there is something to go back to. */
const delivered = (one) => one.outcome === "succeeded" && one.to !== null;

export async function show(workspace, plugin) {
  const path = at("workspaces", workspace, "plugins", plugin);
  const [install, explanation, history] = await Promise.all([get(path), get(`${path}/explain`), get(`${path}/history`)]);
  return {
    title: `${plugin} in ${workspace}`,
    content: [
      head(`${plugin} in ${workspace}`, {
        back: { href: "#/workspaces", text: "Workspaces" },
        actions: history.operations.filter(delivered).length > 1 ? [el("button", { "data-key": "roll-back", onclick: () => rollBack(workspace, plugin) }, "Roll back")] : [],
      }),
      explained(explanation),
      section(
        "What is live",
        facts(
          ["Version", install.version ?? el("span", { class: "quiet" }, "none")],
          ["Follows", el("code", {}, install.tracks)],
          ["Who decides", install.policy === "manual" ? "An operator" : install.policy],
          ["Installed", time(install.installedAt)],
          ["Last changed", time(install.updatedAt)],
          ["Revision", revision(install.revision)],
          ["Source", el("code", {}, install.source), "wide"],
          ["Where", el("code", {}, install.target), "wide"],
        ),
      ),
      section("History", table(`What was done to ${plugin}`, ["What", "From and to", "Outcome", "Who", "When"], history.operations.map(operation))),
    ],
  };
}
