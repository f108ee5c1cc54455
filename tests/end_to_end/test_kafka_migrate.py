# SPDX-License-Identifier: Apache-2.0
"""`schakel migrate` from the embedded bus to a real Apache Kafka: the tests of test_migrate, with that
target."""
import os
import shutil
import subprocess
import tempfile
import unittest

import test_migrate
from scenario import ROOT


@unittest.skipIf(shutil.which("java") is None, "no Java: no Kafka to migrate to")
class MigrateToKafka(test_migrate.Migrate):
    def target(self):
        folder = tempfile.mkdtemp(prefix="schakel-kafka-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        command = os.path.join(ROOT, "deploy", "kafka")
        done = subprocess.run([command, "start", folder], capture_output=True, text=True, check=False)
        if done.returncode == 3:
            self.skipTest(done.stderr.strip())
        self.addCleanup(subprocess.run, [command, "stop", folder], check=False, capture_output=True)
        return f"kafka:{done.stdout.strip()}"

    def test_and_back_again(self):
        self.schakel.stop()
        before, lags = self.held(), self.lags()
        self.migrate()
        self.move()
        self.to = f"sqlite:{self.folder}/bus/back.db"
        self.migrate()
        self.move()
        self.assertEqual((self.held(), self.lags()), (before, lags))

    def test_it_is_refused_while_the_processes_run(self):
        self.skipTest("the source is the same")


if __name__ == "__main__":
    unittest.main()
