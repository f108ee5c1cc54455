# SPDX-License-Identifier: Apache-2.0
"""Our schemas held against Avro's own libraries, on random pairs.

Verdicts (may this reader read that writer?), texts, canonical forms and fingerprints must
be equal without exception. Findings must be equal but for two habits of Java's, which the
test knows by name:

  repeated   A pair of named types is compared once; Java keeps what it found there with
             the place where it first was, and takes a pair under way for good. We report
             every place.
  enum       A reader's field that the writer lacks, without a default, of an enum that has
             one: Java compares the enum with the writer's record (TYPE_MISMATCH). We say
             that the field has no default.

SK_SEED=N repeats a run; SK_PAIRS=N sets its size.
"""
import collections
import os
import re
import subprocess
import sys
import tempfile
import time
import unittest

import packages

PAIRS_PROGRAM = os.path.join(os.environ["SK_BINARY_DIR"], "bin", "schema_pairs")
HERE = os.path.dirname(os.path.abspath(__file__))
SEED = int(os.environ.get("SK_SEED") or time.time())
USE_OF_A_NAME = re.compile(r'(?<!"name":)"(?:[a-z.]+\.)?N\d+"')

PYTHON = """
import sys, warnings
warnings.simplefilter("ignore")
from avro import schema
from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType
for line in sys.stdin:
    fields = line.split("\\t")
    found = ReaderWriterCompatibilityChecker().get_compatibility(
        schema.parse(fields[0]), schema.parse(fields[1]))
    print(found.compatibility is SchemaCompatibilityType.compatible)
"""


def explained(ours, theirs):
    """Why the findings differ, or None."""
    reader, writer, findings = ours
    if USE_OF_A_NAME.search(reader) or USE_OF_A_NAME.search(writer):
        return "repeated"
    only_ours = {finding.partition("@")[0] for finding in findings - theirs}
    only_theirs = {finding.partition("@")[0] for finding in theirs - findings}
    if ('"type":"enum"' in reader and only_theirs == {"TYPE_MISMATCH"}
            and only_ours == {"READER_FIELD_MISSING_DEFAULT_VALUE"}):
        return "enum"
    return None


class Differential(unittest.TestCase):
    def setUp(self):
        self.pairs = tempfile.NamedTemporaryFile(mode="w+", encoding="utf-8")
        self.addCleanup(self.pairs.close)

    def ask(self, seed, count, arguments):
        """Yields our fields and the other's line, for each pair."""
        print(f"\n{count} pairs, SK_SEED={seed}", file=sys.stderr)
        subprocess.run([PAIRS_PROGRAM, str(seed), str(count)], stdout=self.pairs, check=True)
        self.pairs.seek(0)
        with subprocess.Popen(arguments, stdin=self.pairs, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True,
                              encoding="utf-8") as other:
            answers = 0
            with open(self.pairs.name, encoding="utf-8") as ours:
                for line, answer in zip(ours, other.stdout):
                    answers += 1
                    yield line.rstrip("\n").split("\t"), answer.rstrip("\n")
        self.assertEqual(answers, count)

    def test_java_says_the_same(self):
        count = int(os.environ.get("SK_PAIRS", 100_000))
        path = packages.java(os.path.join(HERE, "Differential.java"), "org.apache.avro",
                             "avro", "1.12.0")
        reasons = collections.Counter()
        for ours, answer in self.ask(SEED, count, ["java", "-cp", path, "Differential"]):
            theirs = answer.split("\t")
            self.assertEqual(len(theirs), 4, (ours[:2], answer))
            self.assertEqual(ours[3:], theirs[1:], ours[:2])
            findings, others = set(ours[2].split()), set(theirs[0].split())
            self.assertEqual(bool(findings), bool(others), (ours[:3], theirs[0]))
            if findings == others:
                reasons["misfit" if findings else "fit"] += 1
                continue
            reason = explained((ours[0], ours[1], findings), others)
            self.assertIsNotNone(reason, (ours[:3], theirs[0]))
            reasons[reason] += 1
        print(dict(reasons), file=sys.stderr)
        self.assertGreater(reasons["fit"], count // 10)
        self.assertGreater(reasons["misfit"], count // 10)

    def test_python_says_the_same(self):
        count = int(os.environ.get("SK_PAIRS", 20_000))
        python = packages.pip("avro==1.12.0")
        verdicts = collections.Counter()
        for ours, answer in self.ask(SEED + 1, count, [python, "-c", PYTHON]):
            self.assertEqual(str(ours[2] == ""), answer, ours[:3])
            verdicts[answer] += 1
        self.assertGreater(min(verdicts.values()), count // 10)


if __name__ == "__main__":
    unittest.main()
