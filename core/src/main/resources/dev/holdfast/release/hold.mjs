// Holds a release that Holdfast has delivered, so that no collection takes it from under its reader.
// Node.js 16 or newer, no packages. The protocol: docs/contract.md of Holdfast.
//
//   import { hold } from "./hold.mjs";
//   const held = hold("/configs/plugins", "greeter", "session-42");
//   if (held === null) ...     there is no complete plugin of that name
//   load(held.release);        read below this, and each minute:
//   held.refresh();            false: the hold has ended, so take another
//   held.end();

import fs from "node:fs";
import path from "node:path";

const MOST = 4096;
const DAY = 24 * 60 * 60 * 1000;

/**
 * Takes hold of what is live now; returns null if there is no complete plugin of that name. The hold ends at once when the
 * process `pid` is gone; by default this one, with 0 none. Throws if the hold cannot be written.
 */
export function hold(root, plugin, holder, pid = process.pid) {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(holder)) {
    throw new TypeError(`use 1 to 64 letters, digits, '.', '_' and '-' for the holder, not '${holder}'`);
  }
  for (let i = 0; i < 100; i++) {
    const stamp = liveStamp(root, plugin);
    if (stamp === null) return null;
    const release = path.join(root, ".releases", plugin, stamp);
    const file = write(path.join(root, ".holds", plugin), `${stamp}.${holder}.${pid}`, pid);
    // First the hold, then the look for the marker: a collection does it the other way round.
    if (isFile(path.join(release, ".complete"))) return { release, refresh: () => refresh(file), end: () => remove(file) };
    remove(file);
    if (liveStamp(root, plugin) === stamp) return null;
  }
  throw new Error(`${plugin} in ${root} changes faster than it can be held`);
}

/** Writes over what is there: that sets the time by the clock of the file system. Never makes the file. */
function refresh(file) {
  let handle;
  try {
    handle = fs.openSync(file, "r+");
  } catch (e) {
    if (e.code === "ENOENT") return false;
    throw e;
  }
  try {
    fs.writeSync(handle, "holdfast-hold 1\n", 0);
  } finally {
    fs.closeSync(handle);
  }
  return isFile(file);
}

function liveStamp(root, plugin) {
  const prefix = `.releases/${plugin}/`;
  try {
    const live = fs.readlinkSync(path.join(root, plugin));
    return live.startsWith(prefix) && !live.slice(prefix.length).includes("/") ? live.slice(prefix.length) : null;
  } catch {
    return null;
  }
}

function write(directory, begin, pid) {
  fs.mkdirSync(directory, { recursive: true });
  if (fs.readdirSync(directory).length >= MOST) {
    prune(directory);
    if (fs.readdirSync(directory).length >= MOST) {
      throw new Error(`${directory} has ${MOST} holds, the most that there may be`);
    }
  }
  const since = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  for (;;) {
    const file = path.join(directory, `${begin}.${Math.floor(Math.random() * 1e6)}`);
    try {
      fs.writeFileSync(file, `holdfast-hold 1\nsince ${since}\n${processLine(pid)}`, { flag: "wx" });
      return file;
    } catch (e) {
      if (e.code !== "EEXIST") throw e;
    }
  }
}

/** The line that names a process, where the system tells enough of it. */
function processLine(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    const start = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    const boot = fs.readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    let where = fs.readlinkSync("/proc/self/ns/pid");
    if (fs.existsSync("/proc/self/ns/time")) where += fs.readlinkSync("/proc/self/ns/time");
    return `process ${pid} ${start} ${boot} ${where}\n`;
  } catch {
    return "";
  }
}

/** Removes what has ended a day ago; renamed first, so that whoever renews it meanwhile is seen. */
function prune(directory) {
  const probe = path.join(directory, `.now.${process.pid}`);
  fs.writeFileSync(probe, "");
  const before = fs.statSync(probe).mtimeMs - DAY;
  remove(probe);
  for (const name of fs.readdirSync(directory).filter((one) => !one.startsWith("."))) {
    const file = path.join(directory, name);
    const ended = path.join(directory, `.ended.${name}`);
    try {
      if (fs.lstatSync(file).mtimeMs > before) continue;
      fs.renameSync(file, ended);
      if (fs.lstatSync(ended).mtimeMs > before) fs.renameSync(ended, file);
      else fs.unlinkSync(ended);
    } catch (e) {
      if (e.code !== "ENOENT") throw e;
    }
  }
}

function isFile(file) {
  return fs.statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

function remove(file) {
  fs.rmSync(file, { force: true });
}
