# SPDX-License-Identifier: Apache-2.0
"""Kafka's jars: from Maven Central by the coordinates of pom.xml, refused unless they are
those of jars.sha256. Kept in $SCHAKEL_KAFKA_JARS, else ~/.cache/schakel/kafka-4.3.1."""
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from failure import MISSING, Failure, program

PARTS = pathlib.Path(__file__).resolve().parent
JARS = pathlib.Path(os.environ.get("SCHAKEL_KAFKA_JARS")
                    or pathlib.Path.home() / ".cache/schakel/kafka-4.3.1")


def pinned():
    """(SHA-256, path) of every jar."""
    for line in (PARTS / "jars.sha256").read_text().splitlines():
        wanted, name = line.split()
        yield wanted, JARS / name


def wrong_jar():
    """The first jar that is not the pinned one, or None."""
    for wanted, path in pinned():
        if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != wanted:
            return path
    return None


def fetch():
    program("java", "default-jre-headless")
    if not wrong_jar():
        return
    maven = program("mvn", "maven")
    JARS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        shutil.copy(PARTS / "pom.xml", work)
        done = subprocess.run(
            [maven, "-B", "-q", "-f", f"{work}/pom.xml", "dependency:copy-dependencies",
             "-DincludeScope=runtime", f"-DoutputDirectory={JARS}"], stdout=sys.stderr)
    if done.returncode:
        raise Failure("Maven Central did not give the jars", MISSING)
    if path := wrong_jar():
        raise Failure(f"{path} is not the file whose SHA-256 stands in jars.sha256")


def java(heap, *arguments):
    """The command that runs a class of Kafka."""
    return [program("java", "default-jre-headless"), f"-Xmx{heap}", "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            f"-Dlog4j2.configurationFile={PARTS / 'log4j2.properties'}",
            "-cp", ":".join(str(path) for _, path in pinned()), *map(str, arguments)]
