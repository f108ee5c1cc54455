# SPDX-License-Identifier: Apache-2.0
"""Other people's libraries, through their own package managers, for tests that hold ours
against them. Kept in the build folder; what cannot be had skips the test by its name."""
import os
import shutil
import subprocess
import sys
import unittest

KEPT = os.path.join(os.environ["SK_BINARY_DIR"], "packages")
DEADLINE_S = 240


def _fetch(name, command, folder, make):
    """The folder, filled by `make` once; it is there only when all of it is."""
    if os.path.exists(os.path.join(folder, ".complete")):
        return folder
    if not shutil.which(command):
        raise unittest.SkipTest(f"{name}: no {command} on this machine")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    for arguments in make(folder):
        try:
            done = subprocess.run(arguments, cwd=folder, capture_output=True, text=True,
                                  timeout=DEADLINE_S)
        except subprocess.TimeoutExpired:
            raise unittest.SkipTest(f"{name}: not installed in {DEADLINE_S} s")
        if done.returncode != 0:
            reason = (done.stderr or done.stdout).strip().splitlines()[-1:]
            raise unittest.SkipTest(f"{name}: cannot be installed: {reason}")
    open(os.path.join(folder, ".complete"), "w").close()
    return folder


def pip(*packages):
    """The Python interpreter of an environment with the packages."""
    folder = os.path.join(KEPT, "pip-" + packages[0].partition("=")[0])
    _fetch(packages[0], sys.executable, folder, lambda folder: [
        [sys.executable, "-m", "venv", folder],
        [os.path.join(folder, "bin", "pip"), "-q", "install", *packages]])
    return os.path.join(folder, "bin", "python")


def npm(package):
    """The folder whose node_modules holds the package."""
    folder = os.path.join(KEPT, "npm-" + package.replace("/", "-").lstrip("@"))
    return _fetch(package, "npm", folder, lambda folder: [
        ["npm", "init", "-y"],
        ["npm", "install", "--silent", "--no-audit", "--no-fund", package]])


def maven(group, artifact, version):
    """A class path with the artifact and all that it needs."""
    folder = os.path.join(KEPT, f"maven-{artifact}-{version}")
    pom = (f'<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0'
           f"</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1"
           f"</version><dependencies><dependency><groupId>{group}</groupId><artifactId>"
           f"{artifact}</artifactId><version>{version}</version></dependency>"
           f"</dependencies></project>")

    def make(folder):
        with open(os.path.join(folder, "pom.xml"), "w", encoding="utf-8") as file:
            file.write(pom)
        return [["mvn", "-q", "-B", "dependency:copy-dependencies",
                 "-DoutputDirectory=lib"]]

    _fetch(f"{group}:{artifact}", "mvn", folder, make)
    return os.path.join(folder, "lib", "*")


def java(source, group, artifact, version):
    """A class path with the artifact and the compiled source."""
    path = maven(group, artifact, version)
    classes = os.path.join(os.path.dirname(os.path.dirname(path)), "classes")
    subprocess.run(["javac", "-cp", path, "-d", classes, source], check=True,
                   timeout=DEADLINE_S)
    return path + ":" + classes
