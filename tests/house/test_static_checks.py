"""Lint, format, types and import contracts, so that one command and one closing line hold them all."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT

TOOLS = Path(sys.executable).parent
CHECKS = {
    "lint": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "."],
    "types": ["mypy"],
    "import contracts": ["lint-imports", "--cache-dir", ".import_linter_cache"],
}


@pytest.mark.parametrize("check", CHECKS)
def test_the_tree_passes(check: str):
    program, *words = CHECKS[check]
    done = subprocess.run([TOOLS / program, *words], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, f"\n{done.stdout}{done.stderr}"
