// What may not be installed where.
import { all, part, post } from "./api.js";
import { ask, form } from "./ask.js";
import { el, empty, head, label, table } from "./dom.js";
import { attempt, working } from "./status.js";
import { count, revision, shortKey, time } from "./words.js";

export const hears = ["quarantined", "quarantine-lifted", "rollout-moved", "image-rollout-moved", "changed"];

const affected = new Map();

async function declare(refresh) {
  const answer = await form({
    title: "Declare a quarantine",
    text: "What it names is not installed, updated to or rolled back to. What runs it already stays. Name a revision, a source, or both.",
    fields: [
      { name: "source", label: "Source, such as github://acme/greeter" },
      { name: "revision", label: "Revision, the whole id" },
      { name: "scope", label: "Where: fleet, labels env=prod, or install ws-42/greeter", value: "fleet", needed: true },
      { name: "reason", label: "Why? Others will read it", needed: true },
    ],
    yes: "Declare",
  });
  if (answer) {
    await attempt("Declaring", () => post("/admin/quarantines", { source: answer.source || null, revision: answer.revision || null, scope: answer.scope, reason: answer.reason }), () => "It is in force");
    refresh();
  }
}

async function lift(one, refresh) {
  const reason = await ask({ title: `Lift quarantine ${one.id}?`, text: "From then on it may be installed again.", field: "Why, for the record (may stay empty)", yes: "Lift" });
  if (reason !== null) {
    await attempt("Lifting", () => post(`/admin/quarantines/${one.id}/lift`, { note: reason }), () => `Quarantine ${one.id} is lifted`);
    refresh();
  }
}

let rolling = null;

/** Counts the installs that are back, as they come. */
export function hear(name, data) {
  if (name === "rolled-back" && rolling?.id === data.quarantine) {
    rolling.ended++;
    working(`Rolling back ${rolling.ended} of ${rolling.all}`, rolling.ended / rolling.all);
  }
}

function becameOf(answer) {
  const failures = answer.answers.filter((each) => each.outcome !== "rolled-back");
  const said = [
    `${count(answer.answers.length - failures.length, "install")} rolled back`,
    failures.length > 0 && `${failures.length} not, first: ${failures[0].workspace}/${failures[0].plugin}: ${failures[0].detail}`,
    answer.halted && `halted with ${answer.left} left: ${answer.halted}`,
  ];
  return said.filter(Boolean).join("; ");
}

async function rollBack(one, refresh) {
  const [installs, plans] = await Promise.all([all(`/admin/quarantines/${one.id}/affected`), all("/admin/plans")]);
  const answer = await form({
    title: `Roll back what quarantine ${one.id} affects?`,
    text: `${count(installs.length, "install")} run it. Each returns to its own good release before, ring by ring of a plan, until that halts.`,
    fields: [{ name: "plan", label: plans.length > 0 ? `Plan: ${plans.map((plan) => plan.name).join(", ")}` : "Plan (set one under Rollouts first)", value: plans[0]?.name, needed: true }],
    yes: `Roll ${installs.length} back`,
  });
  if (answer) {
    rolling = { id: one.id, ended: 0, all: installs.length };
    await attempt("Rolling back", () => post(`/admin/quarantines/${one.id}/roll-back`, { plan: answer.plan }), becameOf);
    rolling = null;
    affected.delete(one.id);
    refresh();
  }
}

async function who(one, refresh) {
  affected.set(one.id, (await all(`/admin/quarantines/${one.id}/affected`)).map((install) => `${install.workspace}/${install.plugin}`));
  refresh();
}

function row(one, refresh) {
  const known = affected.get(one.id);
  const button = (text, onclick) => el("button", { class: "small", "data-key": `${text} ${one.id}`, "aria-label": `${text}: quarantine ${one.id}`, onclick }, text);
  return [
    [one.source && el("span", { class: "title", title: one.source }, shortKey(one.source)), one.source && one.revision && " ", one.revision && revision(one.revision)],
    [label(one.active ? "In force" : "Ended", one.active ? "bad" : ""), el("div", { class: "quiet" }, one.scope)],
    [one.reason, el("div", { class: "quiet" }, `by ${one.actor}`), known && el("div", { class: "quiet" }, known.length === 0 ? "Nobody runs it." : `Run by ${count(known.length, "install")}: ${known.slice(0, 20).join(", ")}`)],
    [time(one.since), one.until && el("div", { class: "quiet" }, "until ", time(one.until))],
    one.active ? el("div", { class: "actions" }, button("Who runs it", () => who(one, refresh)), button("Roll back", () => rollBack(one, refresh)), button("Lift", () => lift(one, refresh))) : "",
  ];
}

export async function show(refresh) {
  const { items } = await part("/admin/quarantines");
  return {
    title: "Quarantines",
    content: [
      head("Quarantines", { text: `${count(items.filter((one) => one.active).length, "quarantine")} in force.`, actions: [el("button", { class: "decide", "data-key": "declare", onclick: () => declare(refresh) }, "Declare one")] }),
      items.length > 0 ? table("Quarantines, the newest first", ["What", "State", "Why", "Since", ""], items.map((one) => row(one, refresh))) : empty("Nothing is in quarantine", "A rollout that halts leaves one behind, or a person declares one."),
    ],
  };
}
