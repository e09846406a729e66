// What waits for a decision.
import { all, get, post } from "./api.js";
import { form } from "./ask.js";
import { el, empty, head, label, note, table } from "./dom.js";
import { decideOn } from "./many.js";
import * as queue from "./queue.js";
import { attempt, working } from "./status.js";
import { count, move, phrase, revision, shortKey, time } from "./words.js";

export const hears = ["update-queued", "decided", "changed", "swept", "failed"];

const MOST_ROWS = 100;
const FILTERS = { plugin: "Plugin", workspace: "Workspace", source: "Source", status: "Status", label: "Label" };
const TONES = { applying: "warn", failed: "bad" };

let rows = MOST_ROWS;

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

function box(items, name, draw) {
  const able = queue.waiting(items);
  const some = able.filter((item) => queue.selected.has(item.update.id)).length;
  const input = el("input", {
    type: "checkbox",
    "aria-label": `Select ${name}`,
    "data-key": `select ${name}`,
    checked: some > 0 && some === able.length,
    disabled: able.length === 0,
    onchange: () => {
      queue.select(items, input.checked);
      draw();
    },
  });
  input.indeterminate = some > 0 && some < able.length;
  return input;
}

function row(item, draw) {
  const update = item.update;
  const name = queue.nameOf(item);
  return [
    el(
      "div",
      { class: "pick" },
      box([item], `${name} in ${update.workspace ?? "images"}`, draw),
      el("div", {}, el("a", { class: "title", href: `#/updates/${update.id}` }, name), update.workspace && el("div", { class: "quiet" }, "in ", update.workspace)),
    ),
    [
      move(item.fromVersion, update.from, update.version, update.to),
      update.version && el("div", { class: "quiet" }, revision(update.from), " → ", revision(update.to)),
    ],
    [
      update.status === "pending" ? why(update) : label(phrase(update.status), TONES[update.status]),
      update.lastError && el("div", { class: "quiet" }, `Failed before: ${update.lastError}`),
    ],
    time(update.createdAt),
    el("a", { class: "button small", href: `#/updates/${update.id}`, "aria-label": `Review ${name} in ${update.workspace ?? "images"}` }, "Review"),
  ];
}

const COLUMNS = ["Plugin", "Change", "Why", "Waiting since", ""];

function list(items, draw) {
  const more = items.length - rows;
  return [
    table("Updates that wait for a decision", COLUMNS, items.slice(0, rows).map((item) => row(item, draw))),
    more > 0 &&
      el(
        "p",
        { class: "more" },
        el(
          "button",
          {
            "data-key": "more",
            onclick: () => {
              rows += MOST_ROWS;
              draw();
            },
          },
          `Show ${Math.min(more, MOST_ROWS)} more of ${more}`,
        ),
      ),
  ];
}

async function rollOut(item, name) {
  const answer = await form({
    title: `Roll ${name} out?`,
    text: "It goes ring by ring to all that have this update, and halts by itself if too many fail.",
    fields: [{ name: "plan", label: "By which plan? Its name, as under Rollouts", needed: true }],
    yes: "Begin",
  });
  if (answer) {
    const begun = await attempt("Beginning", () => post("/admin/rollouts", { plan: answer.plan, source: item.source, revision: item.update.to }), () => `${name} is being rolled out`);
    if (begun) {
      location.hash = "#/rollouts";
    }
  }
}

function together({ key, members }, draw, refresh) {
  const first = members[0];
  const name = `${queue.nameOf(first)} ${queue.releaseOf(first)}`;
  const able = queue.waiting(members);
  const shown = queue.opened.has(key);
  const button = (text, what, onclick) => el("button", { class: "small decide", "data-key": `${what} ${key}`, "aria-label": `${text}: ${name}`, onclick }, text);
  return el(
    "section",
    { class: "sheet group", "aria-label": `${name} for ${count(members.length, "workspace")}` },
    el(
      "div",
      { class: "group-head" },
      el(
        "div",
        { class: "pick" },
        box(members, `all of ${name}`, draw),
        el(
          "div",
          {},
          el("h2", {}, `${name} for ${count(members.length, "workspace")}`),
          el("p", { class: "quiet" }, first.source ?? "", able.length < members.length ? ` · ${members.length - able.length} not waiting` : ""),
        ),
      ),
      el(
        "div",
        { class: "actions" },
        el(
          "button",
          {
            class: "small",
            "aria-expanded": String(shown),
            "data-key": `open ${key}`,
            "aria-label": `${shown ? "Hide" : "Show"} workspaces: ${name}`,
            onclick: () => {
              shown ? queue.opened.delete(key) : queue.opened.add(key);
              draw();
            },
          },
          shown ? "Hide" : "Show",
        ),
        el("a", { class: "button small", href: `#/updates/${first.update.id}`, "aria-label": `Review ${name}` }, "Review"),
        first.source && able.length > 1 && button("Roll out", "roll-out", () => rollOut(first, name)),
        able.length > 0 && button(`Dismiss ${able.length}`, "dismiss", () => decideOn("dismiss", able, name, refresh)),
        able.length > 0 && button(`Apply to ${able.length}`, "apply", () => decideOn("apply", able, name, refresh)),
      ),
    ),
    shown && el("div", { class: "inner" }, list(members, draw)),
  );
}

