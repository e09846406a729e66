// Who decided what, and how it ended.
import { headers, here, part } from "./api.js";
import { el, empty, head, table } from "./dom.js";
import { attempt } from "./status.js";
import { revision, phrase, time } from "./words.js";

export const hears = ["changed", "decided", "failed", "recovered", "update-queued"];

let parts = 1;
const filters = { workspace: "", plugin: "", actor: "", action: "" };

const query = () =>
  Object.entries(filters)
    .filter(([, value]) => value)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");

function filterBar(refresh) {
  const field = (name) => el("label", { class: "filter" }, name.charAt(0).toUpperCase() + name.slice(1), el("input", { name, value: filters[name], "data-key": `filter ${name}`, autocomplete: "off" }));
  const bar = el(
    "form",
    {
      class: "filters",
      role: "search",
      onsubmit: (event) => {
        event.preventDefault();
        for (const input of bar.querySelectorAll("input")) {
          filters[input.name] = input.value.trim();
        }
        parts = 1;
        refresh();
      },
    },
    Object.keys(filters).map(field),
    el("button", { class: "small", "data-key": "filter" }, "Filter"),
  );
  return bar;
}

/** Fetched by us, because a link shows no token. */
async function save(format) {
  await attempt("Exporting", async () => {
    const response = await fetch(here(`/admin/audit-export?format=${format}&${query()}`), { headers: headers(), cache: "no-store" });
    if (!response.ok) {
      throw new Error(`the host answered ${response.status}`);
    }
    const url = URL.createObjectURL(await response.blob());
    el("a", { href: url, download: `audit.${format}` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }, () => "Exported");
}

const exported = (format) => el("button", { class: "small", "data-key": `export ${format}`, onclick: () => save(format) }, `Export ${format.toUpperCase()}`);

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
  let { items, next } = await part(`/admin/audit?${query()}`);
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
      head("Activity", { text: "Every decision and change, the newest first.", actions: [exported("csv"), exported("ndjson")] }),
      filterBar(refresh),
      items.length > 0
        ? table("Decisions and changes", ["What", "Revision", "Outcome", "Who", "When"], items.map(row))
        : empty(query() ? "Nothing fits these filters" : "Nothing has happened yet", "Installs, updates, decisions and failures show up here."),
      next ? el("section", {}, older) : null,
    ].filter(Boolean),
  };
}
