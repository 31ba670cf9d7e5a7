"""What a message says beside what it is, read when somebody asks: most messages are nobody's concern."""

from collections.abc import Callable
from functools import cached_property

from handlers.understanding.extract import Extractor
from models.rules.decision import Because
from models.rules.told import Told


class ReadDetails:
    """The details of one text (normalised, masked); each is read once, the first time it is asked for."""

    def __init__(self, text: str, extractor: Extractor, explain: Callable[[], Because] = tuple) -> None:
        self._text = text
        self._extractor = extractor
        self._explain = explain

    @cached_property
    def places(self) -> tuple[str, ...]:
        """See Details."""
        return self._extractor.places(self._text)

    @cached_property
    def told(self) -> Told:
        """See Details."""
        return self._extractor.told(self._text)

    @cached_property
    def because(self) -> Because:
        """See Details."""
        return self._explain()

    @cached_property
    def service_mode(self) -> str | None:
        """See Details."""
        return self._extractor.service_mode(self._text)
