"""From which version the guide's upgrade begins."""

import subprocess

from models.releases import MIGRATIONS, previous_release
from models.schema_change import newest_in
from tests.house.source import ROOT
from tests.reliability.previous_release import git, schema_at

LOCKS = ("requirements.lock", "requirements-dev.lock")


def older_commit(*, same_packages: bool) -> str:
    """The last one on the way here with the schema of the release before, or as far back as the history goes.

    With ``same_packages`` only as far as the locks say what they say now. In a clone that holds its last commit only,
    this is that one: the upgrade then has nothing to do, but is still typed.
    """
    released = previous_release(newest_in(str(MIGRATIONS))).schema
    oldest = git("rev-parse", "HEAD").strip()
    for commit in git("rev-list", "--first-parent", "HEAD").split():
        if same_packages and not _has_our_locks(commit):
            break
        oldest = commit
        if schema_at(commit) == released:
            break
    return oldest


def _has_our_locks(commit: str) -> bool:
    asked = ["git", "-C", str(ROOT), "diff", "--quiet", commit, "HEAD", "--", *LOCKS]
    return subprocess.run(asked, check=False).returncode == 0
