# SPDX-License-Identifier: Apache-2.0
"""What deploy/kafka says before it ends with a status."""
import shutil

MISSING = 3


class Failure(Exception):
    def __init__(self, text, status=1):
        super().__init__(text.strip())
        self.status = status


def program(name, package):
    """The path of a program of the machine."""
    found = shutil.which(name)
    if not found:
        raise Failure(f"{name} is missing; apt-get install {package}", MISSING)
    return found
