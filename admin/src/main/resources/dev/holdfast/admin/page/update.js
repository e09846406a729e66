// One update: what would change, and the decision.
import { at, get, post } from "./api.js";
import { ask } from "./ask.js";
import { el, facts, head, label, note, section } from "./dom.js";
import { attempt, working } from "./status.js";
import { count, move, revision, phrase, plain, size, time } from "./words.js";
import { why } from "./updates.js";

export const hears = ["decided", "changed", "failed", "recovered"];

const OPEN = ["pending", "applying", "failed"];
const TONES = { pending: "warn", applying: "warn", applied: "good", failed: "bad" };
const SIGNS = [
  ["added", "+"],
  ["changed", "±"],
  ["removed", "−"],
];

let applying = null;

/** Shows how far the apply of this page has come. */
export function hear(name, data) {
  if (name === "progress" && applying?.id === data.update) {
    working(data.entries > 0 ? `${applying.text}: ${count(data.entries, "file")}, ${size(data.bytes)}` : applying.text);
  }
}

function commits(changes) {
  if (changes.commits.length === 0) {
    return el("div", { class: "sheet" }, el("h3", {}, "Commits"), el("p", { class: "none quiet facts" }, "This source tells no history."));
  }
  return el(
    "div",
    { class: "sheet" },
    el("h3", {}, count(changes.commits.length, "commit")),
    el(
      "ol",
      { class: "commits" },
      changes.commits.map((commit) =>
        el(
          "li",
          {},
          el("div", {}, commit.subject ? plain(commit.subject) : "(no message)"),
          el("div", { class: "quiet" }, plain(commit.author), " · ", time(commit.at), " · ", revision(commit.revision)),
        ),
      ),
    ),
  );
}

function files(changes) {
  const all = SIGNS.flatMap(([kind, sign]) => changes[kind].map((path) => ({ kind, sign, path })));
  return el(
    "div",
    { class: "sheet" },
    el("h3", {}, all.length === 0 ? "No file differs" : `${count(all.length, "file")} differ${all.length === 1 ? "s" : ""}`),
    el(
      "ul",
      { class: "files" },
      all
        .sort((a, b) => (a.path < b.path ? -1 : 1))
        .map(({ kind, sign, path }) =>
          el("li", { class: kind }, el("span", { class: "sign", "aria-hidden": "true" }, sign), el("span", { class: "unseen" }, kind), el("code", {}, plain(path))),
        ),
    ),
  );
}

const WITHOUT = {
  binary: "It is no text.",
  "too-large": "It is larger than is compared.",
  "left-out": "So many files have changed that this one was not read.",
};

function lines(file) {
  if (file.kind !== "text") {
    return el("p", { class: "none quiet facts" }, WITHOUT[file.kind]);
  }
  if (file.hunks.length === 0) {
    return el("p", { class: "none quiet facts" }, "Its lines are the same: its mode has changed, or how its last line ends.");
  }
  return el(
    "div",
    { class: "lines", tabindex: 0, role: "group", "aria-label": `Changed lines of ${file.path}` },
    file.hunks.map((hunk) =>
      el(
        "pre",
        {},
        el("span", { class: "at" }, `Line ${hunk.after}\n`),
        hunk.lines.map((line) => el("span", { class: { "+": "new", "-": "gone" }[line[0]] ?? "same" }, plain(line), "\n")),
      ),
    ),
    file.cut ? el("p", { class: "quiet" }, "More lines have changed.") : null,
  );
}

async function showLines(update, place, button) {
  button.disabled = true;
  try {
    const found = await get(`/admin/plugin-updates/${update.id}/lines`);
    place.replaceChildren(...found.map((file) => el("div", { class: "sheet" }, el("h3", {}, plain(file.path)), lines(file))));
    button.remove();
  } catch (problem) {
    button.disabled = false;
    place.replaceChildren(note("warn", `The lines cannot be shown: ${problem.message}`));
  }
}

/** Offers the changed lines; they are read only when somebody wants to see them. */
function lineByLine(update, changes) {
  if (changes.changed.length === 0) {
    return [];
  }
  const place = el("div", { class: "line-by-line", "aria-live": "polite" });
  const button = el("button", { "data-key": "lines", onclick: () => showLines(update, place, button) }, "Show changed lines");
  return [button, place];
}

/** Returns what the trust policy and the host's admission say: what is refused stands out. */
function judged(changes) {
  const said = [
    ["Trust policy", changes.trust],
    ["The host's admission", changes.admission],
  ].filter(([, found]) => found);
  return [
    ...said.filter(([, found]) => !found.passes).map(([who, found]) => note("bad", `${who} refuses it: ${found.text}`)),
    facts(...said.map(([who, found]) => [who, [label(found.passes ? "Passes" : "Refused", found.passes ? "good" : "bad"), " ", found.passes ? found.text : ""], "wide"])),
  ];
}

