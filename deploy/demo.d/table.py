# SPDX-License-Identifier: Apache-2.0
"""The table at the end of the demo, in Dutch."""
import textwrap

from outcome import passed, quantile

WIDTH = 79
LEVELS = ("LOCATIE", "VOORZIENING", "SUBSIDIEGROEP", "ADRES", "ORGANISATOR")


def _ms(values, share):
    value = quantile(values, share)
    return "–" if value is None else f"{value:.0f} ms" if value < 10000 else f"{_decimal(value / 1000)} s"


def _decimal(value):
    return f"{value:.1f}".replace(".", ",")


def _latency(values):
    return f"p50 {_ms(values, 0.5)}, p99 {_ms(values, 0.99)} ({len(values)} klachten)"


def rows(outcome):
    """(label, value, remark)."""
    result = outcome.as_json()
    unknown = "onbekend: geen truth.jsonl"
    levels = ", ".join(f"{level} {outcome.levels[level]}" for level in LEVELS if outcome.levels[level])
    yield "klachten in", result["complaints"], ""
    yield "gekoppeld", result["linked"], levels
    yield "te beoordelen", result["review"], (
        f"juiste in top 3: {outcome.review_top3} van {outcome.review_known} over een geregistreerde opvang"
        if outcome.known else "")
    yield "geen", result["none"], f"gemist: {result['missed']}" if outcome.known else unknown
    yield "in Edison", result["delivered"], "teruggelezen uit Edison"
    if outcome.known:
        wrong = result["wrong_by"]
        yield "fout", result["wrong"], (
            f"verkeerd dossier {wrong['verkeerd_dossier']}, te diep {wrong['te_diep']}, "
            f"andere organisator {wrong['andere_organisator']}")
    else:
        yield "fout", "?", unknown
    yield "dubbel", result["duplicates"], ""
    yield "dood", result["dead"], ""
    yield "onverklaard", result["unaccounted"], "in − gekoppeld − te beoordelen − geen − dood"
    yield "van Klaroen tot Edison", "", _latency(outcome.usual_ms)
    yield "  tijdens een storing", "", _latency(outcome.outage_ms)
    yield "geheugen (PSS)", f"{_decimal(sum(outcome.pss_kb.values()) / 1024)} MB", "; ".join(
        f"{name} {_decimal(kb / 1024)}" for name, kb in sorted(outcome.pss_kb.items()))


def table(outcome):
    lines = [line for label, value, remark in rows(outcome) for line in textwrap.wrap(
        f"{label:<24}{value!s:>9}  {remark}", WIDTH, subsequent_indent=" " * 35, drop_whitespace=True,
        replace_whitespace=False, break_on_hyphens=False)]
    width = max(map(len, lines))
    verdict = "In orde." if passed(outcome) else "Niet in orde: zie fout, dubbel, dood, onverklaard, in Edison."
    return "\n".join(["Een ochtend klachten door Schakel", "─" * width, *lines, "─" * width, verdict])
