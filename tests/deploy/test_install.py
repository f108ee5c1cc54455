# SPDX-License-Identifier: Apache-2.0
"""The .deb on a bare Debian 12: installed by apt, run by systemd, upgraded, removed, purged.

The one idea: deploy/README.md is followed, block by block, on a machine that has never seen
Schakel. The machine is a container with its own systemd, so the units are confined and watched
as they are in the field.
"""
import os
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path[:0] = [os.path.join(ROOT, "tests"), os.path.join(ROOT, "tests", "end_to_end")]
import machine  # noqa: E402
from scenario import Scenario  # noqa: E402
from systems.installation import Installation, programs  # noqa: E402

BUILD = os.path.dirname(programs())
with open(os.path.join(ROOT, "deploy", "README.md"), encoding="utf-8") as page:
    BLOCKS = dict(re.findall(r"^```sh (\w+)\n(.*?)^```$", page.read(), re.M | re.S))
CONFIG = "/etc/schakel/schakel.ini"
PROCESSES = ("registry", "correlation", "edison", "klaroen")
LARGEST_DEB = 3_000_000
NEWER = "99.0.0"
PACKAGES = NOW = None  # the folder with both versions, and which one is built here


def pack(folder, *options):
    done = subprocess.run(["cpack", "--config", f"{BUILD}/CPackConfig.cmake", "-B", folder, *options],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stdout + done.stderr)
    return next(line.split("package: ")[1].split(" ")[0] for line in done.stdout.splitlines()
                if "generated" in line)


def setUpModule():
    global PACKAGES, NOW
    if machine.missing():
        raise unittest.SkipTest(f"needs {', '.join(machine.missing())}")
    PACKAGES = tempfile.TemporaryDirectory(prefix="schakel-deb-")
    unittest.addModuleCleanup(PACKAGES.cleanup)
    for options in ((), ("-R", NEWER)):
        made = pack(f"{PACKAGES.name}/work", *options)
        os.rename(made, os.path.join(PACKAGES.name, os.path.basename(made)))
        NOW = NOW or os.path.basename(made).split("_")[1]


def package():
    return f"{PACKAGES.name}/schakel_{NOW}_amd64.deb"


class Installed(Installation):
    """The set as the package brings it, on a machine of its own."""

    def start(self, seconds=60):
        self.machine = machine.Machine(self.folder, PACKAGES.name)
        self.machine.write("/etc/apt/apt.conf.d/test", 'APT::Get::Assume-Yes "true";\n'
                           'APT::Install-Recommends "false";\n')
        self.machine.run("apt-get", "update", "-qq")
        self.machine.run("useradd", "--create-home", "beheer")
        self.follow("install")
        self.edit()
        self.machine.write("/root/edison.token", "geheim\n")
        self.follow("configure", folder="/root")

    def follow(self, block, version=None, folder="/packages"):
        """Does what a block of the page says."""
        script = BLOCKS[block].replace("VERSION", version or NOW).replace("NAME", "beheer")
        return self.machine.run("sh", "-e", "-c", f"cd {folder}\n{script}")

    def edit(self):
        """What the administrator changes in the sample: four addresses, and a secret's line."""
        text = self.machine.read(CONFIG)
        registry = self.sections["registry"]["listen"]
        for old, new in (("127.0.0.1:8081", registry), ("127.0.0.1:8090", self.inbox),
                         ("https://edison.example/api", self.sections["edison"]["url"]),
                         ("https://klaroen.example/api", self.sections["klaroen"]["url"]),
                         ("; token = file:/run/credentials/schakel-edison", "token = file:/run/credentials/schakel-edison"),
                         ("; poll = 5s", "poll = 500ms"), ("; register.minimum = 5000", "register.minimum = 50")):
            assert old in text, old
            text = text.replace(old, new)
        self.machine.write(CONFIG, text)

    def schakel(self, *arguments, seconds=60):
        return self.machine.run("schakel", *arguments, "--config", CONFIG, user="beheer", check=False,
                                seconds=seconds)

    def shown(self, process, name):
        """A property of the process's unit."""
        return self.machine.run("systemctl", "show", "--value", "-p", name,
                                f"schakel-{process}.service").stdout.strip()

    def pids(self):
        return {name: int(self.shown(name, "MainPID")) for name in PROCESSES}

    def stop(self):
        if hasattr(self, "machine"):
            self.machine.stop()


