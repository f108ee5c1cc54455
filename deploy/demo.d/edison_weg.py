# SPDX-License-Identifier: Apache-2.0
"""Takes the Edison of a running demo away, confirms a complaint in Klaroen meanwhile, and shows
that Edison has it as soon as it is back.

    python3 -B deploy/demo.d/edison_weg.py EDISON_CONTROL KLAROEN_CONTROL SECONDS

Both addresses are what `deploy/demo --keep` prints.
"""
import os
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests"))

from systems.client import call, wait_until  # noqa: E402


def ask(method, url, body=None):
    status, answer = call(method, url, body)
    if status != 200:
        raise RuntimeError(f"{method} {url}: {status} {answer}")
    return answer


def stukken(edison):
    """{stuk_id: what Edison holds} of complaints that stand in a dossier."""
    return {one["stuk_id"]: one for one in ask("GET", f"{edison}/stukken")["stukken"]
            if one["state"] and one["state"]["toestand"] == "ACTIEF"}


def main():
    edison, klaroen, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
    stuk_id, klacht_id = next((name, one["state"]["onderwerp"]["id"]) for name, one in
                              stukken(edison).items() if one["state"]["status"] == "ONTVANGEN")
    begun = time.monotonic()
    ask("POST", f"{edison}/down", {"seconds": seconds})
    ask("POST", f"{klaroen}/change", {"klacht_id": klacht_id, "set": {"status": "BEVESTIGD"}})
    print(f"Edison is {seconds:g} s onbereikbaar. Klaroen bevestigt intussen klacht {klacht_id}.", flush=True)

    def confirmed():
        stuk = stukken(edison).get(stuk_id)
        return stuk if stuk and stuk["state"]["status"] == "BEVESTIGD" else None
    stuk = wait_until(confirmed, seconds + 60, f"{stuk_id} is confirmed at Edison")
    print(f"In dossier {stuk['state']['doel']['id']} in Edison is de klacht bevestigd, "
          f"{stuk['last_at'] - begun:.1f} s later: {stuk['last_at'] - begun - seconds:.1f} s na zijn terugkeer.")


if __name__ == "__main__":
    try:
        main()
    except (IndexError, OSError, RuntimeError, StopIteration, ValueError) as error:
        sys.exit(f"edison_weg: {error}")
