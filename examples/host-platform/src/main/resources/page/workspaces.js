// Workspaces, and what they run.
import { all, at } from "./api.js";
import { el, empty, head, label } from "./dom.js";
import { count } from "./words.js";

export const hears = ["changed", "update-queued", "decided", "failed"];

function plugin(install, pending) {
  const waits = pending.has(`${install.workspace}/${install.plugin}`);
  return el(
    "li",
    {},
    el(
      "a",
      { href: `#${at("workspaces", install.workspace, install.plugin)}` },
      el("span", { class: "title" }, install.plugin),
      el("span", {}, waits ? label("Update waits", "warn") : null, " ", install.version ?? el("code", {}, install.revision.slice(0, 10))),
    ),
  );
}

function card(workspace, installs, pending) {
  return el(
    "article",
    { class: "sheet card" },
    el("header", {}, el("h2", {}, workspace.id), el("code", { class: "quiet key", title: workspace.target }, workspace.target)),
    installs.length > 0
      ? el("ul", {}, installs.map((install) => plugin(install, pending)))
      : el("p", { class: "none quiet" }, "Nothing is installed here."),
  );
}

export async function show() {
  const [workspaces, installs, updates] = await Promise.all([all("/workspaces"), all("/admin/installs"), all("/admin/plugin-updates-pending")]);
  const pending = new Set(updates.map((update) => `${update.workspace}/${update.plugin}`));
  return {
    title: "Workspaces",
    content: [
      head("Workspaces", { text: `${count(workspaces.length, "workspace")}, ${count(installs.length, "installed plugin")}.` }),
      workspaces.length > 0
        ? el(
            "div",
            { class: "cards" },
            workspaces.map((workspace) =>
              card(
                workspace,
                installs.filter((install) => install.workspace === workspace.id),
                pending,
              ),
            ),
          )
        : empty("There are no workspaces yet", "Make one: PUT /workspaces/ws-42"),
    ],
  };
}
