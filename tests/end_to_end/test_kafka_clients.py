# SPDX-License-Identifier: Apache-2.0
"""Interoperation: programs that others wrote read our topics, and what they write enters as
our own events do. kcat, Kafka's console consumer, Confluent's client of Python with its Avro
serializers, the libraries of CloudEvents and OpenTelemetry: all unchanged."""
import datetime
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import unittest

from on_kafka import OnKafka
from scenario import ROOT, programs

os.environ.setdefault("SK_BINARY_DIR", os.path.dirname(programs()))
sys.path.insert(0, os.path.join(ROOT, "tests", "core", "avro"))
import packages  # noqa: E402

CONFLUENT = os.path.join(ROOT, "tests", "end_to_end", "clients", "confluent.py")
WAIT = 60  # the deadline of one client
TOPICS = ("klacht", "koppeling", "dossier.stuk", "opvang.locatie")
UNMASKED = ("--unmask", "--reason", "interoperation")


def millis(text):
    return int(datetime.datetime.fromisoformat(text).timestamp() * 1000)


class ClientsTest(OnKafka):
    forgets = True

    def setUp(self):
        super().setUp()
        self.first = self.klacht(self.places[0], klager=None)
        self.say(self.first)
        self.landed(self.first)

    def run_client(self, *command, lines=""):
        done = subprocess.run(command, input=lines, capture_output=True, text=True, timeout=WAIT,
                              check=False)
        self.assertEqual(done.returncode, 0, f"{command}: {done.stderr}")
        return done.stdout

    def confluent(self, *command, lines=()):
        python = packages.pip("cloudevents==1.11.0", "confluent-kafka[avro,schemaregistry]==2.16.1",
                              "opentelemetry-api==1.27.0")
        registry = self.schakel.sections["schakel"]["registry"]
        return self.run_client(python, CONFLUENT, self.kafka.address, registry, *command,
                               lines="".join(f"{line}\n" for line in lines)).splitlines()

    def kcat(self, *arguments):
        if not shutil.which("kcat"):
            self.skipTest("kcat is not installed (Debian package kcat)")
        return subprocess.run(["kcat", "-b", self.kafka.address, *arguments], capture_output=True,
                              timeout=WAIT, check=True).stdout

    def tail(self, topic):
        done = self.schakel.schakel("tail", topic, "--all", "--json", *UNMASKED)
        self.assertEqual(done.returncode, 0, done.stderr)
        return sorted(map(json.loads, done.stdout.splitlines()), key=place)

    # They read ---------------------------------------------------------------------------

    def test_confluent_of_python_reads_what_schakel_tail_shows(self):
        for topic in TOPICS:
            theirs = sorted(map(json.loads, self.confluent("read", topic)), key=place)
            ours = self.tail(topic)
            self.assertEqual([(*place(one), one["sleutel"], one["waarde"]) for one in theirs],
                             [(*place(one), one["sleutel"], one["waarde"]) for one in ours])
            self.assertGreater(len(theirs), 0)

    def test_kcat_reads_what_schakel_tail_shows(self):
        """Its Debian build knows no Avro: the bytes it gives are decoded by Confluent's."""
        for topic in TOPICS:
            read = sorted(records(self.kcat("-C", "-t", topic, "-e", "-q", "-f", "%p %o %k %h %S %s")))
            ours = self.tail(topic)
            self.assertEqual([one[:4] for one in read], [
                (*place(one), one["sleutel"], list(one["headers"].items())) for one in ours])
            values = self.confluent("decode", lines=[one[4].hex() for one in read])
            self.assertEqual([json.loads(one) for one in values], [one["waarde"] for one in ours])

    def test_the_console_consumer_reads_keys_and_headers(self):
        ours = self.tail("dossier.stuk")
        path = packages.maven("org.apache.kafka", "kafka-tools", "4.3.1")
        shown = self.run_client(
            "java", "-cp", path, "org.apache.kafka.tools.consumer.ConsoleConsumer",
            "--bootstrap-server", self.kafka.address, "--topic", "dossier.stuk", "--from-beginning",
            "--isolation-level", "read_committed", "--max-messages", str(len(ours)),
            *(part for name in ("key", "headers", "offset", "partition")
              for part in ("--formatter-property", f"print.{name}=true")),
            "--formatter-property", "print.value=false")
        for one in ours:
            headers = ",".join(f"{name}:{value}" for name, value in one["headers"].items())
            self.assertIn(f"Partition:{one['partitie']}\tOffset:{one['positie']}\t{headers}\t"
                          f"{one['sleutel']}", shown)

    # Headers ------------------------------------------------------------------------------

    def test_headers_are_as_cloudevents_and_trace_context_say(self):
        """Kafka protocol binding 1.0.2, binary mode; W3C Trace Context level 1."""
        seen, traces = set(), {}
        for topic in TOPICS:
            for one in map(json.loads, self.confluent("read", topic)):
                headers, read = dict(one["headers"]), one["gelezen"]
                self.assertEqual(len(headers), len(one["headers"]), "a header stands there twice")
                self.assertEqual(headers["ce_specversion"], "1.0")
                self.assertEqual(headers["content-type"], "application/avro")
                self.assertEqual(read["attributes"]["type"], headers["ce_type"])
                self.assertRegex(headers["ce_source"], r"^/[a-z]+/[a-z]+$")
                self.assertRegex(headers["ce_time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
                self.assertRegex(headers["traceparent"], r"^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-0[01]$")
                self.assertTrue(read["trace_valid"])
                self.assertNotIn((headers["ce_source"], headers["ce_id"]), seen)
                seen.add((headers["ce_source"], headers["ce_id"]))
                traces[topic, one["sleutel"]] = (read["trace"], headers)
        self.assert_one_trace_and_its_causes(traces)

    def assert_one_trace_and_its_causes(self, traces):
        name = self.first["klacht_id"]
        stuk = next(key for topic, key in traces if topic == "dossier.stuk")
        way = [traces["klacht", name], traces["koppeling", f"klacht/{name}"], traces["dossier.stuk", stuk]]
        self.assertEqual(len({trace for trace, _ in way}), 1)
        self.assertNotIn("causationid", way[0][1])
        for _, headers in way[1:]:
            self.assertIn(headers["causationid"], [one["ce_id"] for _, one in way])

    # They write ---------------------------------------------------------------------------

    def event(self, place_of):
        """A complaint as an event: what another writer would send, defaults left out."""
        said = self.klacht(place_of, klager=None)
        return {"klacht_id": said["klacht_id"], "versie": 1, "toestand": "ACTIEF", "regime": "OPVANG",
                "bron": {"systeem": "Elders", "id": said["klacht_id"]}, "status": "ONTVANGEN",
                "gevaar": "NEE", "onderwerp": said["onderwerp"], "genoemd": said["genoemd"],
                "ontvangen_op": millis("2026-11-23T08:00:00+00:00"),
                "statussen": [{"code": "ONTVANGEN", "sinds": millis("2026-11-23T08:00:00+00:00")}]}

    def put(self, key, value):
        """One record by kcat, bytes as they are."""
        path = os.path.join(self.folder, "value")
        with open(path, "wb") as file:
            file.write(value)
        self.kcat("-P", "-t", "klacht", "-k", key, path)

    def test_an_event_of_confluent_of_python_enters_as_ours_do(self):
        event = self.event(self.places[1])
        self.confluent("write", "klacht", lines=[
            json.dumps({"sleutel": event["klacht_id"], "waarde": event})])
        stuk = self.landed(event, WAIT)
        self.assertEqual(stuk["doel"]["id"], self.places[1]["dossiernummer"])
        self.settle()
        self.assert_nothing_wrong_at_edison()

    def test_bytes_by_kcat_enter_and_broken_ones_become_dead_letters(self):
        good = self.event(self.places[1])
        value = bytes.fromhex(self.confluent("encode", "klacht", lines=[json.dumps(good)])[0])
        broken = {"no-frame": b"not Avro at all", "cut": value[:len(value) // 2],
                  "tail": value + b"\0", "unknown-schema": struct.pack(">bi", 0, 99999) + value[5:],
                  "empty-body": value[:5], "deep": value[:5] + b"\xff" * 64}
        for key, bad in broken.items():
            self.put(key, bad)
        self.put(good["klacht_id"], value)
        self.landed(good, WAIT)
        dead = self.until(lambda: len(found := self.schakel.dead_letters()) >= len(broken) and found,
                          "all broken ones are dead letters", WAIT)
        said = json.dumps(dead)
        for key in broken:
            self.assertIn(f'"{key}"', said)
        after = self.klacht(self.places[2])
        self.say(after)
        self.landed(after, WAIT)
        self.assert_nothing_wrong_at_edison()


def place(record):
    return record["partitie"], record["positie"]


RECORD = re.compile(rb"(\d+) (\d+) (\S+) (\S*) (\d+) ")


def records(output):
    """(partition, position, key, headers, value) of kcat's output, whose values are bytes."""
    at = 0
    while at < len(output):
        found = RECORD.match(output, at)
        partition, position, key, headers, size = found.groups()
        at = found.end() + int(size)
        yield (int(partition), int(position), key.decode(),
               [tuple(one.split("=", 1)) for one in headers.decode().split(",")],
               output[found.end():at])


if __name__ == "__main__":
    unittest.main()
