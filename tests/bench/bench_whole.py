# SPDX-License-Identifier: Apache-2.0
"""A dump of 100,000 locations through `schakel-edison` in mode full: the first load, and the
same again next night. Median of five fresh installations; the floor is the same file in mode
changes, in the same run. What stands on the bus is checked too: a wrong count is no result."""
import os
import statistics
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "core", "runtime"))
from installation import Installation, wait_until  # noqa: E402

ROUNDS = 5
ROWS = int(os.environ.get("SK_BENCH_ROWS", "100000"))
MAP = {"dossiernummer": "dossier", "namen.0.naam": "naam", "adressen.0.straat": "straat",
       "adressen.0.huisnummer": "nr", "adressen.0.postcode": "pc", "adressen.0.gemeente": "gemeente",
       "contacten.0.waarde": "tel", "organisatoren.0.organisator_id": "org", "plaatsen.0.vergund": "plaatsen"}


def row(work, floor, result, reach, reached):
    print(f"BENCH|{work}|{floor}|{result}|{reach}|{'yes' if reached else 'no'}", flush=True)


def dump(changed=0):
    lines = ["dossier;naam;straat;nr;pc;gemeente;tel;org;plaatsen"]
    for i in range(ROWS):
        name = "De Nieuwe Zon" if i < changed else "Kinderdagverblijf De Zonnebloem"
        lines.append(f"{10_000_000 + i};{name} {i};Kerkstraat;{i % 200};{9000 + i % 999};Gent;"
                     f"09 {200 + i % 700} {10 + i % 89} {10 + i % 89};org-{i // 3};{8 + i % 30}")
    return "\n".join(lines) + "\n"


class Edison:
    """One fresh installation whose locations come as files."""

    def __init__(self, mode):
        self.installation = Installation("edison", {"dossiernummer.patroon": "[0-9]{1,12}"})
        folders = {flow: f"{self.installation.folder}/{flow}" for flow in ("locaties", "organisatoren", "oordelen", "stukken")}
        for flow, folder in folders.items():
            os.makedirs(folder)
            self.installation.settings |= {f"{flow}.adapter": "files", f"{flow}.folder": folder}
        self.installation.settings |= {f"locaties.map.{ours}": theirs for ours, theirs in MAP.items()}
        self.installation.settings["locaties.mode"] = mode
        self.drop, self.count = folders["locaties"], 0
        self.installation.start_registry()
        self.child = self.installation.start()

    def seconds(self, text):
        self.count += 1
        name = f"{self.drop}/{self.count}.csv"
        with open(name + ".part", "w", encoding="utf-8") as file:
            file.write(text)
        start = time.monotonic()
        os.rename(name + ".part", name)
        wait_until(lambda: os.path.exists(f"{self.drop}/done/{self.count}.csv"), "the dump is taken", 300)
        return time.monotonic() - start

    def peak_mb(self):
        with open(f"/proc/{self.child.pid}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024

    def close(self):
        """What it sent in all."""
        self.installation.stop(self.child)
        sent = self.installation.flow("locaties")["verstuurd"]
        self.installation.close()
        return sent


def measure(mode, texts):
    edison = Edison(mode)
    seconds = [edison.seconds(text) for text in texts]
    peak = edison.peak_mb()
    return seconds, peak, edison.close()


def main():
    whole = dump()
    texts = [whole, whole, dump(changed=700)]
    full, peaks, floors = [], [], []
    for _ in range(ROUNDS):
        seconds, peak, sent = measure("full", texts)
        if sent != ROWS + 700:
            sys.exit(f"{sent} events were sent, not {ROWS + 700}")
        full.append(seconds)
        peaks.append(peak)
        floors.append(measure("changes", texts[:2])[0])
        print(f"full {[round(s, 2) for s in seconds]} s, {peak:.1f} MB; changes "
              f"{[round(s, 2) for s in floors[-1]]} s", file=sys.stderr, flush=True)
    for at, work in enumerate(("first load", "unchanged", "700 changed")):
        took = statistics.median(one[at] for one in full)
        floor = statistics.median(one[min(at, 1)] for one in floors)
        row(f"mode full, dump of {ROWS:,} rows, {work}", f"mode changes {floor:.2f} s",
            f"{took:.2f} s ({took / floor:.1f}×), {max(peaks):.0f} MB at most", "< 5 s, < 50 MB",
            took < 5 and max(peaks) < 50)


if __name__ == "__main__":
    main()
