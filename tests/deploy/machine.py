# SPDX-License-Identifier: Apache-2.0
"""A bare Debian 12 that boots: debootstrap's root in a container with its own systemd.

The one idea: what an administrator does is done there with apt and systemctl, by the real apt
and the real systemd; the network is the host's, so that stand-ins on loopback are reached. The
root of debootstrap is kept in ~/.cache/schakel. Needs root; `missing()` says what is not here.
"""
import os
import shutil
import subprocess
import tempfile

from systems.client import wait_until

CACHE = os.path.join(os.path.expanduser("~"), ".cache", "schakel")
BASE = os.path.join(CACHE, "debian-12-systemd.tar")
MIRROR = "http://deb.debian.org/debian"
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8",
               "DEBIAN_FRONTEND": "noninteractive"}
TOOLS = ("debootstrap", "systemd-nspawn", "nsenter", "cpack", "dpkg-shlibdeps")


def missing():
    """What this machine lacks for one of these; empty: nothing."""
    lacking = [] if os.geteuid() == 0 else ["root"]
    return lacking + [tool for tool in TOOLS if not shutil.which(tool)]


def base():
    """The packed root of a bare Debian 12, made once."""
    if not os.path.exists(BASE):
        os.makedirs(CACHE, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="schakel-debian-", dir="/var/tmp") as folder:
            root = os.path.join(folder, "root")
            subprocess.run(["debootstrap", "--variant=minbase", "--include=systemd,systemd-sysv,dbus",
                            "bookworm", root, MIRROR], check=True, stdout=subprocess.DEVNULL)
            subprocess.run(["tar", "-C", root, "-cf", f"{folder}/base.tar", "."], check=True)
            shutil.move(f"{folder}/base.tar", BASE)
    return BASE


class Machine:
    """Boots with `packages`, a folder, as /packages."""

    def __init__(self, folder, packages):
        self.root, self.log = os.path.join(folder, "debian"), os.path.join(folder, "console.log")
        os.mkdir(self.root)
        subprocess.run(["tar", "-C", self.root, "-xf", base()], check=True)
        archives = os.path.join(CACHE, "archives")
        os.makedirs(os.path.join(archives, "partial"), exist_ok=True)
        with open(self.log, "wb") as log:
            self.container = subprocess.Popen(
                ["systemd-nspawn", "--quiet", "--boot", "--directory", self.root, "--register=no",
                 "--keep-unit", "--resolv-conf=copy-host", f"--bind-ro={packages}:/packages",
                 f"--bind={archives}:/var/cache/apt/archives"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        try:
            self.leader = wait_until(self._leader, 30, "the machine's first process")
            wait_until(self._booted, 60, f"the machine has booted; console: {self.log}")
        except BaseException:
            self.stop()
            raise

    def _leader(self):
        if self.container.poll() is not None:
            raise RuntimeError(f"systemd-nspawn ended with {self.container.returncode}")
        with open(f"/proc/{self.container.pid}/task/{self.container.pid}/children", encoding="ascii") as file:
            for pid in file.read().split():
                with open(f"/proc/{pid}/comm", encoding="ascii") as comm:
                    if comm.read() == "systemd\n":
                        return int(pid)
        return None

    def _booted(self):
        return self.run("systemctl", "is-system-running", check=False).stdout.strip() in ("running", "degraded")

    def run(self, *command, check=True, user=None, seconds=300):
        """Runs it there, as root or another user; its CompletedProcess, output as text."""
        as_user = ["runuser", "-u", user, "--"] if user else []
        done = subprocess.run(
            ["nsenter", "-t", str(self.leader), "-a", "-r", "-w", *as_user, *command], env=ENVIRONMENT,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds, check=False)
        if check and done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def path(self, path):
        """Where a file of the machine is, seen from here."""
        return self.root + path

    def write(self, path, text):
        with open(self.path(path), "w", encoding="utf-8") as file:
            file.write(text)

    def read(self, path):
        with open(self.path(path), encoding="utf-8") as file:
            return file.read()

    def stop(self):
        """An orderly shutdown; whatever is left after 30 s is killed."""
        self.container.terminate()
        try:
            self.container.wait(30)
        except subprocess.TimeoutExpired:
            self.container.kill()
            self.container.wait()
