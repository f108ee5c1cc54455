# SPDX-License-Identifier: Apache-2.0
"""What every connector must stand, run against any connector process.

A connector gives a subclass of Conformance (and of unittest.TestCase) with the attributes
below; the set starts its program with a registry, a bus and a scripted target (target.py) and
looks at it from outside. Source tests are skipped by name where SOURCE is None, likewise SINK.
"""
import json
import signal
import time
from urllib.parse import quote

from installation import Installation, wait_until
from target import Target

QUICK_SOURCE = {"poll": "50ms"}
QUICK_SINK = {"retry.first": "50ms", "retry.most": "200ms"}


class Conformance:
    PROCESS = None
    SETTINGS = {}          # of its section, besides url
    REQUIRED = "url"       # an option it cannot do without
    FAILING_OPEN = None    # settings with which its open fails
    SOURCE = None          # a source read by rest
    SOURCE_TOPIC = None
    SINK = None
    SINK_TOPIC = None
    SINK_RESOURCE = None   # its resource there, when it is not called like the sink

    def item(self, number, variant=""):
        """A good record of SOURCE; another variant is another state of the same entity."""
        raise NotImplementedError

    def key(self, number):
        """The key on SOURCE_TOPIC of item(number)."""
        raise NotImplementedError

    def broken(self):
        """A record of SOURCE whose key cannot be used."""
        return {"geen": "sleutel"}

    def oversized(self, number):
        """item(number) with a text of more than a megabyte in it."""
        raise NotImplementedError

    def event(self, number, variant=""):
        """An event of SINK_TOPIC, as plain JSON."""
        raise NotImplementedError

    def event_key(self, number):
        raise NotImplementedError

    # Means ------------------------------------------------------------------------------

    def setUp(self):
        self.target = Target()
        self.addCleanup(self.target.close)
        settings = {"url": self.target.url, **(QUICK_SOURCE if self.SOURCE else {}),
                    **(QUICK_SINK if self.SINK else {}), **self.SETTINGS}
        self.installation = Installation(self.PROCESS, settings)
        self.addCleanup(self.installation.close)
        self.installation.start_registry()

    def need(self, what):
        if getattr(self, what) is None:
            self.skipTest(f"{self.PROCESS} has no {what}")

    def serve(self, *items):
        self.target.items.setdefault(self.SOURCE, []).extend(items)

    def keys(self):
        return [one["key"] for one in self.installation.records(self.SOURCE_TOPIC)]

    def dead(self):
        return self.installation.records(f"dlq.{self.PROCESS}")

    def wait_keys(self, expected, seconds=15):
        wait_until(lambda: set(self.keys()) >= set(expected), f"events {expected} are on the bus", seconds)

    def put(self, *numbers, variant=""):
        self.installation.put(self.SINK_TOPIC, [self.event(number, variant) for number in numbers])

    def delivered(self):
        return self.target.ids(self.SINK)

    def wait_delivered(self, numbers, seconds=15):
        expected = {self.event_key(number) for number in numbers}
        wait_until(lambda: set(self.delivered()) >= expected,
                   f"{len(expected)} deliveries; log:\n{self.installation.logged()[-2000:]}", seconds)

    def is_for(self, request, number):
        return request.path.rsplit("/", 1)[-1] == self.path_id(number)

    def path_id(self, number):
        return quote(self.event_key(number), safe="")

    def wait_flow(self, name, condition, what, seconds=15):
        return wait_until(lambda: condition(self.installation.flow(name)), what, seconds)

    # Starting and ending ----------------------------------------------------------------

    def test_a_missing_option_is_named_and_nothing_starts(self):
        done = self.installation.run({self.REQUIRED: None})
        self.assertEqual(done.returncode, 2)
        self.assertIn("option.missing", done.stderr)
        self.assertIn(self.REQUIRED, done.stderr)

    def test_a_failed_open_is_closed_and_said(self):
        self.need("FAILING_OPEN")
        done = self.installation.run(self.FAILING_OPEN)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("process.configuration", done.stderr)

    def test_an_unknown_option_is_refused_with_the_nearest_name(self):
        done = self.installation.run({"time_out": "5s"})
        self.assertEqual(done.returncode, 2)
        self.assertIn("timeout", done.stderr)

    def test_check_prints_what_is_in_force_and_connects_to_nothing(self):
        self.installation.stop_registry()
        done = self.installation.run(arguments=["--check"])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(self.target.url, done.stdout)
        self.assertEqual(self.target.requests, [])

    def test_a_process_without_work_ends_at_sigterm_within_a_second(self):
        child = self.installation.start()
        started = time.monotonic()
        self.assertEqual(self.installation.stop(child), 0)
        self.assertLess(time.monotonic() - started, 1)
        self.assertEqual(self.installation.status()["toestand"], "GESTOPT")

    # Sources ----------------------------------------------------------------------------

    def test_records_become_events_and_the_same_record_twice_only_one(self):
        self.need("SOURCE")
        self.serve(self.item(1), self.item(2), self.item(1))
        self.installation.start()
        self.wait_keys([self.key(1), self.key(2)])
        self.serve(self.item(2), self.item(3))
        self.wait_keys([self.key(3)])
        self.assertEqual(sorted(self.keys()), sorted(map(self.key, [1, 2, 3])))

    def test_a_then_b_then_a_are_three_events_with_growing_versie(self):
        self.need("SOURCE")
        self.installation.start()
        seen = []

        def changed():
            record = self.installation.newest(self.SOURCE_TOPIC).get(self.key(1))
            if record and (not seen or record["headers"]["ce_id"] != seen[-1]["headers"]["ce_id"]):
                seen.append(record)
                return True
            return False
        for variant in ["", "anders", ""]:
            self.serve(self.item(1, variant))
            wait_until(changed, f"an event for {variant!r}")
        self.assertEqual(len({one["headers"]["ce_id"] for one in seen}), 3)
        versions = [one["value"].get("versie", i) for i, one in enumerate(seen)]
        self.assertEqual(versions, sorted(set(versions)))

    def test_poison_in_the_middle_is_a_dead_letter_and_the_rest_goes_on(self):
        self.need("SOURCE")
        self.serve(self.item(1), self.broken(), self.item(2))
        self.installation.start()
        self.wait_keys([self.key(1), self.key(2)])
        letter, = self.dead()
        self.assertTrue(letter["key"].startswith(f"{self.SOURCE}/"))
        self.assertEqual(json.loads(letter["value"]), self.broken())
        self.assertEqual(letter["headers"]["schakel_verdict"], "REJECT")
        self.assertTrue(letter["headers"]["schakel_error_text"])

    def test_poison_that_is_read_again_is_one_letter_and_other_poison_another(self):
        self.need("SOURCE")
        self.serve({**self.broken(), "nr": 1})
        self.installation.start({"overlap": "1h"})
        wait_until(lambda: len(self.dead()) == 1, "the dead letter")
        asked = len(self.target.requests)
        wait_until(lambda: len(self.target.requests) > asked + 4, "it is read again")
        self.assertEqual(len(self.dead()), 1)
        self.target.items[self.SOURCE][0] = {**self.broken(), "nr": 2}
        wait_until(lambda: len({one["key"] for one in self.dead()}) == 2, "another letter")
        self.assertEqual(sorted(json.loads(one["value"])["nr"] for one in self.dead()), [1, 2])

    def test_an_oversized_record_stops_nothing_and_is_not_lost(self):
        self.need("SOURCE")
        self.serve(self.oversized(1), self.item(2))
        self.installation.start()
        self.wait_keys([self.key(2)])
        if self.key(1) not in self.keys():
            letter, = self.dead()
            self.assertIn("schakel_error_id", letter["headers"])

    def test_garbage_and_truncated_answers_lose_nothing(self):
        self.need("SOURCE")
        answers = [b"\xff\x00garbage", b'{"items": [{"id": "x', b"[]", b'{"items": 7, "next": "9"}']
        self.target.behave = lambda request: ("status", 200, (), answers.pop()) if answers else None
        self.serve(self.item(1))
        self.installation.start()
        self.wait_keys([self.key(1)], 30)
        self.assertEqual(self.dead(), [])

    def test_a_source_that_is_down_is_read_on_when_it_is_back(self):
        self.need("SOURCE")
        self.serve(self.item(1))
        self.installation.start()
        self.wait_keys([self.key(1)])
        self.target.down()
        self.wait_flow(self.SOURCE, lambda flow: flow["toestand"] == "WACHT", "the source waits")
        self.target.up()
        self.serve(self.item(2))
        self.wait_keys([self.key(2)])

    def test_a_source_that_refuses_us_stops_with_an_alarm_until_it_lets_us_in(self):
        self.need("SOURCE")
        self.target.behave = lambda request: ("status", 401)
        self.serve(self.item(1))
        self.installation.start()
        self.wait_flow(self.SOURCE, lambda flow: flow["toestand"] == "GESTOPT", "the source stops")
        self.assertEqual(self.installation.flow(self.SOURCE)["fout"]["id"], "http.target")
        self.target.behave = lambda request: None
        self.wait_keys([self.key(1)])

    def test_a_restart_reads_on_after_the_committed_position(self):
        self.need("SOURCE")
        self.serve(self.item(1), self.item(2))
        child = self.installation.start()
        self.wait_keys([self.key(1), self.key(2)])
        self.installation.stop(child, signal.SIGKILL)
        self.target.requests.clear()
        self.installation.start()
        path = wait_until(lambda: next((path for method, path, _ in list(self.target.requests)
                                        if method == "GET" and self.SOURCE in path), None), "it reads")
        self.assertIn("after=2", path)

    def test_a_source_killed_in_mid_batch_gives_every_event_once(self):
        self.need("SOURCE")
        self.serve(*[self.item(number) for number in range(400)])
        child = self.installation.launch({"limit": "20"})
        for committed in (20, 100, 200):
            wait_until(lambda least=committed: len(self._keys_or_none()) >= least, f"{committed} events")
            self.installation.stop(child, signal.SIGKILL)
            child = self.installation.launch({"limit": "20"})
        expected = sorted(self.key(number) for number in range(400))
        self.wait_keys(expected, 30)
        self.assertEqual(sorted(self.keys()), expected)

    def _keys_or_none(self):
        try:
            return self.keys()
        except AssertionError:
            return []

    # Sinks ------------------------------------------------------------------------------

    def start_sink(self, extra=None):
        """Started once with nothing to do, so that topics and schemas are there."""
        self.need("SINK")
        return self.installation.start(extra)

    def test_what_is_handed_over_is_in_the_allow_list_and_nothing_else(self):
        self.start_sink()
        self.put(1)
        self.wait_delivered([1])
        lines = self.installation.run(arguments=["--flows"]).stdout.splitlines()
        flow = next(one for one in map(json.loads, lines) if one["flow"] == self.SINK)
        self.assertTrue(flow["doel"])
        body = next(one[3] for one in self.target.effects if one[0] == self.SINK)
        self.assertLessEqual(set(body), set(flow["velden"]))

    def test_an_erased_event_becomes_a_delete(self):
        self.start_sink()
        self.put(1)
        self.wait_delivered([1])
        self.installation.put(self.SINK_TOPIC, [{**self.event(1), "verwijderd": True}])
        wait_until(lambda: any(one[3] is None for one in self.target.effects), "the DELETE")
        self.assertEqual([one[3] is None for one in self.target.effects if one[0] == self.SINK],
                         [False, True])

    def test_a_target_that_is_down_for_a_while_gets_everything_once_in_order(self):
        self.start_sink()
        self.target.down()
        self.put(*range(20))
        self.put(*range(20), variant="anders")
        self.wait_flow(self.SINK, lambda flow: flow["toestand"] == "GESTOPT", "the flow stops")
        self.assertLessEqual(self.installation.flow(self.SINK)["geparkeerd"], 4)
        self.target.up()
        self.wait_delivered(range(20), 40)
        self.wait_flow(self.SINK, lambda flow: flow["geparkeerd"] == 0 and flow["achterstand"] == 0,
                       "nothing waits any more", 40)
        self.assertEqual(self.dead(), [])
        self.assert_order()

    def test_states_of_one_key_are_delivered_one_after_the_other(self):
        self.start_sink()
        slow = []

        def behave(request):
            if request.command == "PUT" and self.is_for(request, 1) and not slow:
                slow.append(1)
                return "slow", 0.3
            return None
        self.target.behave = behave
        self.installation.put(self.SINK_TOPIC, [self.event(1), self.event(1, "anders"), self.event(2)])
        self.wait_delivered([2])
        wait_until(lambda: self.delivered().count(self.event_key(1)) == 2, "both states")
        self.assert_order()
        self.assertEqual(self.delivered()[0], self.event_key(2))

    def assert_order(self):
        """No effect twice, and the last state of each entity is the newest on the bus (one that
        was parked may have been passed by a newer; compaction forgets the older)."""
        events = [one[2] for one in self.target.effects]
        self.assertEqual(len(events), len(set(events)))
        last = {one[1]: one[2] for one in self.target.effects if one[0] == self.SINK}
        newest = self.installation.newest(self.SINK_TOPIC)
        self.assertEqual(last, {key: one["headers"]["ce_id"] for key, one in newest.items()})

    def test_a_400_is_a_dead_letter_with_the_original_bytes_and_key(self):
        self.start_sink()
        self.target.behave = lambda request: ("status", 400) if self.is_for(request, 1) else None
        self.put(0, 1, 2)
        self.wait_delivered([0, 2])
        letter = wait_until(self.dead, "the dead letter")[0]
        self.assertEqual(letter["headers"]["schakel_key"], self.event_key(1))
        self.assertEqual(letter["headers"]["schakel_error_id"], "http.rejected")
        self.assertIn("400", letter["headers"]["schakel_error_text"])
        self.assertTrue(letter["key"].startswith(f"{self.SINK_TOPIC}/"))
        original = next(one for one in self.installation.records(self.SINK_TOPIC)
                        if one["key"] == self.event_key(1))
        self.assertEqual(letter["value"], original["value"])
        self.assertEqual(letter["headers"]["ce_id"], original["headers"]["ce_id"])

    def test_what_is_erased_is_erased_from_the_dead_letters_too(self):
        self.start_sink()
        self.target.behave = lambda request: (
            ("status", 400) if request.command == "PUT" and not self.is_for(request, 2) else None)
        self.put(0, 1)
        wait_until(lambda: len(self.dead()) == 2, "two dead letters")
        self.put(2)
        self.installation.put(self.SINK_TOPIC, [{**self.event(1), "verwijderd": True}])
        wait_until(lambda: len(self.installation.newest(f"dlq.{self.PROCESS}")) == 1, "one letter is left")
        left, = self.installation.newest(f"dlq.{self.PROCESS}").values()
        self.assertEqual(left["headers"]["schakel_key"], self.event_key(0))

    def test_a_401_stops_the_flow_with_its_position_unmoved_until_it_passes(self):
        self.start_sink()
        self.target.behave = lambda request: ("status", 401) if request.command != "GET" else None
        self.put(*range(12))
        self.wait_flow(self.SINK, lambda flow: flow["toestand"] == "GESTOPT", "the flow stops")
        self.assertEqual(self.installation.flow(self.SINK)["fout"]["id"], "http.target")
        self.assertEqual(self.installation.flow(self.SINK)["geparkeerd"], 0)
        self.assertEqual(self.dead(), [])
        self.target.behave = lambda request: None
        self.wait_delivered(range(12))

    def test_a_409_says_same_newer_or_different(self):
        self.start_sink()
        conflicts = {1: b'{"conflict": "same"}', 2: b'{"conflict": "newer"}',
                     3: b'{"conflict": "different"}'}

        def behave(request):
            for number, body in conflicts.items():
                if self.is_for(request, number):
                    return "status", 409, (), body
            return None
        self.target.behave = behave
        self.put(1, 2, 3, 4)
        self.wait_delivered([4])
        letter = wait_until(self.dead, "the dead letter")
        self.assertEqual([one["headers"]["schakel_key"] for one in letter], [self.event_key(3)])
        self.installation.stop(self.installation.running[-1])
        self.assertEqual(self.installation.flow(self.SINK)["nieuwer"], 1)
        self.assertEqual(self.installation.flow(self.SINK)["geleverd"], 3)

    def test_a_429_waits_as_long_as_it_asks(self):
        self.start_sink()
        refused = []

        def behave(request):
            if self.is_for(request, 1) and not refused:
                refused.append(time.monotonic())
                return "status", 429, [("Retry-After", "2")]
            return None
        self.target.behave = behave
        self.put(1, 2)
        self.wait_delivered([1, 2])
        self.assertGreaterEqual(time.monotonic() - refused[0], 1.9)

    def test_a_500_is_parked_while_others_go_on_and_then_delivered(self):
        self.start_sink({"retry.first": "300ms"})
        failing = [True]
        self.target.behave = lambda request: (("status", 500) if failing[0] and self.is_for(request, 1)
                                              else None)
        self.put(*range(10))
        self.wait_delivered([0, *range(2, 10)])
        waiting = wait_until(lambda: self.installation.newest(f"wacht.{self.PROCESS}"), "it is parked")
        self.assertEqual(list(waiting), [f"{self.SINK}/{self.event_key(1)}"])
        failing[0] = False
        self.wait_delivered([1])
        wait_until(lambda: not self.installation.newest(f"wacht.{self.PROCESS}"), "none is parked")
        self.assertEqual(self.dead(), [])

    def test_a_newer_state_takes_the_place_of_a_parked_one(self):
        self.start_sink({"retry.first": "1m", "retry.most": "1m"})
        failing = [True]
        self.target.behave = lambda request: (("status", 500) if failing[0] and self.is_for(request, 1)
                                              else None)
        self.put(1)
        wait_until(lambda: self.installation.newest(f"wacht.{self.PROCESS}"), "it is parked")
        failing[0] = False
        self.put(1, variant="anders")
        self.wait_delivered([1])
        wait_until(lambda: not self.installation.newest(f"wacht.{self.PROCESS}"), "none is parked")
        self.assertEqual(len(self.delivered()), 1)

    def test_a_parked_record_outlives_a_sigkill(self):
        child = self.start_sink({"retry.first": "500ms"})
        failing = [True]
        self.target.behave = lambda request: ("status", 503) if failing[0] else None
        self.put(1)
        wait_until(lambda: self.installation.newest(f"wacht.{self.PROCESS}"), "it is parked")
        self.installation.stop(child, signal.SIGKILL)
        failing[0] = False
        self.installation.start()
        self.wait_delivered([1])

    def test_one_record_that_fails_for_ever_dies_while_good_ones_pass(self):
        self.start_sink({"retry.budget": "400ms"})
        self.target.behave = lambda request: ("status", 500) if self.is_for(request, 0) else None
        self.put(0)
        number = 0

        def letter_or_more():
            nonlocal number
            number += 1
            self.put(number)
            return self.dead()
        letter, = wait_until(letter_or_more, "the dead letter", 30)
        self.assertEqual(letter["headers"]["schakel_key"], self.event_key(0))
        self.assertGreater(int(letter["headers"]["schakel_attempts"]), 1)
        self.wait_delivered(range(1, number))
        wait_until(lambda: not self.installation.newest(f"wacht.{self.PROCESS}"), "none is parked")

    def test_the_time_that_a_target_was_down_uses_no_retry_budget(self):
        self.start_sink({"retry.budget": "1s"})
        failing = [True]
        self.target.behave = lambda request: (("status", 503) if failing[0] and self.is_for(request, 0)
                                              else None)
        self.put(0)
        wait_until(lambda: self.installation.newest(f"wacht.{self.PROCESS}"), "it is parked")
        self.target.down()
        self.put(*range(1, 10))
        self.wait_flow(self.SINK, lambda flow: flow["toestand"] == "GESTOPT", "the flow stops")
        over = time.monotonic() + 2
        wait_until(lambda: time.monotonic() > over, "the budget's time, twice")
        tried = [path for _, path, _ in self.target.requests].count
        self.target.up()
        self.wait_delivered(range(1, 10))
        path = f"/{self.SINK_RESOURCE or self.SINK}/{self.path_id(0)}"
        before = tried(path)
        wait_until(lambda: [one[1] for one in list(self.target.requests)].count(path) > before + 1,
                   "it is tried again")
        failing[0] = False
        self.wait_delivered([0])
        self.assertEqual(self.dead(), [])

    def test_an_answer_that_is_lost_after_the_work_does_not_do_it_twice(self):
        self.start_sink()
        dropped = []

        def behave(request):
            if request.command == "PUT" and len(dropped) < 3:
                dropped.append(1)
                return ("drop",)
            return None
        self.target.behave = behave
        self.put(*range(6))
        self.wait_delivered(range(6))
        self.wait_flow(self.SINK, lambda flow: flow["geparkeerd"] == 0, "none is parked")
        self.assertEqual(len(self.delivered()), 6)

    def test_garbage_instead_of_http_loses_nothing(self):
        self.start_sink()
        garbled = []

        def behave(request):
            if request.command == "PUT" and not garbled:
                garbled.append(1)
                request.wfile.write(b"\x00\x01garbage\r\n\r\n")
                request.close_connection = True
                return ("slow", 0.01)
            return None
        self.target.behave = behave
        self.put(*range(4))
        self.wait_delivered(range(4))

    def test_sigterm_in_mid_batch_cancels_the_call_in_hand_and_loses_nothing(self):
        child = self.start_sink()
        self.target.behave = lambda request: ("slow", 30) if self.is_for(request, 3) else None
        self.put(*range(8))
        self.wait_delivered([0, 1, 2, 4, 5, 6, 7])
        started = time.monotonic()
        self.assertEqual(self.installation.stop(child), 0)
        self.assertLess(time.monotonic() - started, 5)
        self.target.behave = lambda request: None
        self.target.released.set()
        self.installation.start()
        self.wait_delivered(range(8))
        self.assert_order()

    def test_sigkill_in_mid_batch_loses_nothing_and_applies_nothing_twice(self):
        child = self.start_sink()
        self.put(*range(300))
        for least in (20, 80, 150, 220):
            wait_until(lambda wanted=least: len(self.delivered()) >= wanted, f"{least} deliveries")
            self.installation.stop(child, signal.SIGKILL)
            child = self.installation.launch()
        self.wait_delivered(range(300), 30)
        self.assertEqual(len(self.delivered()), 300)

    def test_twenty_refusals_in_a_row_are_the_targets_fault(self):
        self.start_sink()
        self.target.behave = lambda request: ("status", 422) if request.command == "PUT" else None
        self.put(*range(40))
        self.wait_flow(self.SINK, lambda flow: flow["toestand"] == "GESTOPT", "the flow stops")
        self.assertEqual(len(self.dead()), 19)
        self.target.behave = lambda request: None
        self.wait_flow(self.SINK, lambda flow: flow["achterstand"] == 0, "all is delivered", 30)
        self.assertEqual(len(set(self.delivered())), 21)

    # The surroundings -------------------------------------------------------------------

    def test_it_waits_quietly_for_a_registry_that_comes_later(self):
        self.installation.stop_registry()
        child = self.installation.launch()
        wait_until(lambda: "registry.away" in self.installation.logged(), "it says what it waits for")
        self.installation.start_registry()
        wait_until(lambda: self.installation.is_active(child), "it is active")
        self.assertEqual(self.installation.logged().count("process.waits"), 1)

    def test_with_the_registry_away_it_restarts_and_goes_on(self):
        self.need("SOURCE")
        self.serve(self.item(1))
        child = self.installation.start()
        self.wait_keys([self.key(1)])
        self.installation.stop_registry()
        self.installation.stop(child, signal.SIGKILL)
        self.installation.start()
        self.serve(self.item(2))
        self.wait_keys([self.key(2)])

    def test_a_second_instance_stands_by_and_takes_over(self):
        child = self.installation.start()
        second = self.installation.launch({"instance": "2"})
        wait_until(lambda: "process.standby" in self.installation.logged(), "the second stands by")
        self.installation.stop(child, signal.SIGKILL)
        wait_until(lambda: self.installation.is_active(second), "the second is active", 5)

