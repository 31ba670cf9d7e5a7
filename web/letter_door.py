"""What the web shows of a letter to the households: the sheet for everybody, and each leader's round."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class RoundView:
    """The households one leader brings the letter to, each of them, whoever may have read it in the chat."""

    leader: str
    """Post and surname, empty where nobody answers for them."""
    homes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LetterView:
    """A notice as a letter on paper."""

    no: int
    title: str
    lines: tuple[str, ...]
    signed: str
    """The place that writes."""
    source: str
    contact: str
    on: date
    rounds: tuple[RoundView, ...] = ()
    address: str = ""
    """Its page; empty: it has none, and the code holds the words themselves."""
