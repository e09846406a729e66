// The frame: which view is shown, when it is shown anew, and how the platform stands.
import { get, know, Problem, token } from "./api.js";
import { ask } from "./ask.js";
import { el, empty, head } from "./dom.js";
import { listen } from "./live.js";
import * as activity from "./activity.js";
import * as containers from "./containers.js";
import * as many from "./many.js";
import * as plugin from "./plugin.js";
import * as quarantines from "./quarantines.js";
import * as rollouts from "./rollouts.js";
import * as sources from "./sources.js";
import * as targets from "./targets.js";
import * as update from "./update.js";
import * as updates from "./updates.js";
import * as workspaces from "./workspaces.js";
import { refreshTimes } from "./words.js";

const SETTLE = 150;
const GAP = 1000;
const TICK = 15_000;
const ROUTES = [
  [/^#\/updates\/([^/]+)$/, update, (refresh, id) => update.show(id)],
  [/^#\/workspaces\/([^/]+)\/([^/]+)$/, plugin, (refresh, workspace, name) => plugin.show(workspace, name, refresh)],
  [/^#\/workspaces$/, workspaces, (refresh) => workspaces.show(refresh)],
  [/^#\/rollouts\/([^/]+)$/, rollouts, (refresh, id) => rollouts.showOne(refresh, id)],
  [/^#\/rollouts$/, rollouts, (refresh) => rollouts.show(refresh)],
  [/^#\/quarantines$/, quarantines, (refresh) => quarantines.show(refresh)],
  [/^#\/sources$/, sources, (refresh) => sources.show(refresh)],
  [/^#\/targets$/, targets, (refresh) => targets.show(refresh)],
  [/^#\/containers$/, containers, () => containers.show()],
  [/^#\/activity$/, activity, (refresh) => activity.show(refresh)],
  [/^(#\/updates|#?)$/, updates, (refresh) => updates.show(refresh)],
];

const main = document.getElementById("main");
let shown = 0;
let waiting = 0;
let connected = false;
let before = false;

function route() {
  for (const [pattern, view, show] of ROUTES) {
    const match = pattern.exec(location.hash);
    if (match) {
      return { view, show: () => show(refresh, ...match.slice(1).map(decodeURIComponent)) };
    }
  }
  return { view: null, show: async () => ({ title: "Not found", content: [head("Not found"), empty("There is nothing at this address")] }) };
}

function trouble(problem) {
  if (problem.status === 401 && !problem.wantsToken) {
    return [head("Sign in"), empty("Your session has ended, or you are not signed in", el("p", {}, problem.message), el("p", {}, el("button", { class: "primary", onclick: () => location.reload() }, "Reload")))];
  }
  if (problem.status === 401) {
    return [head("Sign in"), empty("This platform wants to know who you are", el("p", {}, el("button", { class: "primary", onclick: signIn }, "Enter a token")))];
  }
  const again = el("button", { onclick: refresh }, "Try again");
  return [head("This cannot be shown"), empty(problem.status === 404 ? "It is not there, or not any more" : "The platform could not answer", el("p", {}, problem.message), el("p", {}, again))];
}

async function signIn() {
  const secret = await ask({ title: "Sign in", text: "Your token stays in this tab and is forgotten with it.", field: "Token", needed: true, secret: true, yes: "Sign in" });
  if (secret !== null) {
    token.set(secret);
    refresh();
  }
}

/** Shows the view anew; what had the focus has it again. */
async function render(opened) {
  const turn = ++shown;
  let answer;
  try {
    answer = await route().show();
  } catch (problem) {
    if (!(problem instanceof Problem)) {
      throw problem;
    }
    answer = { title: "Holdfast", content: trouble(problem) };
  }
  if (turn !== shown) {
    return;
  }
  const key = main.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  main.replaceChildren(...answer.content);
  document.title = `${answer.title} · Holdfast`;
  if (opened) {
    scrollTo(0, 0);
    main.querySelector("h1")?.focus();
  } else if (key) {
    main.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
  }
}

let due = { view: false, frame: false };
let last = 0;

/** Shows anew what is due. However much happens, it asks once, and a second later once more. */
async function work() {
  const now = due;
  due = { view: false, frame: false };
  last = Date.now();
  await Promise.all([now.view ? render(false) : null, stand()]);
  waiting = 0;
  if (due.view || due.frame) {
    wait();
  }
}

function wait() {
  if (waiting === 0) {
    waiting = setTimeout(work, Math.max(SETTLE, last + GAP - Date.now()));
  }
}

function refresh() {
  due.view = true;
  wait();
}

function mark() {
  for (const link of document.querySelectorAll("#nav a")) {
    const here = location.hash === "" ? link.hash === "#/updates" : location.hash.startsWith(link.hash);
    here ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current");
  }
}

function badge(id, number, what) {
  const element = document.getElementById(id);
  element.hidden = number === 0;
  element.replaceChildren(String(number), el("span", { class: "unseen" }, ` ${what}`));
}

const STANDINGS = { ready: ["good", "All is well"], degraded: ["warn", "Something needs a look"], failing: ["bad", "Not working"] };
const AWAY = ["bad", "No connection; trying again"];
const SIGNED_OUT = ["warn", "Not signed in"];

let standing = SIGNED_OUT;
let problems = "";

function paint() {
  const [tone, text] = connected || standing === SIGNED_OUT ? standing : AWAY;
  const element = document.getElementById("standing");
  element.title = problems;
  element.className = `standing ${tone}`;
  element.querySelector(".word").textContent = text;
}

/** Says how the platform stands, how much waits, and what the caller may do. */
async function stand() {
  try {
    const session = await get("/admin/session");
    know(session);
    document.body.classList.toggle("looks-only", !session.mayDecide);
    problems = session.health.problems.join("\n");
    badge("count-updates", session.health.pending ?? 0, "wait");
    badge("count-sources", session.health.failingSources ?? 0, "failing");
    badge("count-targets", session.health.differing ?? 0, "differing");
    standing = STANDINGS[session.health.status];
  } catch (problem) {
    problems = "";
    standing = problem.status === 401 ? SIGNED_OUT : AWAY;
  }
  paint();
}

addEventListener("hashchange", () => {
  mark();
  render(true);
});

setInterval(refreshTimes, TICK);
mark();
render(false);
stand();
listen(
  (name, data) => {
    update.hear(name, data);
    many.hear(name, data);
    quarantines.hear(name, data);
    if (!["progress", "answered", "rolled-back"].includes(name)) {
      due.view ||= route().view?.hears.includes(name) ?? false;
      due.frame = true;
      wait();
    }
  },
  (yes) => {
    if (connected !== yes) {
      connected = yes;
      paint();
    }
    // What happened meanwhile was not heard.
    if (yes && before) {
      refresh();
    }
    before ||= yes;
  },
);
