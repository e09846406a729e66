// Workspaces, and what they run.
import { all, at, post } from "./api.js";
import { form } from "./ask.js";
import { el, empty, head, label } from "./dom.js";
import { attempt } from "./status.js";
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

async function install(workspace, refresh) {
  const answer = await form({
    title: `Install into ${workspace.id}`,
    text: `It goes to ${workspace.target}. The source is fetched, checked, and made live at once.`,
    fields: [
      { name: "source", label: "Source, such as github://acme/greeter#tag:v1.0.0", needed: true },
      { name: "plugin", label: "Name (empty: the last part of the source)" },
      { name: "track", label: "Follows, such as tag:latest (empty: the source's own ref)" },
      { name: "policy", label: "Policy (empty: an operator decides)" },
    ],
    yes: "Install",
  });
  if (answer) {
    const wanted = Object.fromEntries(Object.entries(answer).map(([name, value]) => [name, value || null]));
    await attempt("Installing", () => post(at("workspaces", workspace.id, "plugins"), wanted), (change) => `${change.plugin} ${change.version ?? change.revision.slice(0, 10)} is live in ${workspace.id}`);
    refresh();
  }
}

function card(workspace, installs, pending, refresh) {
  return el(
    "article",
    { class: "sheet card" },
    el(
      "header",
      {},
      el("h2", {}, workspace.id),
      el("code", { class: "quiet key", title: workspace.target }, workspace.target),
      el("button", { class: "small decide", "data-key": `install ${workspace.id}`, "aria-label": `Install into ${workspace.id}`, onclick: () => install(workspace, refresh) }, "Install"),
    ),
    installs.length > 0
      ? el("ul", {}, installs.map((install) => plugin(install, pending)))
      : el("p", { class: "none quiet" }, "Nothing is installed here."),
  );
}

export async function show(refresh) {
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
                refresh,
              ),
            ),
          )
        : empty("There are no workspaces yet", "The host makes them; see its manual."),
    ],
  };
}
