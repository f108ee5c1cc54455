# SPDX-License-Identifier: Apache-2.0
"""What the registry said is there after a restart, a kill, and under a second process."""
import http.client
import json
import os
import random
import subprocess
import threading
import unittest

from registry import PROGRAM, Registry, record

A = record(("a", "int"))


class Durability(unittest.TestCase):
    def setUp(self):
        self.registry = Registry().start()
        self.addCleanup(self.registry.close)

    def everything(self):
        ask = self.registry.ask
        return [ask("GET", path) for path in (
            "/v1/metadata/id", "/subjects?deleted=true", "/subjects/s/versions?deleted=true",
            "/subjects/s/versions/1?deleted=true", "/schemas/ids/1", "/schemas/ids/2",
            "/config", "/config/s")]

    def fill(self):
        ask = self.registry.ask
        ask("PUT", "/config", {"compatibility": "FULL"})
        ask("PUT", "/config/s", {"compatibility": "NONE"})
        self.registry.register("s", A)
        self.registry.register("s", record(("b", "string")))
        self.registry.register("gone", A)
        ask("DELETE", "/subjects/s/versions/1")
        ask("DELETE", "/subjects/gone")
        ask("DELETE", "/subjects/gone?permanent=true")

    def test_a_restart_keeps_everything(self):
        self.fill()
        before = self.everything()
        self.assertEqual(self.registry.stop(), 0)
        self.registry.start()
        self.assertEqual(self.everything(), before)

    def test_a_kill_keeps_everything(self):
        self.fill()
        before = self.everything()
        self.registry.kill()
        self.registry.start()
        self.assertEqual(self.everything(), before)

    def test_no_answered_registration_is_lost_by_kills(self):
        seed = int(os.environ.get("SK_SEED", random.randrange(1 << 32)))
        print("seed", seed)
        chance = random.Random(seed)
        answered = {}
        for _ in range(int(os.environ.get("SK_KILLS", 8))):
            self.kill_while_registering(answered, chance.uniform(0.002, 0.12))
            self.registry.start()
        self.assertGreater(len(answered), 20)
        for name, number in answered.items():
            status, answer = self.registry.ask("GET", f"/subjects/{name}/versions/1")
            self.assertEqual((status, answer["id"]), (200, number))
        self.assertEqual(len(set(answered.values())), len(answered))

    def kill_while_registering(self, answered, delay_s):
        killer = threading.Timer(delay_s, self.registry.process.kill)
        killer.start()
        try:
            while True:
                name = f"s{len(answered)}"
                status, answer = self.registry.register(name, record(("a", "int"),
                                                                     name=name))
                self.assertEqual(status, 200)
                answered[name] = answer["id"]
        except (OSError, http.client.HTTPException):
            pass
        killer.join()
        self.registry.kill()

    def test_sigterm_ends_it_and_leaves_no_log_behind(self):
        self.fill()
        self.assertEqual(self.registry.stop(), 0)
        wal = self.registry.store + "-wal"
        self.assertTrue(not os.path.exists(wal) or os.path.getsize(wal) == 0)


class Starting(unittest.TestCase):
    def run_registry(self, *options, **environment):
        return subprocess.run([PROGRAM, *options], capture_output=True, text=True,
                              timeout=10, env={**os.environ, **environment})

    def assert_refused(self, done, name, *words, status=1):
        self.assertEqual(done.returncode, status)
        self.assertIn("id=" + name, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def test_a_second_process_on_a_store_is_refused(self):
        registry = Registry().start()
        self.addCleanup(registry.close)
        done = self.run_registry("--store", registry.store, "--listen", "127.0.0.1:0")
        self.assert_refused(done, "registry.in_use", registry.store)
        self.assertEqual(registry.register("s", A)[0], 200)

    def test_a_busy_port_is_named(self):
        registry = Registry().start()
        self.addCleanup(registry.close)
        done = self.run_registry("--store", registry.store + "2", "--listen",
                                 f"127.0.0.1:{registry.port}")
        self.assert_refused(done, "http.listen", str(registry.port), "in use")

    def test_a_file_of_something_else_is_left_alone(self):
        registry = Registry()
        self.addCleanup(registry.close)
        with open(registry.store, "w", encoding="utf-8") as file:
            file.write("dear diary " * 100)
        done = self.run_registry("--store", registry.store, "--listen", "127.0.0.1:0")
        self.assert_refused(done, "bus.foreign", registry.store)
        with open(registry.store, encoding="utf-8") as file:
            self.assertTrue(file.read().startswith("dear diary"))

    def test_an_unknown_option_and_a_missing_store_are_named(self):
        self.assert_refused(self.run_registry("--stoer", "x"), "option.unknown", "store",
                            status=2)
        self.assert_refused(self.run_registry(), "option.required", "--store", status=2)

    def test_the_configuration_file_gives_its_options(self):
        registry = Registry()
        self.addCleanup(registry.close)
        path = os.path.join(registry.folder.name, "schakel.ini")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"[schakel]\nbus = sqlite:x\ndata = {registry.folder.name}\n"
                       "log = info\n[registry]\nlisten = 127.0.0.1:4242\n")
        done = self.run_registry("--config", path, "--check")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("listen = 127.0.0.1:4242", done.stdout)
        self.assertIn(f"store = {registry.folder.name}/registry.sqlite", done.stdout)

    def test_it_says_how_it_is_in_the_run_folder(self):
        registry = Registry()
        registry.options = ("--data", registry.folder.name)
        self.addCleanup(registry.close)
        path = os.path.join(registry.folder.name, "run", "registry.status")

        def state():
            with open(path, encoding="utf-8") as file:
                status = json.load(file)
            return status["toestand"], status["pid"]

        registry.start()
        registry.register("s", A)  # it writes the first status before it serves
        self.assertEqual(state(), ("ACTIEF", registry.process.pid))
        registry.stop()
        self.assertEqual(state(), ("GESTOPT", registry.process.pid))

    def test_the_help_names_every_option(self):
        done = self.run_registry("--help")
        self.assertEqual(done.returncode, 0)
        for option in ("store", "listen", "body_limit", "incompatible_code"):
            self.assertIn(option, done.stdout)


if __name__ == "__main__":
    unittest.main()
