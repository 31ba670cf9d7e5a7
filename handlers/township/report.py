"""What the operator reads after an import: every bad row with its reason, or what changed."""

from collections import Counter
from collections.abc import Iterator, Sequence

from handlers.township.importing import Outcome
from handlers.township.sheets import Findings, Place, Problem
from handlers.township.wording import Wording

SHOWN = 200
"""Problems of one kind that are written out; the rest is counted."""


def report_lines(outcome: Outcome, wording: Wording, *, files: int) -> Iterator[str]:
    """The report, line by line. ``files`` is how many were given: with several, each place names its file."""
    yield from told_findings(outcome.findings, wording, files)
    if outcome.findings.errors:
        return
    if outcome.plan.empty:
        yield wording.say("same")
        return
    yield wording.say("done" if outcome.written else "dry")
    plan = outcome.plan
    for kind, words in wording.sheets.items():
        counts = {"added": plan.added[kind], "changed": plan.changed[kind], "same": plan.same[kind]}
        if any(counts.values()):
            yield "  " + wording.say("count", sheet=words.names[0], **counts)


def told_findings(found: Findings, wording: Wording, files: int) -> Iterator[str]:
    """What has to be mended, and what should be looked at, each with its count above it."""
    for problems, head in ((found.errors, "bad"), (found.warnings, "warnings")):
        if problems:
            yield wording.say(head, count=len(problems))
            yield from (f"  {line}" for line in told_problems(problems, wording, files))


def told_problems(problems: Sequence[Problem], wording: Wording, files: int) -> Iterator[str]:
    """In the order of the sheets; of one kind at most ``SHOWN``."""
    told: Counter[str] = Counter()
    for problem in sorted(problems, key=lambda p: (p.place.file, p.place.sheet, p.place.row or 0)):
        told[problem.key] += 1
        if told[problem.key] <= SHOWN:
            place = _place(problem.place, wording, files)
            text = wording.problem(problem.key, problem.blanks)
            yield f"{place}：{text}" if place else text
    left = sum(n - SHOWN for n in told.values() if n > SHOWN)
    if left:
        yield wording.say("more", count=left)


def _place(place: Place, wording: Wording, files: int) -> str:
    if place.row is not None:
        where = wording.say("place", sheet=place.sheet, row=place.row)
    else:
        where = wording.say("place_sheet", sheet=place.sheet) if place.sheet else ""
    if (files > 1 or not where) and place.file:
        return wording.say("place_file", file=place.file, place=where).rstrip("：") if where else place.file
    return where
