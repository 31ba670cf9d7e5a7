"""The tests of the release before, with its own programs, on databases that have today's schema.

``python -m tests.reliability.previous_release [--commit COMMIT] [--tests PATH …]``

Without ``--commit`` it takes the last one on the way here that had that release's schema. Its tree is laid out beside
this one with our migrations in the place of its own; nothing else is changed. Left out are its tests about migrations.
A clone that holds only its last commit has no such tree, so this is run by whoever makes a release (docs/contributing.md).
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from models.engine import MIGRATIONS
from models.releases import previous_release
from models.schema_change import chain, newest_in
from tests.house.source import ROOT

TESTS = ("tests/models", "tests/town", "tests/township", "tests/due", "tests/delivery")
ABOUT_MIGRATIONS = (
    "tests/models/test_migrations.py",
    "tests/models/test_releases.py",
    "tests/models/test_case_search.py::test_a_database_that_holds_cases_already_is_filled",
)
"""They compare its own tables with its own migrations, or take ours back without knowing how."""


def git(*words: str) -> str:
    done = subprocess.run(["git", "-C", ROOT, *words], check=True, capture_output=True, text=True)
    return done.stdout


def schema_at(commit: str) -> str:
    """The number of the newest migration in a commit."""
    names = git("ls-tree", "--name-only", commit, "migrations/versions/").splitlines()
    there = {Path(name).name[:4] for name in names if name.endswith(".py")}
    return [number for number in chain(str(MIGRATIONS)) if number in there][-1]


def last_with(schema: str) -> str:
    """The last commit on the way here that had this schema."""
    for commit in git("rev-list", "--first-parent", "HEAD").split():
        if schema_at(commit) == schema:
            return commit
    raise SystemExit(f"no commit here has schema {schema}: fetch the whole history first")


def lay_out(commit: str, folder: Path) -> None:
    """That commit's tree, with our migrations; how Alembic is called stays its own."""
    archive = subprocess.Popen(["git", "-C", ROOT, "archive", commit], stdout=subprocess.PIPE)
    subprocess.run(["tar", "-x", "-C", folder], stdin=archive.stdout, check=True)
    if archive.wait():
        raise SystemExit(f"git has no commit {commit}")
    its_own = (folder / "migrations" / "env.py").read_bytes()
    shutil.rmtree(folder / "migrations")
    shutil.copytree(MIGRATIONS, folder / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "migrations" / "env.py").write_bytes(its_own)


def main() -> None:
    asked = argparse.ArgumentParser(prog="tests.reliability.previous_release")
    asked.add_argument("--commit", default="")
    asked.add_argument("--tests", nargs="*", default=TESTS)
    options = asked.parse_args()
    ours = newest_in(str(MIGRATIONS))
    commit = options.commit or last_with(previous_release(ours).schema)
    with tempfile.TemporaryDirectory(prefix="linli-release-") as name:
        lay_out(commit, Path(name))
        title = git("log", "-1", "--format=%h %s", commit).strip()
        sys.stdout.write(f"programs and tests of {title} (schema {schema_at(commit)}) on schema {ours}\n")
        sys.stdout.flush()
        there = [test for test in options.tests if (Path(name) / test.split("::")[0]).exists()]
        left_out = [word for test in ABOUT_MIGRATIONS for word in ("--deselect", test)]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *there, *left_out],
            cwd=name, check=False,
        )  # fmt: skip
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