function filterBar(items, draw) {
  const pick = ([name, title]) => {
    const options = queue.choices(items, name);
    if (options.length < 2 && !queue.filters[name]) {
      return null;
    }
    const choose = el(
      "select",
      {
        "data-key": `filter ${name}`,
        onchange: () => {
          queue.filters[name] = choose.value;
          rows = MOST_ROWS;
          draw();
        },
      },
      el("option", { value: "" }, "all"),
      options.map((value) => el("option", { value, selected: queue.filters[name] === value }, value)),
    );
    return el("label", { class: "filter" }, title, choose);
  };
  const search = el("input", {
    type: "search",
    value: queue.filters.text,
    autocomplete: "off",
    "data-key": "search",
    oninput: () => {
      queue.filters.text = search.value;
      rows = MOST_ROWS;
      draw();
    },
  });
  return el("form", { class: "filters", role: "search", onsubmit: (event) => event.preventDefault() }, el("label", { class: "filter wide" }, "Search", search), Object.entries(FILTERS).map(pick));
}

function selection(items, draw, refresh) {
  const picked = items.filter((item) => queue.selected.has(item.update.id));
  if (picked.length === 0) {
    return null;
  }
  const name = count(picked.length, "update");
  return el(
    "div",
    { class: "selection", role: "region", "aria-label": "What is selected" },
    el("b", {}, `${picked.length} selected`),
    el(
      "div",
      { class: "actions" },
      el(
        "button",
        {
          class: "small",
          "data-key": "clear",
          onclick: () => {
            queue.selected.clear();
            draw();
          },
        },
        "Clear",
      ),
      el("button", { class: "small decide", "data-key": "dismiss-selected", onclick: () => decideOn("dismiss", picked, name, refresh) }, "Dismiss selected"),
      el("button", { class: "small primary decide", "data-key": "apply-selected", onclick: () => decideOn("apply", picked, name, refresh) }, "Apply selected"),
    ),
  );
}

function failures() {
  return (
    queue.outcome.failures.length > 0 &&
    el(
      "section",
      { "aria-label": "What could not be done" },
      note("bad", el("b", {}, `${count(queue.outcome.failures.length, "update")} could not be decided on. `), queue.outcome.failures.slice(0, 20).map(({ where, why: reason }) => el("span", { class: "line" }, `${where}: ${reason}`))),
    )
  );
}

/** Draws the list anew without asking anybody; what had the focus has it again. */
function drawer(items, refresh) {
  const place = el("div", { class: "queue" });
  const draw = () => {
    const key = place.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    const shown = queue.chosen(items);
    const grouped = queue.isGrouped(items);
    const parts = queue.groups(shown);
    const content = grouped ? parts.map((one) => together(one, draw, refresh)) : list(shown, draw);
    const toggle = el(
      "button",
      {
        class: "small",
        "aria-pressed": String(grouped),
        "data-key": "group",
        onclick: () => {
          queue.group(!grouped);
          draw();
        },
      },
      "Group by release",
    );
    const said = shown.length === items.length ? count(items.length, "update") : `${shown.length} of ${count(items.length, "update")}`;
    place.replaceChildren(
      ...[
        el("div", { class: "tools" }, el("label", { class: "pick" }, box(shown, "all that are shown", draw), el("span", { role: "status" }, `${said}, ${count(parts.length, "release")}`)), toggle),
        selection(items, draw, refresh),
        ...[content].flat(2),
        shown.length === 0 ? empty("Nothing fits these filters") : null,
      ].filter(Boolean),
    );
    if (key) {
      place.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
    }
  };
  draw();
  return [items.length > 5 ? filterBar(items, draw) : null, place];
}

export async function show(refresh) {
  const items = await all("/admin/queue");
  queue.tidy(items);
  const pending = queue.waiting(items).length;
  const nothing = items.length === 0 && (await get("/admin/installs?limit=1")).length === 0;
  return {
    title: "Updates",
    content: [
      head("Updates", {
        text: pending === 0 ? "Nothing waits for a decision." : `${count(pending, "update")} wait${pending === 1 ? "s" : ""} for a decision, the newest first.`,
        actions: [lookButton()],
      }),
      failures(),
      ...(items.length > 0
        ? drawer(items, refresh)
        : [
            empty(
              nothing ? "Nothing is installed yet" : "Everything is where it should be",
              nothing ? "Install a plugin into a workspace, and what its source releases shows up here." : "As far as the sources could be asked. New releases show up here.",
            ),
          ]),
    ].filter(Boolean),
  };
}
