# SPDX-License-Identifier: Apache-2.0
"""The demo: starts stand-ins and Schakel, plays the morning, shows it in five screens, reads
back, prints the table.

The one idea: this file only puts the parts together; whatever happens, everything that was
started is stopped again.
"""
import argparse
import contextlib
import json
import os
import signal
import sys
import tempfile
import time
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests"))

from flow import Flow  # noqa: E402
from keep import commands, text  # noqa: E402
from morning import Morning, Story, play  # noqa: E402
from outcome import Outcome, passed  # noqa: E402
from scenes import SCENES  # noqa: E402
from stage import Stage  # noqa: E402
from systems.client import StandIn  # noqa: E402
from systems.installation import Installation, programs  # noqa: E402
from systems.kafka import Kafka  # noqa: E402
from table import table  # noqa: E402


def arguments():
    parser = argparse.ArgumentParser(prog="deploy/demo", add_help=False)
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--register", metavar="R.csv")
    parser.add_argument("--messages", metavar="M.jsonl")
    parser.add_argument("--klachten", type=int, default=500)
    parser.add_argument("--seconden", type=float, default=45)
    parser.add_argument("--map", metavar="FOLDER")
    parser.add_argument("--kafka", action="store_true")
    options = parser.parse_args()
    if bool(options.register) != bool(options.messages):
        parser.error("--register and --messages go together")
    return options


def say(text):
    print(text, file=sys.stderr, flush=True)


def on_kafka(folder, stack):
    """The setting of a bus on a broker of the demo's own, which ends with `stack`."""
    begun = time.monotonic()
    kafka = Kafka(os.path.join(folder, "kafka"))
    stack.callback(kafka.stop)
    say(f"Apache Kafka is klaar na {time.monotonic() - begun:.1f} s: {kafka.address}")
    return {"schakel": {"bus": f"kafka:{kafka.address}"}}


@contextlib.contextmanager
def running(folder, morning, kafka):
    """The stand-ins and Schakel around them; all of it ends with the block."""
    with contextlib.ExitStack() as stack:
        edison = StandIn("edison", "--data", morning.write_register(folder))
        stack.callback(edison.stop)
        klaroen = StandIn("klaroen", "--echo", "at_once")
        stack.callback(klaroen.stop)
        bus = on_kafka(folder, stack) if kafka else {}
        schakel = Installation(folder, edison.url, klaroen.url, morning.settings | bus)
        stack.callback(schakel.stop)
        ready = schakel.start()
        klaroen.tell("push", {"url": schakel.inbox_url})
        stack.callback(klaroen.stop)  # who pushes goes before whom it pushes to
        say(f"Schakel is klaar na {ready:.2f} s. Edison: {edison.url}/dossiers/DOSSIERNUMMER")
        yield edison, klaroen, schakel


def show(morning, world):
    """The screens after the flow; whether all of them showed what they should. Who brings data
    of his own does not want our complaints among them."""
    if not morning.clear_places:
        return True
    stage, well = Stage(morning, *world), True
    for scene in SCENES:
        try:
            scene(stage)
        except (OSError, RuntimeError) as error:
            say(f"Dit scherm lukte niet: {error}")
            well = False
    return well


def linger(options, world):
    """Leaves everything running as long as was asked for."""
    if options.keep:
        with contextlib.suppress(KeyboardInterrupt):  # it may come at once after "ready"
            signal.signal(signal.SIGTERM, signal.default_int_handler)
            print(text(commands(*world, programs()), world[-1].config))
            print("ready", flush=True)
            signal.pause()
    elif not options.once and sys.stdin.isatty():
        input("Alles draait nog. Enter om te stoppen. ")


def run(options, folder):
    morning = (Morning.of_batch(options.register, options.messages) if options.register
               else Morning.invented(options.klachten))
    for error in morning.errors:
        say(error)
    with running(folder, morning, options.kafka) as world:
        story = Story()
        with Flow(world, story) as flow:
            play(morning, options.seconden, story, world, flow.say)
        outcome = Outcome(morning, story, *world)
        shown = show(morning, world)
        print(table(outcome), flush=True)
        if options.json:
            with open(options.json, "w", encoding="utf-8") as file:
                json.dump(outcome.as_json(), file, indent=1)
                file.write("\n")
        linger(options, world)
    return 0 if passed(outcome) and shown and not morning.errors else 1


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with contextlib.ExitStack() as stack:
        folder = options.map or stack.enter_context(tempfile.TemporaryDirectory(prefix="schakel-demo-"))
        os.makedirs(folder, exist_ok=True)
        return run(options, os.path.abspath(folder))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except (OSError, RuntimeError, ValueError, unittest.SkipTest) as error:
        say(f"demo: {error}")
        sys.exit(2)
