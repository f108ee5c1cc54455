# SPDX-License-Identifier: Apache-2.0
"""Numbers that pass every check and belong to nobody.

Company numbers are taken from 19xx.xxx and establishments from 89xx.xxx, which the KBO has
not reached; telephone numbers have a first digit after the zone that no operator gives out.
"""
import re

ZONES = ("02", "03", "09", "011", "012", "013", "014", "015", "016", "050", "051", "052", "053",
         "054", "055", "056", "057", "058", "059", "089")


def mod97(base):
    """Ten digits: eight of the base and the check on them."""
    return f"{base:08d}{97 - base % 97:02d}"


def mod97_valid(number):
    return bool(re.fullmatch(r"\d{10}", number)) and int(number[8:]) == 97 - int(number[:8]) % 97


class Numbers:
    """Every number that it gives is given once."""

    def __init__(self, rng):
        self.rng, self.used = rng, set()

    def _once(self, draw):
        while True:
            number = draw()
            if number not in self.used:
                self.used.add(number)
                return number

    def company(self):
        return self._once(lambda: mod97(19000000 + self.rng.randrange(900000)))

    def establishment(self):
        return self._once(lambda: mod97(89000000 + self.rng.randrange(900000)))

    def dossier(self):
        return self._once(lambda: f"91{self.rng.randrange(10 ** 7):07d}")

    def phone(self):
        """As the register writes it: digits only."""
        def draw():
            if self.rng.random() < 0.5:
                return f"044{self.rng.randrange(10 ** 7):07d}"
            zone = self.rng.choice(ZONES)
            rest = 9 - len(zone) - 1
            return f"{zone}1{self.rng.randrange(10 ** rest):0{rest}d}"
        return self._once(draw)


def spoken_phone(rng, phone):
    """One of the ways in which people write a number."""
    zone = 4 if phone.startswith("04") else 2 if phone[:2] in ("02", "03", "09") else 3
    rest = phone[zone:]
    pairs = [rest] if len(rest) < 4 else [rest[:-4], rest[-4:-2], rest[-2:]]
    return rng.choice((f"{phone[:zone]}/{' '.join(pairs)}", f"+32 {phone[1:zone]} {' '.join(pairs)}",
                       f"{phone[:zone]} {' '.join(pairs)}", f"{phone[:zone]}/{'.'.join(pairs)}", phone))


def spoken_company(rng, number):
    dotted = f"{number[:4]}.{number[4:7]}.{number[7:]}"
    return rng.choice((number, dotted, "BE " + dotted, "BE" + number))


def spoken_dossier(rng, number):
    return rng.choice((number, number, f"{number[:3]} {number[3:6]} {number[6:]}", f"{number[:2]}.{number[2:]}"))
