# SPDX-License-Identifier: Apache-2.0
"""The smallest Schakel that commands can be tried on: a registry, a bus with topics and what the
test puts there; no other process. What only the passing of time or a fault would bring (times,
broken records) is written into the bus file itself."""
import json
import os
import sqlite3
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
from systems.installation import Installation  # noqa: E402

MINUTE = 60_000


class Small(unittest.TestCase):
    settings = {}

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="schakel-cli-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        cls.schakel = Installation(cls.folder, "", "", {"edison": None, "klaroen": None,
                                                        "correlation": None} | cls.settings)
        cls.addClassCleanup(cls.schakel.stop)
        cls.schakel.start()
        cls.ran("topics", "--create")

    @classmethod
    def ran(cls, *arguments, status=0):
        """stdout of a command that must end so; of one that must fail, stderr too."""
        done = cls.schakel.schakel(*arguments)
        if done.returncode != status:
            raise AssertionError(f"{arguments}: {done.returncode}, not {status}: {done.stderr}")
        return done.stdout if status == 0 else done.stdout + done.stderr

    @classmethod
    def put(cls, topic, *events):
        path = os.path.join(cls.folder, "lines.jsonl")
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(event) + "\n" for event in events)
        cls.ran("put", topic, path)

    @classmethod
    def klachten(cls, count, **more):
        cls.put("klacht", *({"klacht_id": f"K-{i}", "toestand": "ACTIEF", "regime": "OPVANG"} |
                            {name: of(i) for name, of in more.items()} for i in range(count)))

    @classmethod
    def on_file(cls, statement, *values):
        """One statement on the bus file, while nothing else writes."""
        bus = sqlite3.connect(cls.schakel.sections["schakel"]["bus"].removeprefix("sqlite:"))
        try:
            with bus:
                return bus.execute(statement, values).fetchall()
        finally:
            bus.close()

    @classmethod
    def sent_at(cls, key, ms):
        cls.on_file("UPDATE record SET sent_ms = ? WHERE key = CAST(? AS BLOB)", ms, key)

    @classmethod
    def broken(cls, key):
        cls.on_file("UPDATE record SET value = x'0000' WHERE key = CAST(? AS BLOB)", key)
