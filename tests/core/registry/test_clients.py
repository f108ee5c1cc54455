# SPDX-License-Identifier: Apache-2.0
"""Clients that others wrote, unchanged: register, encode, decode by id, evolve, refer."""
import json
import os
import subprocess
import sys
import unittest

from registry import Case, record

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "avro"))
import packages  # noqa: E402

CLIENTS = os.path.join(HERE, "clients")


class Clients(Case):
    def run_client(self, *arguments, **environment):
        done = subprocess.run(arguments, capture_output=True, text=True, timeout=60,
                              env={**os.environ, **environment})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def url(self):
        return f"http://127.0.0.1:{self.registry.port}"

    def run_node(self, package, file):
        folder = packages.npm(package)
        self.run_client("node", os.path.join(CLIENTS, file), self.url(),
                        NODE_PATH=os.path.join(folder, "node_modules"))

    def test_confluent_kafka_of_python(self):
        python = packages.pip("confluent-kafka[avro,schemaregistry]==2.16.1")
        self.run_client(python, os.path.join(CLIENTS, "confluent_python.py"), self.url())

    def test_confluentinc_schemaregistry_of_node(self):
        self.run_node("@confluentinc/schemaregistry", "confluent_node.js")

    def test_kafkajs_confluent_schema_registry_of_node(self):
        self.run_node("@kafkajs/confluent-schema-registry", "kafkajs.js")

    def test_avro_of_java_reads_our_messages_by_id(self):
        path = packages.java(os.path.join(CLIENTS, "ReadById.java"), "org.apache.avro",
                             "avro", "1.12.0")
        read = lambda *more: json.loads(self.run_client(
            "java", "-cp", path, "ReadById", self.url(), "000000000108" + "02" + "79",
            *more))
        self.register("s", record(("a", "int"), ("b", "string")))
        self.assertEqual(read(), {"a": 4, "b": "y"})
        wider = json.dumps(record(("a", "long"), ("c", "int", 7)))
        self.assertEqual(read(wider), {"a": 4, "c": 7})


if __name__ == "__main__":
    unittest.main()
