// Words and figures for people.
import { el } from "./dom.js";

const UNITS = [
  [60, "second"],
  [60, "minute"],
  [24, "hour"],
  [365, "day"],
  [Infinity, "year"],
];

function distance(milliseconds) {
  let value = Math.abs(milliseconds) / 1000;
  for (const [size, unit] of UNITS) {
    if (value < size) {
      const whole = Math.floor(value);
      return `${whole} ${unit}${whole === 1 ? "" : "s"}`;
    }
    value /= size;
  }
  return "";
}

function since(at) {
  const passed = Date.now() - Date.parse(at);
  if (Math.abs(passed) < 5000) {
    return "just now";
  }
  return passed > 0 ? `${distance(passed)} ago` : `in ${distance(passed)}`;
}

/** Returns how long ago it was; the exact time is its title. */
export function time(at) {
  return at ? el("time", { datetime: at, title: new Date(at).toLocaleString() }, since(at)) : "never";
}

/** Brings all the times of the page up to date. */
export function refreshTimes() {
  for (const element of document.querySelectorAll("time")) {
    element.textContent = since(element.dateTime);
  }
}

export function count(number, one, many = `${one}s`) {
  return `${number} ${number === 1 ? one : many}`;
}

/** Returns an abbreviated revision; the whole is its title. */
export function revision(value) {
  return value ? el("code", { title: value }, value.slice(0, 10)) : el("span", { class: "quiet" }, "unknown");
}

/** Returns a text with its first letter large. */
export function sentence(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Returns "Up to date" for "up-to-date". */
export const phrase = (word) => sentence(word.replaceAll("-", " "));

export function size(bytes) {
  if (bytes < 1024) {
    return count(bytes, "byte");
  }
  return bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}

/** Returns the last part of what an upstream is known by: enough to tell it from others. */
export function shortKey(key) {
  const parts = key.replace(/\/+$/, "").split("/");
  return parts[parts.length - 1].replace(/\.git$/, "") || key;
}

/** Returns "v1.0.0 → v1.1.0", or revisions where there are no names. */
export function move(fromVersion, from, toVersion, to) {
  return el(
    "span",
    { class: "move" },
    fromVersion ? el("span", { title: from }, fromVersion) : revision(from),
    el("span", { class: "arrow", "aria-hidden": "true" }, "→"),
    el("span", { class: "unseen" }, " to "),
    toVersion ? el("b", { title: to }, toVersion) : revision(to),
  );
}

// What is not seen, or turns the text around it: controls but the tabulator, separators of lines, and what Unicode lets be ignored.
const UNSEEN = /(?!\t)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** Returns a text of a plugin's author in which nothing hides: each such character stands as its number. */
export function plain(text) {
  const shown = [];
  let from = 0;
  for (const match of text.matchAll(UNSEEN)) {
    const code = match[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    shown.push(text.slice(from, match.index), el("span", { class: "hidden-sign", title: "A character that is not seen" }, `U+${code}`));
    from = match.index + match[0].length;
  }
  return [...shown, text.slice(from)];
}