async function difference(update) {
  try {
    const changes = await get(`/admin/plugin-updates/${update.id}/changes`);
    return [
      changes.relation === "rewritten"
        ? note("bad", "What stands upstream does not descend from what is installed: its history was written anew. Ask its author before you apply it.")
        : null,
      ...judged(changes),
      el("div", { class: "changes" }, commits(changes), files(changes)),
      ...lineByLine(update, changes),
    ];
  } catch (problem) {
    return [note("warn", `What would change cannot be shown: ${problem.message}`)];
  }
}

async function apply(update, name) {
  applying = { id: update.id, text: `Applying ${name}` };
  await attempt(applying.text, () => post(`/admin/plugin-updates/${update.id}/apply`, { revision: update.to }), () => `${name} is live`);
  applying = null;
}

async function dismiss(update, name) {
  const reason = await ask({
    title: "Dismiss this update?",
    text: `${name} is not offered to this workspace again. A newer release is.`,
    field: "Why, for the record (may stay empty)",
    yes: "Dismiss",
  });
  if (reason !== null) {
    await attempt("Dismissing", () => post(`/admin/plugin-updates/${update.id}/dismiss`, { note: reason }), () => `${name} was dismissed`);
  }
}

/** Asks, and makes live again what was live before. */
export async function rollBack(workspace, plugin) {
  const yes = await ask({
    title: `Roll ${plugin} back?`,
    text: `What was live before in ${workspace} becomes live again, without asking the source. What you leave is remembered as bad, and not offered again.`,
    yes: "Roll back",
  });
  if (yes !== null) {
    await attempt(
      `Rolling ${plugin} back`,
      () => post(`${at("workspaces", workspace, "plugins", plugin)}/rollback`),
      (change) => `${plugin} is back at ${change.version ?? change.revision.slice(0, 10)}`,
    );
  }
}

function decisions(update, install, name) {
  const live = install?.revision === update.to;
  if (update.status === "pending") {
    return [
      el("button", { "data-key": "dismiss", onclick: () => dismiss(update, name) }, "Dismiss"),
      el("button", { class: "primary", "data-key": "apply", onclick: () => apply(update, name) }, `Apply ${update.version ?? update.to.slice(0, 10)}`),
    ];
  }
  if (update.status === "failed") {
    return [
      el(
        "button",
        {
          "data-key": "retry",
          onclick: () => attempt("Offering it again", () => post(`/admin/plugin-updates/${update.id}/retry`), () => `${name} waits for a decision again`),
        },
        "Offer again",
      ),
    ];
  }
  return update.status === "applied" && live
    ? [el("button", { "data-key": "apply", onclick: () => rollBack(update.workspace, update.plugin) }, "Roll back")]
    : [];
}

function standing(update, install) {
  const live = install?.revision === update.to;
  switch (update.status) {
    case "applied":
      return live
        ? note("good", `${update.version ?? "This revision"} is live in ${update.workspace}.`)
        : note("", "It was applied, and is not live any more.");
    case "applying":
      return note("warn", "It is being applied now.");
    case "failed":
      return note("bad", `Applying it failed: ${update.lastError ?? "no reason was recorded"}`);
    case "pending":
      return update.lastError ? note("warn", `It was tried ${count(update.attempts, "time")}, the last time with: ${update.lastError}`) : null;
    default:
      return note("", `It is ${update.status}: nothing is to be decided.`);
  }
}

export async function show(id) {
  const update = await get(`/admin/plugin-updates/${encodeURIComponent(id)}`);
  const path = update.plugin && at("workspaces", update.workspace, "plugins", update.plugin);
  const install = path && (await get(path).catch(() => null));
  const name = `${update.plugin ?? update.image} ${update.version ?? update.to.slice(0, 10)}`;
  const from = install?.revision === update.from ? install.version : null;
  return {
    title: name,
    content: [
      head(`${update.plugin ?? update.image} in ${update.workspace ?? "containers"}`, {
        back: { href: "#/updates", text: "Updates" },
        text: [move(from, update.from, update.version, update.to), " ", why(update)],
        actions: decisions(update, install, name),
      }),
      standing(update, install),
      OPEN.includes(update.status)
        ? section("What changes", ...(update.plugin ? await difference(update) : [note("", "Its containers are replaced, by this digest.")]).filter(Boolean))
        : null,
      section(
        "Details",
        facts(
          ["Status", label(phrase(update.status), TONES[update.status])],
          update.tracks && ["Found by", el("code", {}, update.tracks)],
          ["First seen", time(update.seenAt)],
          ["Last changed", [time(update.changedAt), ` by ${update.actor}`]],
          install && ["Follows", el("code", {}, install.tracks)],
          install && ["Source", el("code", {}, install.source), "wide"],
          ["Exactly this revision", el("code", {}, update.to), "wide"],
        ),
      ),
    ].filter(Boolean),
  };
}
