# SPDX-License-Identifier: Apache-2.0
"""What one can try while everything keeps running: three commands, each ready to be copied.

The one idea: the commands name what is really there now (an item that waits, its version, the
addresses of this run), so that each works as it stands.
"""
import os

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


def commands(edison, klaroen, schakel, programs):
    """[(what it does, the command)]; without an item that waits there is nothing to assign."""
    waiting = [item for item in (schakel.review("/review?limit=50") or {"items": ()})["items"]
               if item["wacht"] and item["kandidaten"] and item["kandidaten"][0]["doel"]["niveau"] == "LOCATIE"]
    tries = []
    for item in sorted(waiting, key=lambda item: -item["kandidaten"][0]["p"])[:1]:
        number = item["kandidaten"][0]["doel"]["id"]
        tries.append(("Wijs een klacht toe die wacht",
                      f"{programs}/schakel review assign {item['onderwerp']} {number}"
                      f" --versie {item['versie']} --config {schakel.config}"))
    tries.append(("Neem Edison 5 seconden weg terwijl Klaroen een klacht bevestigt",
                  f"python3 -B {HERE}/edison_weg.py {edison.control} {klaroen.control} 5"))
    tries.append(("Breng uw eigen CSV en klachten mee (hier: het voorbeeld)",
                  f"{ROOT}/deploy/demo --once --seconden 1 --register {HERE}/voorbeeld/register.csv"
                  f" --messages {HERE}/voorbeeld/klachten.jsonl"))
    return tries


def text(tries, config):
    """The same for the screen."""
    lines = [f"Alles draait nog (configuratie: {config}). Probeer in een andere terminal:"]
    for number, (what, command) in enumerate(tries, 1):
        lines += [f"{number}. {what}:", f"   {command}"]
    return "\n".join([*lines, "Ctrl-C stopt alles."])
