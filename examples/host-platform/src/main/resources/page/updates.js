// What waits for a decision.
import { all, get, post } from "./api.js";
import { el, empty, head, label, table } from "./dom.js";
import { attempt, working } from "./status.js";
import { count, move, revision, shortKey, time } from "./words.js";

export const hears = ["update-queued", "decided", "changed", "swept", "failed"];

/** Asks each source in turn, due or not. */
export async function lookAtAll() {
  const upstreams = (await all("/admin/upstreams")).filter((one) => one.state !== "suspended");
  const sum = { asked: 0, failed: 0, queued: 0 };
  for (const { upstream } of upstreams) {
    working(`Looking at ${shortKey(upstream.key)}, ${sum.asked + 1} of ${upstreams.length}`, sum.asked / upstreams.length);
    // One that is being asked by another node, or was suspended meanwhile, is no failure of ours.
    const report = await post("/admin/sweeps", { upstream }).catch((problem) => (problem.status === 409 ? null : Promise.reject(problem)));
    sum.asked++;
    sum.failed += report?.failed ?? 0;
    sum.queued += report?.queued ?? 0;
  }
  return sum;
}

export function lookButton() {
  return el(
    "button",
    {
      "data-key": "look",
      onclick: () =>
        attempt("Looking at the sources", lookAtAll, (sum) =>
          [
            `Looked at ${count(sum.asked, "source")}`,
            sum.queued > 0 ? `${count(sum.queued, "update")} found` : "nothing new",
            sum.failed > 0 ? `${sum.failed} could not be asked` : null,
          ]
            .filter(Boolean)
            .join(", "),
        ),
    },
    "Look now",
  );
}

export const why = (update) =>
  update.why === "ref-rewritten" ? label("Rewritten upstream", "bad") : label("New upstream", "good");

function row(update, versions) {
  const name = update.plugin ?? update.image;
  const from = versions.get(`${update.workspace}/${update.plugin}`);
  return [
    [
      el("a", { class: "title", href: `#/updates/${update.id}` }, name),
      update.workspace && el("div", { class: "quiet" }, "in ", update.workspace),
    ],
    [
      move(from, update.from, update.version, update.to),
      update.version && el("div", { class: "quiet" }, revision(update.from), " → ", revision(update.to)),
    ],
    [why(update), update.lastError && el("div", { class: "quiet" }, `Failed before: ${update.lastError}`)],
    time(update.createdAt),
    el("a", { class: "button small", href: `#/updates/${update.id}`, "aria-label": `Review ${name} in ${update.workspace ?? "images"}` }, "Review"),
  ];
}

export async function show() {
  const [updates, installs, health] = await Promise.all([
    all("/admin/plugin-updates-pending"),
    all("/admin/installs"),
    get("/admin/health"),
  ]);
  const versions = new Map(installs.map((install) => [`${install.workspace}/${install.plugin}`, install.version]));
  return {
    title: "Updates",
    content: [
      head("Updates", {
        text: updates.length === 0 ? "Nothing waits for a decision." : `${count(updates.length, "update")} wait${updates.length === 1 ? "s" : ""} for a decision, the newest first.`,
        actions: [lookButton()],
      }),
      updates.length > 0
        ? table("Updates that wait for a decision", ["Plugin", "Change", "Why", "Waiting since", ""], updates.map((update) => row(update, versions)))
        : empty(
            installs.length === 0 ? "Nothing is installed yet" : "Everything is where it should be",
            installs.length === 0
              ? "Install a plugin into a workspace, and what its source releases shows up here."
              : health.status === "ready"
                ? "Each plugin runs what its source stands at, or what was decided. New releases show up here."
                : "As far as the sources could be asked. Look at Sources for those that could not.",
          ),
    ],
  };
}
