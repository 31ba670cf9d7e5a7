"""How well requests are told from chat, on real text that stays outside the repository.

``python -m benchmarks.understanding [--dev FOLDER] [--maps FILE] [--probes FILE] [--labels] [--no-peers] [--no-guard]``
``python -m benchmarks.understanding --errors SET [--most N]``

False cases by source of chat, recall on requests, right labels on titles, probes, emergencies, time a message; beside
trained peers that are always judged on the half they have not seen; and the guard against overfitting: our numbers
refitted with each source left out, and on one half for the other. A case is
anything that would be opened (report, question, suggestion, wish, emergency); a hint goes to the first responder alone.
``--errors`` lists what went wrong in one set (or in ``probes``, ``emergencies``, ``hints``) instead.
"""

import argparse
import itertools
import sys
from pathlib import Path

from benchmarks import understanding_peers as peers
from benchmarks import understanding_report as report
from benchmarks.fit_evidence import Fit
from benchmarks.understanding_counts import Reader, read_labels
from benchmarks.understanding_errors import OTHERS, list_errors
from benchmarks.understanding_guard import print_guard, tuned_on_halves
from benchmarks.understanding_reference import ROOT
from benchmarks.understanding_sets import read_sets
from benchmarks.understanding_stream import DEV
from handlers.understanding import load_understanding


def options() -> argparse.Namespace:
    asked = argparse.ArgumentParser(prog="benchmarks.understanding")
    asked.add_argument("--dev", type=Path, default=DEV)
    asked.add_argument("--maps", type=Path, default=DEV.parent / "dict" / "coarse_maps.toml")
    asked.add_argument("--probes", type=Path, default=DEV.parent.parent / "acceptance" / "probes.tsv")
    asked.add_argument("--no-peers", action="store_true", help="ours alone, in seconds")
    asked.add_argument(
        "--no-guard", action="store_true", help="nothing is refitted: seconds instead of minutes"
    )
    asked.add_argument("--labels", action="store_true", help="precision, recall and F1 of each label")
    asked.add_argument("--errors", metavar="SET", help=f"a set's name, or {', '.join(OTHERS)}")
    asked.add_argument("--most", type=int, default=50, help="how many errors are listed")
    return asked.parse_args()


def main() -> None:
    chosen = options()
    if not chosen.dev.is_dir():
        sys.exit(
            f"{chosen.dev} is not there: the development sets are not part of the repository; name them with --dev"
        )
    sets = read_sets(chosen.dev)
    tables = read_labels(chosen.maps) if chosen.maps.exists() else {}
    probes = chosen.probes if chosen.probes.exists() else None
    understanding = load_understanding(ROOT / "lexicon", ROOT / "locale" / "zh_CN")
    read = Reader(understanding)
    if chosen.errors:
        if chosen.errors not in {*sets.by_name, *OTHERS}:
            sys.exit(f"there is no set {chosen.errors!r}: {', '.join((*sets.by_name, *OTHERS))}")
        for line in itertools.islice(list_errors(read, sets, tables, probes, chosen.errors), chosen.most):
            print(line)
        return
    with_peers = not chosen.no_peers and peers.available()
    fit = Fit() if peers.available() and not chosen.no_guard else None
    tuned = tuned_on_halves(sets, fit) if fit else ()
    report.chatter(read, sets)
    report.requests(read, sets)
    report.mixes(read, sets, tuned, with_peers=with_peers)
    report.labels(read, sets, tables, with_peers=with_peers, each_label=chosen.labels)
    if probes:
        report.probes(read, probes)
    report.emergencies(read, sets, probes)
    report.latency(understanding, sets)
    if fit:
        print_guard(sets, tables, fit, tuned, with_peers=with_peers)
    if not peers.available() and not (chosen.no_peers and chosen.no_guard):
        print(f"\n{peers.MISSING}")


if __name__ == "__main__":
    main()
