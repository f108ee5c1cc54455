# SPDX-License-Identifier: Apache-2.0
"""No answered registration is lost by 3,000 kills (ctest -L kill), in rounds on a new store
each, so that starting stays short."""
import os
import unittest

ROUNDS = 20
os.environ.setdefault("SK_KILLS", "150")
from test_durability import Durability  # noqa: E402


def load_tests(_loader, _tests, _pattern):
    return unittest.TestSuite(
        Durability("test_no_answered_registration_is_lost_by_kills") for _ in range(ROUNDS))


if __name__ == "__main__":
    unittest.main()
