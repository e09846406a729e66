// One plugin in one workspace: where it stands, why, and how it came there.
import { at, get, post, put, remove } from "./api.js";
import { ask, form } from "./ask.js";
import { el, facts, head, label, note, section, table } from "./dom.js";
import { askWho, readers } from "./holds.js";
import { attempt } from "./status.js";
import { rollBack } from "./update.js";
import { count, move, revision, phrase, time } from "./words.js";

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

let releases = { of: null, all: [] };

async function backTo(path, plugin, release, refresh) {
  const name = release.version ?? release.revision.slice(0, 10);
  const reason = await ask({ title: `Roll ${plugin} back to ${name}?`, text: "It becomes live again without asking the source. What you leave is remembered as bad.", field: "Why, for the record (may stay empty)", yes: "Roll back" });
  if (reason !== null) {
    await attempt(`Rolling ${plugin} back`, () => post(`${path}/rollback`, { release: release.release, reason }), () => `${plugin} is back at ${name}`);
    releases = { of: null, all: [] };
    refresh();
  }
}

function retained(path, plugin, refresh) {
  const row = (one) => [
    [el("span", { class: "title" }, one.version ?? revision(one.revision)), el("div", { class: "quiet" }, revision(one.revision))],
    [one.live ? label("Live", "good") : null, one.bad ? label("Bad", "bad") : null],
    time(one.deliveredAt),
    one.live ? "" : el("button", { class: "small decide", "data-key": `back ${one.release}`, "aria-label": `Roll back to ${one.version ?? one.revision.slice(0, 10)}`, onclick: () => backTo(path, plugin, one, refresh) }, "Roll back to it"),
  ];
  return releases.of === path ? section("Releases on the target", table("Releases on the target", ["Release", "State", "Delivered", ""], releases.all.map(row))) : null;
}

async function setPolicy(path, install, refresh) {
  const answer = await form({
    title: "Who decides on updates?",
    text: "manual, auto:patch, auto:minor or auto:any; with windows, cooldowns and a plan as in the manual.",
    fields: [{ name: "policy", label: "Policy", value: install.policy, needed: true }],
    yes: "Set",
  });
  if (answer) {
    await attempt("Setting the policy", () => put(`${path}/policy`, { policy: answer.policy }), (now) => `The policy is ${now.policy}`);
    refresh();
  }
}

const SOUND = { intact: "Every file is as it was delivered" };

/** What can be done to an install, beside deciding on its updates. */
function care(path, install, refresh) {
  const { workspace, plugin } = install;
  const button = (text, onclick) => el("button", { class: "small decide", "data-key": text, onclick }, text);
  return el(
    "div",
    { class: "actions" },
    button("Releases", async () => {
      await attempt("Reading the target", () => get(`${path}/releases`), (all) => {
        releases = { of: path, all };
        return `${count(all.length, "release")} on the target`;
      });
      refresh();
    }),
    el("button", { class: "small", "data-key": "Readers", onclick: () => askWho(workspace, plugin).then(refresh) }, "Readers"),
    button("Verify", () => attempt("Reading every file back", () => post(`${path}/verify`), (found) => SOUND[found.outcome] ?? `${phrase(found.outcome)}: ${found.detail}${found.paths.length ? `: ${found.paths.slice(0, 5).join(", ")}` : ""}`)),
    button("Repair", async () => {
      const yes = await ask({ title: `Repair ${plugin}?`, text: `What differs in ${workspace} from what was delivered is made whole; if all is intact, nothing changes.`, yes: "Repair" });
      if (yes !== null) {
        await attempt(`Repairing ${plugin}`, () => post(`${path}/repair`), (change) => (change.changed ? `${plugin} is whole again` : "Nothing was damaged"));
        refresh();
      }
    }),
    button("Policy", () => setPolicy(path, install, refresh)),
    button("Uninstall", async () => {
      const yes = await ask({ title: `Uninstall ${plugin}?`, text: `It is removed from ${workspace}; its history stays.`, yes: "Uninstall" });
      if (yes !== null && (await attempt(`Uninstalling ${plugin}`, () => remove(path), () => `${plugin} is uninstalled`))) {
        location.hash = "#/workspaces";
      }
    }),
  );
}

/** Only where there was something before, there is something to go back to. */
const delivered = (one) => one.outcome === "succeeded" && one.to !== null;

export async function show(workspace, plugin, refresh) {
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
        care(path, install, refresh),
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
      retained(path, plugin, refresh),
      readers(workspace, plugin, refresh),
      section("History", table(`What was done to ${plugin}`, ["What", "From and to", "Outcome", "Who", "When"], history.operations.map(operation))),
    ].filter(Boolean),
  };
}
