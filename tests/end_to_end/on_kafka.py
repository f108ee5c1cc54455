# SPDX-License-Identifier: Apache-2.0
"""Scenarios on Apache Kafka instead of the embedded bus."""
import shutil
import tempfile

from scenario import Scenario
from systems.kafka import Kafka


class OnKafka(Scenario):
    """One cluster for the tests of a class. Put before another class of scenarios, that one
    runs on Kafka; `forgets` then takes the topics away before each test."""
    forgets = False
    options = ()

    @classmethod
    def setUpClass(cls):
        cls.cluster_folder = cls.make_folder()
        cls.kafka = Kafka(cls.cluster_folder, *cls.options)
        cls.addClassCleanup(cls.kafka.stop)

    @classmethod
    def make_folder(cls):
        folder = tempfile.mkdtemp(prefix="schakel-kafka-")
        cls.addClassCleanup(shutil.rmtree, folder)
        return folder

    def setUp(self):
        if self.forgets:
            self.kafka.forget()
        self.settings = {"schakel": {"bus": f"kafka:{self.kafka.address}"}} | self.more_settings()
        super().setUp()

    def more_settings(self):
        return {}
