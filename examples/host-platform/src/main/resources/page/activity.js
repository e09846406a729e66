// Who decided what, and how it ended.
import { part } from "./api.js";
import { el, empty, head, table } from "./dom.js";
import { revision, phrase, time } from "./words.js";

export const hears = ["changed", "decided", "failed", "recovered", "update-queued"];

let parts = 1;

function row(entry) {
  return [
    [el("span", { class: "title" }, phrase(entry.action)), entry.plugin ? el("div", { class: "quiet" }, `${entry.plugin} in ${entry.workspace}`) : null],
    entry.to ? [entry.from ? [revision(entry.from), " → "] : null, revision(entry.to)] : "",
    entry.outcome,
    entry.actor,
    time(entry.at),
  ];
}

export async function show(refresh) {
  let { items, next } = await part("/admin/audit");
  for (let i = 1; i < parts && next; i++) {
    const more = await part(next);
    items = items.concat(more.items);
    next = more.next;
  }
  const older = el(
    "button",
    {
      "data-key": "older",
      onclick: () => {
        parts++;
        refresh();
      },
    },
    "Show older",
  );
  return {
    title: "Activity",
    content: [
      head("Activity", { text: "Every decision and change, the newest first. Nothing is ever removed from it." }),
      items.length > 0
        ? table("Decisions and changes", ["What", "Revision", "Outcome", "Who", "When"], items.map(row))
        : empty("Nothing has happened yet", "Installs, updates, decisions and failures show up here."),
      next ? el("section", {}, older) : null,
    ].filter(Boolean),
  };
}
