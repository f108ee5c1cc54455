# SPDX-License-Identifier: Apache-2.0
"""All of Schakel on Apache Kafka: with TLS, a user and only its rights for each process, as
`schakel acl` prints them; a broker that goes away and comes back."""
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import unittest

from on_kafka import OnKafka
from scenario import ROOT, needs_programs, programs
from systems.installation import free_port
from systems.kafka import MISSING

SECTIONS = ("registry", "correlation", "edison", "klaroen")


def rights(folder):
    """What `schakel acl --json` prints for our processes."""
    path = os.path.join(folder, "acl.ini")
    with open(path, "w", encoding="utf-8") as file:
        file.write("[schakel]\nbus = kafka:127.0.0.1:9092\n")
        file.writelines(f"[{name}]\n" for name in SECTIONS)
    done = subprocess.run([f"{programs()}/schakel", "acl", "--json", "--config", path],
                          capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def write(folder, granted):
    path = os.path.join(folder, "acl.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(granted, file)
    return path


class SecureTest(OnKafka):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.mkdtemp(prefix="schakel-acl-")
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.granted = rights(folder)
        cls.options = ("--secure", write(folder, cls.granted))
        super().setUpClass()

    def more_settings(self):
        return {"kafka": self.kafka.settings()}

    def start(self):
        """Processes may not make topics; the operator's user may."""
        self.schakel.write()
        done = self.schakel.schakel("topics", "--create")
        self.assertEqual(done.returncode, 0, done.stderr)
        super().start()

    def test_with_only_its_rights_each_process_does_its_work(self):
        klacht = self.klacht(self.places[0])
        self.say(klacht)
        self.assertEqual(self.landed(klacht)["doel"]["id"], self.places[0]["dossiernummer"])
        waiting = self.contradicted()
        self.schakel.kill("correlation")
        self.schakel.kill("edison")
        self.change(waiting, genoemd=[self.klacht(self.places[1])["genoemd"][0]])
        self.landed(waiting)
        self.change(klacht, status="INGETROKKEN")
        self.until(lambda: self.stukken(klacht, "INGETROKKEN"), "withdrawn")
        self.assert_nothing_wrong_at_edison()
        with open(self.schakel.log.name, encoding="utf-8") as file:
            self.assertNotRegex(file.read(), "bus\\.(acl|topic|credentials)")


class OneBrokerTest(OnKafka):
    def status(self, process):
        path = os.path.join(self.folder, "data", "run", f"{process}.status")
        with open(path, encoding="utf-8") as file:
            return json.load(file)

    def test_a_broker_that_is_away_stands_in_the_status_until_it_is_back(self):
        before, after = self.klacht(self.places[0]), self.klacht(self.places[1])
        self.say(before)
        self.landed(before)
        self.kafka.kill()
        self.until(lambda: "bus.away" in str(self.status("edison")), "edison says bus.away")
        self.kafka.start()
        self.until(lambda: "bus.away" not in str(self.status("edison")), "edison is well", 60)
        self.say(after)
        self.landed(after, 60)
        self.assert_nothing_wrong_at_edison()


@needs_programs
class ReadmeTest(unittest.TestCase):
    """What deploy/kafka.d/README.md tells an operator to type, typed."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="schakel-kafka-readme-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        os.symlink(os.path.join(ROOT, "deploy"), f"{self.folder}/deploy")
        self.registry = f"127.0.0.1:{free_port()}"
        self.configure("127.0.0.1:9092", "")

    def configure(self, address, section):
        """A schakel.ini of the two that need no outside system."""
        with open(f"{self.folder}/schakel.ini", "w", encoding="utf-8") as file:
            file.write(f"[schakel]\nbus = kafka:{address}\ndata = data\n"
                       f"registry = http://{self.registry}\n{section}"
                       f"[registry]\nstore = registry.db\nlisten = {self.registry}\n[correlation]\n")

    def typed(self, command):
        environment = os.environ | {"PATH": f"{os.path.abspath(programs())}:{os.environ['PATH']}"}
        done = subprocess.run(["bash", "-ec", command], cwd=self.folder, env=environment,
                              capture_output=True, text=True, timeout=120, check=False)
        if done.returncode == MISSING and "deploy/kafka" in done.stderr:
            self.skipTest(done.stderr.strip())
        self.assertEqual(done.returncode, 0, f"{command}: {done.stderr}")
        return done.stdout

    def test_what_the_readme_of_deploy_kafka_says_leads_to_a_set_that_is_ready(self):
        with open(os.path.join(ROOT, "deploy", "kafka.d", "README.md"), encoding="utf-8") as page:
            block = re.search(r"^```sh\n(.*?)^```", page.read(), re.MULTILINE | re.DOTALL)[1]
        acl, start, cat, create, up = block.replace("/tmp/kafka", f"{self.folder}/kafka").splitlines()
        self.typed(acl)
        self.addCleanup(self.typed, f"deploy/kafka stop {self.folder}/kafka")
        address = self.typed(start).strip()
        self.configure(address, self.typed(cat))
        self.typed(create)
        environment = os.environ | {"PATH": f"{os.path.abspath(programs())}:{os.environ['PATH']}"}
        with subprocess.Popen(["bash", "-ec", f"exec timeout 60 {up}"], cwd=self.folder,
                              env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              text=True) as running:
            said = running.stdout.readline()
            running.send_signal(signal.SIGTERM)
        self.assertIn("ready", said)


if __name__ == "__main__":
    unittest.main()
