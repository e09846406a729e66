"""Holds a release that Holdfast has delivered, so that no collection takes it from under its reader.

Python 3.8 or newer, standard library only. The protocol: docs/contract.md of Holdfast.

    held = hold("/configs/plugins", "greeter", "session-42")
    if held is None: ...        # there is no complete plugin of that name
    with held:
        load(held.release)      # read below this, and each minute:
        held.refresh()          # False: the hold has ended, so take another
"""

import datetime
import os
import random
import re

MOST = 4096
_DAY = 24 * 60 * 60


class Hold:
    """A hold: ``release`` is the folder to read below."""

    def __init__(self, release, path):
        self.release = release
        self._path = path

    def refresh(self):
        """Renews the hold; call it each minute. Returns False if it has ended: the release may go at any moment."""
        try:
            os.utime(self._path)
        except FileNotFoundError:
            return False
        return os.path.lexists(self._path)

    def end(self):
        """Ends the hold. May be called twice."""
        _remove(self._path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()


def hold(root, plugin, holder, pid=None):
    """Takes hold of what is live now; returns None if there is no complete plugin of that name.

    The hold ends at once when the process ``pid`` is gone; by default this one, with 0 none. Raises OSError if the hold
    cannot be written, and ValueError for a name of the holder that is none.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", holder):
        raise ValueError("use 1 to 64 letters, digits, '.', '_' and '-' for the holder, not %r" % holder)
    pid = os.getpid() if pid is None else pid
    for _ in range(100):
        stamp = _stamp(root, plugin)
        if stamp is None:
            return None
        release = os.path.join(root, ".releases", plugin, stamp)
        path = _write(os.path.join(root, ".holds", plugin), "%s.%s.%d" % (stamp, holder, pid), pid)
        # First the hold, then the look for the marker: a collection does it the other way round.
        if os.path.isfile(os.path.join(release, ".complete")):
            return Hold(release, path)
        _remove(path)
        if _stamp(root, plugin) == stamp:
            return None
    raise OSError("%s in %s changes faster than it can be held" % (plugin, root))


def _stamp(root, plugin):
    prefix = ".releases/" + plugin + "/"
    try:
        live = os.readlink(os.path.join(root, plugin))
    except OSError:
        return None
    return live[len(prefix):] if live.startswith(prefix) and "/" not in live[len(prefix):] else None


def _write(directory, begin, pid):
    os.makedirs(directory, exist_ok=True)
    if len(os.listdir(directory)) >= MOST:
        _prune(directory)
        if len(os.listdir(directory)) >= MOST:
            raise OSError("%s has %d holds, the most that there may be" % (directory, MOST))
    since = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    text = "holdfast-hold 1\nsince %s\n%s" % (since, _process(pid))
    while True:
        path = os.path.join(directory, "%s.%d" % (begin, random.randrange(10**6)))
        try:
            file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
        except FileExistsError:
            continue
        try:
            os.write(file, text.encode())
        finally:
            os.close(file)
        return path


def _process(pid):
    """The line that names a process, where the system tells enough of it."""
    try:
        with open("/proc/%d/stat" % pid) as file:
            start = file.read().rpartition(") ")[2].split()[19]
        with open("/proc/sys/kernel/random/boot_id") as file:
            boot = file.read().strip()
        where = os.readlink("/proc/self/ns/pid")
        if os.path.islink("/proc/self/ns/time"):
            where += os.readlink("/proc/self/ns/time")
        return "process %d %s %s %s\n" % (pid, start, boot, where)
    except (OSError, IndexError):
        return ""


def _prune(directory):
    """Removes what has ended a day ago; renamed first, so that whoever renews it meanwhile is seen."""
    probe = _now(directory)
    for name in os.listdir(directory):
        path, ended = os.path.join(directory, name), os.path.join(directory, ".ended." + name)
        try:
            if name.startswith(".") or os.lstat(path).st_mtime > probe - _DAY:
                continue
            os.rename(path, ended)
            if os.lstat(ended).st_mtime > probe - _DAY:
                os.rename(ended, path)
            else:
                os.remove(ended)
        except FileNotFoundError:
            pass


def _now(directory):
    """The time by the clock of the file system."""
    path = os.path.join(directory, ".now.%d" % os.getpid())
    with open(path, "w"):
        now = os.stat(path).st_mtime
    _remove(path)
    return now


def _remove(path):
    try:
        os.remove(path)
    except FileNotFoundError:
        pass
