# SPDX-License-Identifier: Apache-2.0
"""A whole Schakel in one folder: configuration, `schakel up`, and what one asks of it.

The one idea: everything is started as an operator would, by `schakel up` with one INI file,
and looked at from outside: /proc for processes and memory, `schakel tail` for the bus. It ends
with `stop`, and by itself when whoever started it dies.
"""
import ctypes
import json
import os
import signal
import socket
import subprocess
import time

from .client import TESTS, call, wait_until

SOURCE = os.path.dirname(TESTS)
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


def programs():
    """The folder of the built programs: $SK_BINARY_DIR/bin, else the release build's."""
    build = os.environ.get("SK_BINARY_DIR", os.path.join(SOURCE, "build", "release"))
    return os.path.join(build, "bin")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _end_with_parent():
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Installation:
    """`edison`, `klaroen`: URLs of the outside systems. `settings`: more keys, as
    {section: {key: value}}; None takes a key or a section away."""

    def __init__(self, folder, edison, klaroen, settings=None):
        self.folder, self.config = folder, os.path.join(folder, "schakel.ini")
        self.inbox = f"127.0.0.1:{free_port()}"
        self.inbox_url = f"http://{self.inbox}/inbox"
        registry = f"127.0.0.1:{free_port()}"
        self.sections = {
            "schakel": {"bus": f"sqlite:{folder}/bus/schakel.db", "registry": f"http://{registry}",
                        "data": f"{folder}/data", "topics": f"{SOURCE}/schemas/topics.json"},
            "registry": {"store": f"{folder}/registry.db", "listen": registry},
            "correlation": {},
            "edison": {"adapter": "rest", "url": edison, "poll": "500ms"},
            "klaroen": {"adapter": "rest", "url": klaroen, "klachten.adapter": "inbox",
                        "oordelen.adapter": "inbox", "inbox.listen": self.inbox}}
        for section, keys in (settings or {}).items():
            if keys is None:
                del self.sections[section]
            else:
                self.sections.setdefault(section, {}).update(keys)
        self.up = self.log = None

    # Life -------------------------------------------------------------------------------

    def write(self):
        """The configuration, for commands before anything runs."""
        os.makedirs(os.path.join(self.folder, "bus"), exist_ok=True)
        with open(self.config, "w", encoding="utf-8") as file:
            for section, keys in self.sections.items():
                file.write(f"[{section}]\n")
                file.writelines(f"{key} = {value}\n" for key, value in keys.items()
                                if value is not None)

    def start(self, seconds=30):
        """Writes the configuration and runs `schakel up`; returns the seconds until ready."""
        self.write()
        self.log = open(os.path.join(self.folder, "schakel.log"), "ab")
        started = time.monotonic()
        self.up = subprocess.Popen([f"{programs()}/schakel", "up", "--config", self.config],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log,
                                   start_new_session=True, preexec_fn=_end_with_parent)
        os.set_blocking(self.up.stdout.fileno(), False)
        said = bytearray()

        def ready():
            if self.up.poll() is not None:
                raise RuntimeError(f"schakel up ended with {self.up.returncode}:\n{self.log_tail()}")
            said.extend(self.up.stdout.read() or b"")
            return b"ready" in said
        try:
            wait_until(ready, seconds, f"schakel up is ready; log: {self.log.name}")
        except BaseException:
            self.stop()
            raise
        return time.monotonic() - started

    def stop(self):
        """SIGTERM, as Ctrl-C does; whatever is left of the group after 15 s is killed."""
        if self.up is None:
            return
        if self.up.poll() is None:
            self.up.terminate()
        try:
            self.up.wait(15)
        except subprocess.TimeoutExpired:
            pass
        try:
            os.killpg(self.up.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.up.wait()
        self.up.stdout.close()
        self.log.close()
        self.up = None

    def log_tail(self, lines=30):
        with open(self.log.name, encoding="utf-8", errors="replace") as file:
            return "".join(file.readlines()[-lines:])

    # Processes --------------------------------------------------------------------------

    def pids(self):
        """{"edison": pid, …} of what runs now; "up" is the supervisor."""
        found = {}
        with open(f"/proc/{self.up.pid}/task/{self.up.pid}/children", encoding="ascii") as file:
            for pid in map(int, file.read().split()):
                try:
                    program = os.path.basename(os.readlink(f"/proc/{pid}/exe"))
                except OSError:
                    continue
                if program.startswith("schakel-"):
                    found[program.removeprefix("schakel-")] = pid
        return found | {"up": self.up.pid}

    def processor_seconds(self):
        """What each process has used of a processor."""
        used = {}
        for name, pid in self.pids().items():
            with open(f"/proc/{pid}/stat", encoding="ascii") as file:
                fields = file.read().rsplit(")", 1)[1].split()
            used[name] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return used

    def kill(self, name):
        """SIGKILL; returns the pid that is gone, or None when it did not run."""
        pid = self.pids().get(name)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
        return pid

    def pss_kb(self):
        """Proportional memory of each process, in KiB."""
        return {name: kb for name, pid in self.pids().items() if (kb := _pss_kb(pid)) is not None}

    def pss_kb_at_rest(self, seconds=10):
        """The same once it no longer changes: a process gives back what work needed after a
        second without any; or after `seconds`."""
        deadline, before, since = time.monotonic() + seconds, None, time.monotonic()
        while time.monotonic() < deadline and time.monotonic() - since < 1.5:
            now = self.pss_kb()
            if before is None or any(abs(now.get(name, 0) - kb) > 64 for name, kb in before.items()):
                before, since = now, time.monotonic()
            time.sleep(0.1)
        return self.pss_kb()

    # The bus ----------------------------------------------------------------------------

    def schakel(self, *arguments, seconds=60):
        """Runs `schakel …` on this configuration: its CompletedProcess, output as text."""
        return subprocess.run([f"{programs()}/schakel", *arguments, "--config", self.config],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds,
                              check=False)

    def records(self, topic):
        """All records of a topic as `schakel tail` shows them; [] when there is no such topic."""
        done = self.schakel("tail", topic, "--all", "--json")
        if done.returncode not in (0, 1):  # 1: some cannot be read, and say so
            if "geen topic" in done.stderr:
                return []
            raise RuntimeError(f"schakel tail {topic}: {done.stderr}")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def latest(self, topic):
        """{key: newest value} without the erased ones."""
        newest = {record["sleutel"]: record["waarde"] for record in self.records(topic)}
        return {key: value for key, value in newest.items() if value is not None}

    def review(self, path):
        """What the correlation answers to GET `path` of its interface for people; None when it
        knows no such thing, or is not there yet."""
        try:
            with open(os.path.join(self.folder, "data", "run", "correlation.api"), encoding="utf-8") as file:
                where = json.load(file)
            status, answer = call("GET", where["url"] + path,
                                  headers={"Authorization": f"Bearer {where['token']}"})
        except (OSError, ValueError):
            return None
        return answer if status == 200 else None

    def dead_letters(self):
        return [record for name in self.sections if name not in ("schakel", "kafka")
                for record in self.records(f"dlq.{name}") if record["waarde"] is not None]


def _pss_kb(pid):
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            for line in file:
                if line.startswith("Pss:"):
                    return int(line.split()[1])
    except OSError:
        pass
    return None


def undelivered(installation, edison):
    """stuk_ids whose newest state on the bus is not the one that Edison holds."""
    wanted = {key: value["versie"] for key, value in installation.latest("dossier.stuk").items()}
    held = {one["stuk_id"]: one["state"]["versie"] for one in edison.ask("stukken")["stukken"]
            if one["state"] is not None}
    return sorted(key for key, versie in wanted.items() if held.get(key) != versie)


def wait_settled(installation, edison, klaroen, seconds):
    """Until every complaint that Klaroen said is decided or dead, all is at Edison, and two
    looks in a row see the same. TimeoutError names what is missing."""
    deadline, before, missing = time.monotonic() + seconds, None, "nothing was looked at"
    while True:
        counts = klaroen.ask("counts")
        inbox = counts["inbox"] or {"pushed": 0, "accepted": 0, "refused": 0}
        on_way = counts["waiting"] + inbox["pushed"] - inbox["accepted"] - inbox["refused"]
        said = {f"klacht/{name}" for name in klaroen.ask("messages")["released"]}
        dead = len(installation.dead_letters()) + inbox["refused"]
        undecided = sorted(said - set(installation.latest("koppeling")))
        late = undelivered(installation, edison)
        missing = (f"{on_way} messages on their way, {len(undecided)} undecided {undecided[:3]}, "
                   f"{len(late)} not at Edison {late[:3]}, {dead} dead")
        now = (edison.ask("counts"), counts, missing)
        if on_way == 0 and len(undecided) <= dead and len(late) <= dead and now == before:
            return
        if time.monotonic() > deadline:
            raise TimeoutError(f"after {seconds} s: {missing}")
        before = now
        time.sleep(0.25)