class OnAMachine(Scenario):
    def start(self):
        self.schakel = Installed(self.folder, self.edison.url, self.klaroen.url)
        self.addCleanup(self.nothing_is_left_mounted)
        self.addCleanup(self.schakel.stop)
        self.schakel.start()
        self.machine = self.schakel.machine
        self.klaroen.tell("push", {"url": self.schakel.inbox_url})

    def nothing_is_left_mounted(self):
        with open("/proc/mounts", encoding="utf-8") as file:
            self.assertNotIn(self.folder, file.read())

    def one_lands(self):
        klacht = self.klacht(self.places[0])
        self.say(klacht)
        return self.landed(klacht, 60)

    def owner(self, path):
        return self.machine.run("stat", "-c", "%U:%G %a", path).stdout.strip()

    def status_of(self, pid):
        return self.machine.run("cat", f"/proc/{pid}/status").stdout


class FirstDayTest(OnAMachine):
    def test_a_complaint_goes_through_the_set_as_systemd_confines_it(self):
        self.one_lands()
        pids = self.schakel.pids()
        for name, pid in pids.items():
            with self.subTest(process=name):
                status = self.status_of(pid)
                self.assertRegex(status, r"NoNewPrivs:\s1")
                self.assertRegex(status, r"Seccomp:\s2")
                self.assertRegex(status, r"CapEff:\s0{16}")
                self.assertEqual(self.owner(f"/proc/{pid}").split(" ")[0], f"schakel-{name}:schakel")
                self.assertEqual(self.schakel.shown(name, "NRestarts"), "0")
                self.assertEqual(self.schakel.shown(name, "SubState"), "running")
        self.assertEqual(self.owner("/var/lib/schakel"), "root:schakel 2770")
        self.assertRegex(self.owner("/var/lib/schakel/bus.db"), ":schakel 660$")
        self.schakel.follow("look")
        self.an_operator_needs_no_more_than_the_group()
        self.machine.run("systemctl", "reload", "schakel-registry")
        self.a_process_that_hangs_is_started_again(pids)
        self.assertEqual(self.schakel.pids()["registry"], pids["registry"])
        self.one_lands()
        log = self.machine.run("journalctl", "-u", "schakel-*", "-o", "cat").stdout
        self.assertIn("process.ready", log)
        self.assertNotRegex(log, "(?i)griet|klaagmans|post\\.example|geheim")

    def an_operator_needs_no_more_than_the_group(self):
        done = self.schakel.schakel("status")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        for name in PROCESSES:
            self.assertIn(name, done.stdout)
        refused = self.machine.run("cat", "/etc/schakel/secrets/edison/token", user="beheer", check=False)
        self.assertNotEqual(refused.returncode, 0)

    def a_process_that_hangs_is_started_again(self, pids):
        drop_in = "/run/systemd/system/schakel-correlation.service.d"
        self.machine.run("mkdir", "-p", drop_in)
        self.machine.run("sh", "-c", f"printf '[Service]\\nWatchdogSec=2\\n' > {drop_in}/soon.conf")
        self.machine.run("systemctl", "daemon-reload")
        self.machine.run("systemctl", "restart", "schakel-correlation")
        hung = self.schakel.pids()["correlation"]
        self.assertNotEqual(hung, pids["correlation"])
        self.machine.run("sh", "-c", f"kill -STOP {hung}")
        self.until(lambda: self.schakel.pids()["correlation"] not in (0, hung), "the watchdog's restart", 30)
        self.assertEqual(self.schakel.shown("correlation", "NRestarts"), "1")


