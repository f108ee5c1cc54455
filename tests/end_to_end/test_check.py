# SPDX-License-Identifier: Apache-2.0
"""`schakel check`: each thing that is not right is told on its own line, with what to do."""
import json
import os
import subprocess
import unittest

from scenario import Scenario


class CheckTest(Scenario):
    def check(self, **sections):
        """Exit status and findings, of the configuration with these keys changed."""
        for section, keys in sections.items():
            self.schakel.sections.setdefault(section, {}).update(keys)
        self.schakel.write()
        done = self.schakel.schakel("check", "--json")
        self.assertTrue(done.stdout, done.stderr)
        told = json.loads(done.stdout)
        self.assertEqual(told["goed"], done.returncode == 0)
        for one in told["bevindingen"]:
            self.assertIn(one["toestand"], ("ok", "warn", "fail"))
            self.assertEqual(one["te_doen"] is None, one["toestand"] == "ok", one)
        return done.returncode, told["bevindingen"]

    def finding(self, findings, part, what):
        return next(one for one in findings if one["onderdeel"] == part and what in one["wat"])

    def file(self, name, text="geheim", mode=0o600):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def test_a_set_that_runs_has_nothing_against_it_but_perhaps_the_clock(self):
        os.chmod(os.path.join(self.folder, "bus"), 0o2770)
        status, findings = self.check()
        self.assertEqual([one for one in findings if one["toestand"] != "ok"
                          and one["onderdeel"] != "klok"], [])
        self.assertIn(status, (0, 1))
        self.assertEqual({one["onderdeel"] for one in findings},
                         {"configuratie", "bereikbaarheid", "versie", "klok", "bestanden"})
        shown = self.schakel.schakel("check").stdout
        self.assertGreaterEqual(len(shown.splitlines()), len(findings))

    def test_a_registry_that_is_away_is_exit_3_and_hides_nothing_else(self):
        self.schakel.stop()
        status, findings = self.check()
        self.assertEqual(status, 3)
        registry = self.schakel.sections["schakel"]["registry"]
        self.assertEqual(self.finding(findings, "bereikbaarheid", registry)["toestand"], "fail")
        self.assertEqual(self.finding(findings, "bestanden", "data")["toestand"], "ok")

    def test_a_key_that_does_not_exist_is_told_by_its_process(self):
        status, findings = self.check(edison={"adaptr": "rest"})
        told = self.finding(findings, "configuratie", "edison")
        self.assertEqual((status, told["toestand"]), (1, "fail"))
        self.assertIn("adaptr", told["hoe"])

    def test_a_system_that_refuses_us_and_one_that_is_gone(self):
        self.edison.tell("faults", {"kind": "status", "status": 401})
        self.klaroen.stop()
        _, findings = self.check()
        self.assertIn("401", self.finding(findings, "aanmelding", "edison: url")["hoe"])
        self.assertEqual(self.finding(findings, "bereikbaarheid", "klaroen: url")["toestand"], "fail")

    def test_secrets_that_everybody_can_read_or_that_are_not_there(self):
        _, findings = self.check(edison={"auth": "bearer", "token": "file:" + self.file("open", mode=0o644)},
                                 klaroen={"auth": "bearer", "token": "file:" + self.file("empty", "")})
        told = self.finding(findings, "aanmelding", "edison: token")
        self.assertEqual((told["toestand"], told["te_doen"].split()[0]), ("warn", "chmod"))
        self.assertEqual(self.finding(findings, "aanmelding", "klaroen: token")["toestand"], "fail")

    def test_a_certificate_with_ten_days_to_go(self):
        path = os.path.join(self.folder, "edison.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=edison", "-days", "10",
                        "-keyout", path + ".key", "-out", path], check=True, capture_output=True)
        _, findings = self.check(edison={"tls.certificate": path, "tls.key": path + ".key"})
        told = self.finding(findings, "certificaat", "edison: tls.certificate")
        self.assertEqual(told["toestand"], "warn")
        self.assertRegex(told["hoe"], "nog (9|10) dagen")

    def test_a_folder_that_is_open_to_all(self):
        os.chmod(os.path.join(self.folder, "bus"), 0o777)
        _, findings = self.check()
        self.assertIn("chmod 2770", self.finding(findings, "bestanden", "bus")["te_doen"])


if __name__ == "__main__":
    unittest.main()
