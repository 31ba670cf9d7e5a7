"""``python -m bot replay``: dialogues on a fresh town under a virtual clock (docs/contributing.md, acceptance)."""

from bot.replay.play import main

__all__ = ["main"]