class LaterDaysTest(OnAMachine):
    def test_what_was_backed_up_is_restored_and_goes_on(self):
        first = self.one_lands()
        self.schakel.follow("backup")
        lost = self.one_lands()
        self.schakel.follow("restore")
        self.assertIn(first["stuk_id"], self.schakel.latest("dossier.stuk"))
        self.assertNotIn(lost["stuk_id"], self.schakel.latest("dossier.stuk"))
        self.one_lands()
        self.assertRegex(self.owner("/var/lib/schakel/correlation/pseudoniem.sleutel"), "^schakel-correlation:.* 600$")
        self.assertEqual([self.schakel.shown(name, "NRestarts") for name in PROCESSES], ["0"] * len(PROCESSES))

    def test_an_upgrade_and_a_removal_keep_the_data_and_a_purge_takes_it(self):
        first = self.one_lands()
        before, config = self.schakel.pids(), self.machine.read(CONFIG)
        self.schakel.follow("upgrade", NEWER)
        self.assertEqual(self.machine.run("dpkg-query", "-W", "-f", "${Version}", "schakel").stdout, NEWER)
        after = self.schakel.pids()
        self.assertEqual([name for name in PROCESSES if after[name] in (0, before[name])], [])
        self.assertEqual(self.machine.read(CONFIG), config)
        second = self.one_lands()
        self.assertLessEqual({first["stuk_id"], second["stuk_id"]}, set(self.schakel.latest("dossier.stuk")))

        self.schakel.follow("remove")
        self.assertNotIn("schakel", self.machine.run("sh", "-c", "cat /proc/[0-9]*/comm").stdout)
        self.assertTrue(os.path.exists(self.machine.path("/var/lib/schakel/bus.db")))
        self.assertEqual(self.machine.read(CONFIG), config)
        self.schakel.follow("install", NEWER)
        self.schakel.follow("configure", folder="/root")
        third = self.one_lands()
        self.assertLessEqual({first["stuk_id"], second["stuk_id"], third["stuk_id"]},
                             set(self.schakel.latest("dossier.stuk")))

        self.schakel.follow("purge")
        for gone in ("/var/lib/schakel", "/etc/schakel", "/run/schakel"):
            self.assertNotEqual(self.machine.run("test", "-e", gone, check=False).returncode, 0, gone)


class PackageTest(unittest.TestCase):
    def listing(self):
        return subprocess.run(["dpkg-deb", "-c", package()], capture_output=True, text=True, check=True).stdout

    def test_the_package_is_small_and_holds_what_a_machine_needs_and_nothing_else(self):
        self.assertLess(os.path.getsize(package()), LARGEST_DEB)
        paths = re.findall(r" \./(\S+)$", self.listing(), re.M)
        for process in PROCESSES:
            self.assertIn(f"usr/bin/schakel-{process}", paths)
            self.assertIn(f"usr/lib/systemd/system/schakel-{process}.service", paths)
            self.assertIn(f"usr/share/man/man8/schakel-{process}.8.gz", paths)
        for path in ("schakel/schemas/topics.json", "man/man1/schakel.1.gz", "man/man5/schakel.ini.5.gz",
                     "bash-completion/completions/schakel"):
            self.assertIn(f"usr/share/{path}", paths)
        self.assertEqual([path for path in paths if not path.startswith(("usr/", "etc/schakel", "etc/"))], [])

    def test_every_block_of_the_page_is_followed_here(self):
        with open(__file__, encoding="utf-8") as file:
            self.assertEqual(set(re.findall(r'follow\("(\w+)"', file.read())), set(BLOCKS))

    def test_what_is_loaded_by_name_is_a_dependency_by_name(self):
        fields = subprocess.run(["dpkg-deb", "-f", package()], capture_output=True, text=True,
                                check=True).stdout
        self.assertRegex(fields, r"(?m)^Depends: .*\blibcurl4\b")
        self.assertRegex(fields, r"(?m)^Recommends: .*\blibrdkafka1\b")


if __name__ == "__main__":
    unittest.main()
