// Revisions on their way through the fleet, ring by ring.
import { all, get, part, post, put } from "./api.js";
import { ask, form } from "./ask.js";
import { el, empty, facts, head, label, note, section, table } from "./dom.js";
import { attempt } from "./status.js";
import { count, phrase, revision, shortKey, time } from "./words.js";

export const hears = ["rollout-moved", "changed", "failed", "recovered", "quarantined"];

const TONES = { running: "good", paused: "warn", halted: "bad", done: "good", "under-way": "warn", succeeded: "good", failed: "bad" };
const ASKED = {
  pause: ["Pause", "Nobody begins until it is resumed; what has begun ends."],
  resume: ["Resume", "It goes on where it was."],
  stop: ["Stop", "Nobody begins any more, and it does not begin again. What has begun ends."],
  "next-ring": ["Open next ring", "The next ring begins now, whatever the plan says of a soak."],
};

const nameOf = (rollout) => `${shortKey(rollout.source)} ${rollout.version ?? rollout.revision.slice(0, 10)}`;

async function decide(rollout, what, refresh) {
  const [word, text] = ASKED[what];
  const reason = await ask({ title: `${word}: ${nameOf(rollout)}?`, text, field: "Why, for the record (may stay empty)", yes: word });
  if (reason !== null) {
    await attempt(word, () => post(`/admin/rollouts/${rollout.id}/${what}`, { note: reason }), (now) => `${nameOf(now)} is ${now.state}`);
    refresh();
  }
}

function actions(rollout, refresh) {
  const able = { running: ["pause", "next-ring", "stop"], paused: ["resume", "stop"] }[rollout.state] ?? [];
  return able.map((what) => el("button", { class: "small decide", "data-key": `${what} ${rollout.id}`, "aria-label": `${ASKED[what][0]}: ${nameOf(rollout)}`, onclick: () => decide(rollout, what, refresh) }, ASKED[what][0]));
}

const sum = (ring) => ring.waiting + ring.underWay + ring.succeeded + ring.failed;

function bar(ring, i, rollout) {
  const all = Math.max(1, sum(ring));
  const text = `Ring ${i + 1}, ${ring.members}: ${ring.succeeded} of ${sum(ring)} succeeded, ${ring.failed} failed, ${ring.underWay} under way`;
  const wide = (number, tone) => number > 0 && el("meter", { class: tone, value: number, max: all, "aria-hidden": "true" });
  return el("li", { class: i + 1 > rollout.ring ? "quiet" : null }, el("span", {}, text), wide(ring.succeeded, "good"), wide(ring.failed, "bad"));
}

const rings = (rollout) => el("ol", { class: "rings" }, rollout.rings.map((ring, i) => bar(ring, i, rollout)));

function row(rollout, refresh) {
  return [
    [el("a", { class: "title", href: `#/rollouts/${rollout.id}` }, nameOf(rollout)), el("div", { class: "quiet" }, `plan ${rollout.plan}`)],
    [label(phrase(rollout.state), TONES[rollout.state]), rollout.note && el("div", { class: "quiet" }, rollout.note)],
    rings(rollout),
    [time(rollout.createdAt), el("div", { class: "quiet" }, `by ${rollout.actor}`)],
    el("div", { class: "actions" }, actions(rollout, refresh)),
  ];
}

async function plan(refresh) {
  const answer = await form({
    title: "Set a plan",
    text: "Rings in order, when it halts, and how many at one time. What has begun keeps the plan it began with.",
    fields: [
      { name: "name", label: "Name", needed: true },
      { name: "plan", label: "Plan", value: "ring 5% soak PT1H; ring rest; halt 20% of 5", needed: true },
    ],
    yes: "Set",
  });
  if (answer) {
    await attempt("Setting the plan", () => put(`/admin/plans/${encodeURIComponent(answer.name)}`, { plan: answer.plan }), (now) => `Plan ${now.name} is set`);
    refresh();
  }
}

export async function show(refresh) {
  const [{ items }, plans] = await Promise.all([part("/admin/rollouts"), all("/admin/plans")]);
  return {
    title: "Rollouts",
    content: [
      head("Rollouts", {
        text: `${count(items.filter((one) => ["running", "paused"].includes(one.state)).length, "rollout")} open. To begin one: Updates, Roll out.`,
        actions: [el("button", { class: "decide", "data-key": "plan", onclick: () => plan(refresh) }, "Set a plan")],
      }),
      items.length > 0
        ? table("Rollouts, the newest first", ["Release", "State", "Rings", "Begun", ""], items.map((one) => row(one, refresh)))
        : empty("There was no rollout yet", "A policy that names a plan begins one, or a person under Updates."),
      plans.length > 0 ? section("Plans", facts(...plans.map((one) => [one.name, el("code", {}, one.plan), "wide"]))) : null,
    ].filter(Boolean),
  };
}

function member(one) {
  return [el("a", { class: "title", href: `#/workspaces/${encodeURIComponent(one.workspace)}/${encodeURIComponent(one.plugin)}` }, one.workspace), `Ring ${one.ring}`, label(phrase(one.state), TONES[one.state]), time(one.changedAt)];
}

export async function showOne(refresh, id) {
  const [rollout, { items, next }] = await Promise.all([get(`/admin/rollouts/${encodeURIComponent(id)}`), part(`/admin/rollouts/${encodeURIComponent(id)}/members?limit=500`)]);
  return {
    title: nameOf(rollout),
    content: [
      head(nameOf(rollout), { back: { href: "#/rollouts", text: "Rollouts" }, text: ["Plan ", rollout.plan, ", begun by ", rollout.actor, " ", time(rollout.createdAt)], actions: actions(rollout, refresh) }),
      note(TONES[rollout.state] ?? "", el("b", {}, `${phrase(rollout.state)}. `), rollout.note),
      rollout.state === "halted" ? note("", el("a", { href: "#/quarantines" }, "Its revision is in quarantine")) : null,
      section("Rings", el("div", { class: "sheet facts" }, rings(rollout))),
      section("Members", table("Members", ["Workspace", "Ring", "State", "Changed"], items.map(member)), next ? note("", "Only the first 500 are shown.") : null),
      section("Details", facts(["Rules", el("code", {}, rollout.rules), "wide"], ["Source", el("code", {}, rollout.source), "wide"], ["Revision", revision(rollout.revision)], ["Soaks until", rollout.soakUntil ? time(rollout.soakUntil) : "no soak now"])),
    ].filter(Boolean),
  };
}
