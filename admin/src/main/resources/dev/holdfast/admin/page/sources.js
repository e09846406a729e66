// Where plugins come from, and how these places are.
import { all, post } from "./api.js";
import { ask } from "./ask.js";
import { el, empty, head, label, table } from "./dom.js";
import { askPins, pins } from "./pins.js";
import { attempt } from "./status.js";
import { count, shortKey, time } from "./words.js";
import { lookButton } from "./updates.js";

export const hears = ["swept", "changed", "ref-rewritten"];

const TONES = { ready: "good", failing: "bad", suspended: "warn" };
const WORDS = { ready: "Ready", failing: "Failing", suspended: "Suspended", "not-asked-yet": "Not asked yet" };

async function suspend(upstream, name, refresh) {
  const why = await ask({
    title: `Suspend ${name}?`,
    text: "No node asks it until somebody resumes it. What is installed from it stays as it is.",
    field: "Why? Others will ask",
    needed: true,
    yes: "Suspend",
  });
  if (why !== null) {
    await attempt("Suspending", () => post("/admin/upstreams/suspend", { upstream, why }), () => `${name} is suspended`);
    refresh();
  }
}

function actions(status, refresh) {
  const name = shortKey(status.upstream.key);
  const upstream = status.upstream;
  const button = (text, key, onclick) => el("button", { class: "small", "data-key": `${key} ${upstream.key}`, "aria-label": `${text}: ${name}`, onclick }, text);
  if (status.state === "suspended") {
    return button("Resume", "resume", async () => {
      await attempt("Resuming", () => post("/admin/upstreams/resume", { upstream }), () => `${name} is asked again`);
      refresh();
    });
  }
  return el(
    "div",
    { class: "actions" },
    button("Look now", "look", () =>
      attempt(`Looking at ${name}`, () => post("/admin/sweeps", { upstream }), (report) =>
        report.failed > 0 ? `${name} could not be asked: ${report.failures[0].message}` : `${name}: ${report.queued > 0 ? `${count(report.queued, "update")} found` : "nothing new"}`,
      ),
    ),
    button("Pins", "pins", async () => {
      await askPins(upstream);
      refresh();
    }),
    button("Suspend", "suspend", () => suspend(upstream, name, refresh)),
  );
}

const next = (at) => (Date.parse(at) > Date.now() ? time(at) : "due now");

function row(status, refresh) {
  const why = status.suspended ?? status.lastError;
  return [
    [el("div", {}, el("span", { class: "title" }, shortKey(status.upstream.key)), " ", el("span", { class: "quiet" }, count(status.installs, "install"))), el("code", { class: "quiet key", title: status.upstream.key }, status.upstream.key), pins(status.upstream, refresh)],
    [
      label(WORDS[status.state], TONES[status.state]),
      status.failingSince && status.state === "failing" ? el("div", { class: "quiet" }, "first failed ", time(status.failingSince)) : null,
      why ? el("div", { class: "quiet" }, why) : null,
    ],
    [time(status.checkedAt), status.state === "suspended" ? null : el("div", { class: "quiet" }, next(status.dueAt))],
    actions(status, refresh),
  ];
}

export async function show(refresh) {
  const upstreams = await all("/admin/upstreams");
  const failing = upstreams.filter((status) => status.state === "failing").length;
  return {
    title: "Sources",
    content: [
      head("Sources", {
        text: `${count(upstreams.length, "source")} ${upstreams.length === 1 ? "is" : "are"} followed${failing > 0 ? `, ${failing} cannot be asked and ${failing === 1 ? "is" : "are"} tried again` : ""}. Each is asked once for all that follow it.`,
        actions: upstreams.length > 0 ? [lookButton()] : [],
      }),
      upstreams.length > 0
        ? table("Sources and their health", ["Source", "State", "Last answered, and next", ""], upstreams.map((status) => row(status, refresh)))
        : empty("Nothing is followed", "The source of the first plugin that is installed shows up here."),
    ],
  };
}
