# SPDX-License-Identifier: Apache-2.0
"""Manual pages and bash completion, from what the programs say of themselves.

The one idea: there is one description of an option, the program's own table. `--help` (and
`schakel --help --json`) prints it, this reads it at build time, so a page cannot go stale.

    generate.py PROGRAMS VERSION SAMPLE OUT      folders of the programs and of what is made
"""
import gzip
import json
import os
import re
import subprocess
import sys

PROCESSES = ("registry", "correlation", "edison", "klaroen")
CONFIG = "/etc/schakel/schakel.ini"
FLAGS = ("help", "json", "config")


def said(programs, program, *options):
    return subprocess.run([os.path.join(programs, program), *options], capture_output=True, text=True,
                          check=True).stdout


def roff(text):
    """Text that no macro or escape can be seen in."""
    return re.sub(r"(?m)^(?=[.'])", r"\\&", text.replace("\\", "\\e").replace("-", "\\-"))


def page(name, section, version, summary, *parts):
    """`parts`: (heading, body in roff)."""
    head = f'.TH {name.upper()} {section} "" "Schakel {version}"\n.SH NAME\n{name} \\- {roff(summary)}\n'
    return head + "".join(f".SH {heading}\n{body.strip()}\n" for heading, body in parts)


def entry(term, text):
    return f".TP\n.B {roff(term)}\n{roff(text)}\n"


def verbatim(text):
    return f".EX\n{roff(text.rstrip())}\n.EE\n"


class Process:
    """What `schakel-<process> --help` says: summary, usage, options."""

    def __init__(self, programs, name):
        self.name, self.text = name, said(programs, f"schakel-{name}", "--help")
        first = self.text.splitlines()
        dashed = re.match(r"\S+ - (.*)", first[0])
        self.summary = dashed[1] if dashed else first[1].rstrip(".")
        self.usage = re.search(rf"(?m)^(?:Usage: )?(schakel-{name} [\[-].*)$", self.text)[1]
        self.flags = re.findall(r"(?m)^  (--\S+(?: [A-Z]+)?)  +([^(\s].*)$", self.text)
        self.options = re.findall(r"(?m)^  --(\S+)  \((.*)\)\n      (.*)$", self.text)

    def entries(self, prefix, without=()):
        return "".join(entry(f"{prefix}{name}", f"({kind}) {text}") for name, kind, text in self.options
                       if name not in without)

    def manual(self, version):
        program = f"schakel-{self.name}"
        return page(program, 8, version, self.summary, ("SYNOPSIS", roff(self.usage)),
                    ("OPTIONS", "".join(entry(*flag) for flag in self.flags) + self.entries("--")),
                    ("EXIT STATUS", "0: it was asked to stop. 1: it failed and may be started again. "
                     "2: the configuration is wrong."),
                    ("EXAMPLE", verbatim(f"{program} --config {CONFIG} --check\nsystemctl restart {program}")),
                    ("SEE ALSO", roff("schakel(1), schakel.ini(5)")))


def choices(option):
    return option["keuzes"].replace("|", " ") if option["keuzes"] else ""


def command_manual(table, version):
    body = ""
    for one in table:
        body += f".SS {roff(one['opdracht'])} {roff(one['gebruik'])}\n{roff(one['hulp'])}\n"
        for option in one["opties"]:
            if option["naam"] not in FLAGS and option["naam"] not in shared_options(table):
                body += entry(f"--{option['naam']}", f"({option['keuzes'] or option['soort']}) {option['hulp']}")
        body += f".PP\nVoorbeeld:\n{verbatim('schakel ' + one['voorbeeld'])}"
    common = "".join(entry(f"--{option['naam']}", option["hulp"]) for option in table[0]["opties"])
    return page("schakel", 1, version, "de gebeurtenissenbus van toezicht op kinderopvang",
                ("SYNOPSIS", roff("schakel OPDRACHT [opties] --config BESTAND")), ("OPDRACHTEN", body),
                ("OPTIES", common + entry("--config", "het configuratiebestand; anders $SCHAKEL_CONFIG")),
                ("EXIT STATUS", "0: goed. 1: vraagt aandacht. 2: verkeerd gebruik. 3: bus of register weg."),
                ("SEE ALSO", roff("schakel.ini(5), schakel-registry(8), schakel-correlation(8), "
                                  "schakel-edison(8), schakel-klaroen(8)")))


def shared_options(table):
    """Names of the options of [schakel]: those that `up` has, which has none of its own."""
    up, = (one for one in table if one["opdracht"] == "up")
    return [option["naam"] for option in up["opties"] if option["naam"] not in FLAGS]


def configuration_manual(table, processes, version, sample):
    shared = shared_options(table)
    common = "".join(entry(option["naam"], option["hulp"]) for option in table[0]["opties"]
                     if option["naam"] in shared)
    sections = [(f'"[{one.name}]"', f"{roff(one.summary)}. With a flow's name before it (klachten.adapter) an option "
                 f"holds for that flow.\n{one.entries('', shared)}") for one in processes]
    return page("schakel.ini", 5, version, "configuration of Schakel",
                ("DESCRIPTION", roff("A section is a process; [schakel] holds for all. `name = value`; a comment begins "
                                     "with a semicolon. Each key is also an option (--name) and a variable "
                                     "(SCHAKEL_<SECTION>_<NAME>). A secret is file:PATH, or stands in the environment. "
                                     "An unknown key is an error.")),
                ('"[schakel]"', common), *sections, ("EXAMPLE", verbatim(sample)),
                ("SEE ALSO", "schakel(1)"))


def completion(table):
    names = " ".join(one["opdracht"] for one in table)
    cases = "".join(f"    {one['opdracht']}) options='--config {' '.join('--' + o['naam'] for o in one['opties'])}' ;;\n"
                    for one in table)
    values = "".join(sorted({f"    {one['opdracht']}:--{o['naam']}) choices='{choices(o)}' ;;\n"
                             for one in table for o in one["opties"] if o["keuzes"]}))
    return f"""# bash completion for schakel(1); made from the program's own tables
_schakel() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}} options='' choices=''
    if [ "$COMP_CWORD" -eq 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W '{names} --help' -- "$word")
        return
    fi
    case "${{COMP_WORDS[1]}}:$before" in
{values}    esac
    case "${{COMP_WORDS[1]}}" in
{cases}    esac
    if [ -n "$choices" ]; then
        mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$word")
    elif [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
    fi
}}
complete -F _schakel schakel
"""


def main(programs, version, sample, out):
    table = json.loads(said(programs, "schakel", "--help", "--json"))
    processes = [Process(programs, name) for name in PROCESSES]
    with open(sample, encoding="utf-8") as file:
        pages = {"schakel.1": command_manual(table, version),
                 "schakel.ini.5": configuration_manual(table, processes, version, file.read())}
    pages |= {f"schakel-{one.name}.8": one.manual(version) for one in processes}
    os.makedirs(out, exist_ok=True)
    for name, text in pages.items():
        with open(os.path.join(out, f"{name}.gz"), "wb") as file:
            file.write(gzip.compress(text.encode(), mtime=0))
    with open(os.path.join(out, "schakel.bash"), "w", encoding="utf-8") as file:
        file.write(completion(table))


if __name__ == "__main__":
    main(*sys.argv[1:])
