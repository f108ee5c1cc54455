# SPDX-License-Identifier: Apache-2.0
"""A real PostgreSQL for a test: its own cluster in a folder, on a free loopback port.

The one idea: nothing of the machine's own PostgreSQL is touched. The server runs as an ordinary
user (`postgres` when the test is root), is ended by its pid, and dies with the test.
"""
import ctypes
import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile

from .client import TESTS, wait_until

DRIVERS = sorted(glob.glob("/usr/lib/*/odbc/psqlodbcw.so"))
PROGRAMS = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)
# Sanitizers report what the drivers leak as well.
os.environ.setdefault("LSAN_OPTIONS", f"suppressions={TESTS}/systems/lsan.suppressions:print_suppressions=0")


def missing():
    """What is not installed, for a skip by name; empty: everything is there."""
    wanted = {"PostgreSQL's server": PROGRAMS, "its ODBC driver (odbc-postgresql)": DRIVERS}
    return " and ".join(name for name, found in wanted.items() if not found)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _end_with_parent():
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Postgres:
    def __init__(self):
        self.bin = os.path.dirname(PROGRAMS[-1])
        self.folder = tempfile.mkdtemp(prefix="schakel-postgres-")
        self.server = None
        self.identity = {}
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            self.identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        self._run("initdb", "-D", f"{self.folder}/data", "-U", "schakel", "-A", "trust", "-E", "UTF8",
                  "--locale=C.UTF-8", "-N")
        self._start_on_a_free_port()

    def _start_on_a_free_port(self):
        """A port that was free may be taken by now; so it is tried again on another."""
        for attempt in range(5):
            self.port = _free_port()
            try:
                self.start()
                return
            except RuntimeError:
                if attempt == 4:
                    raise

    def _run(self, program, *arguments, **more):
        return subprocess.run([f"{self.bin}/{program}", *arguments], check=True, cwd=self.folder,
                              capture_output=True, text=True, **self.identity, **more)

    def start(self):
        """The same cluster on the same port; returns when it answers."""
        settings = {"listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": "",
                    "fsync": "off", "max_connections": 30, "shared_buffers": "16MB",
                    "timezone": "America/New_York"}  # not ours: what depends on it would show
        command = [f"{self.bin}/postgres", "-D", f"{self.folder}/data"]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with open(f"{self.folder}/log", "ab") as log:
            self.server = subprocess.Popen(command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log,
                                           stderr=log, preexec_fn=_end_with_parent, **self.identity)
        wait_until(self.answers, 60, "PostgreSQL answers")

    def answers(self):
        if self.server.poll() is not None:
            with open(f"{self.folder}/log", encoding="utf-8", errors="replace") as log:
                raise RuntimeError(f"PostgreSQL ended with {self.server.returncode}: {log.read()[-500:]}")
        done = subprocess.run([f"{self.bin}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)],
                              check=False)
        return done.returncode == 0

    def stop(self, how=signal.SIGINT):
        """SIGINT: at once, connections are cut; SIGQUIT: as a crash."""
        if self.server and self.server.poll() is None:
            self.server.send_signal(how)
            self.server.wait(20)

    def close(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def sql(self, text, database="postgres"):
        """Runs statements, all or none; the last one's rows as lists of texts."""
        done = subprocess.run(self.psql(database) + ["-1"], input=text, capture_output=True, text=True,
                              check=False)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return [line.split("\x1f") for line in done.stdout.splitlines()]

    def psql(self, database="postgres"):
        return [f"{self.bin}/psql", "-X", "-q", "-t", "-A", "-F", "\x1f", "-v", "ON_ERROR_STOP=1",
                "-h", "127.0.0.1", "-p", str(self.port), "-U", "schakel", database]

    def session(self):
        """A second connection that a test holds open, for what must overlap in time."""
        return Session(self.psql())

    def connection(self, **more):
        """The ODBC connection string. Debian's driver else logs what it carries into /tmp."""
        parts = {"Driver": DRIVERS[-1], "Server": "127.0.0.1", "Port": self.port, "UID": "schakel",
                 "Database": "postgres", "CommLog": 0, "Debug": 0, **more}
        return ";".join(f"{name}={value}" for name, value in parts.items())


class Session:
    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def sql(self, text):
        """Runs it and waits until it is done."""
        self.process.stdin.write(f"{text};\n\\echo done\n")
        self.process.stdin.flush()
        while (line := self.process.stdout.readline()).strip() != "done":
            if not line:
                raise RuntimeError("psql ended")

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(10)
