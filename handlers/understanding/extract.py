"""What a request says beside its category: places and the kind of help asked for."""

from handlers.understanding.anchors import compile_all
from handlers.understanding.terms import OnePass, Vocabulary
from models.lexicon import Lexicon

_MOST_PLACES = 4
_PLACE = "place"
_MARKS = " ,.;!?~"


class Extractor:
    """The expressions for places and help, made ready once."""

    def __init__(self, lexicon: Lexicon) -> None:
        patterns = lexicon.patterns
        vocabulary = Vocabulary()
        vocabulary.add_patterns(_PLACE, _PLACE, patterns["place"])
        self._places = OnePass(vocabulary)
        self._not_places = compile_all(patterns["not_place"])
        self._glue = frozenset(lexicon.words["place_glue"])
        self._services = [(patterns[f"{key}_name"][0], compile_all(patterns[key])) for key in SERVICES]

    def places(self, text: str) -> tuple[str, ...]:
        """Place phrases as they were written, in order, at most four; what stands side by side is one place."""
        scan = self._places.scan(text)
        if scan is None:
            return ()
        seen = (found for each in scan.matches[_PLACE] for found in each.found.re.finditer(text))
        kept: list[str] = []
        for start, end in _side_by_side(text, sorted(found.span() for found in seen), self._glue):
            words = text[start:end].replace(" ", "").strip(_MARKS + "".join(self._glue))
            for each in self._not_places:
                words = each.sub("", words)
            if words and words not in kept:
                kept.append(words)
        return tuple(kept[:_MOST_PLACES])

    def service_mode(self, text: str) -> str | None:
        """陪办, 帮办 or 代办 when asked for."""
        for name, patterns in self._services:
            if any(each.search(text) for each in patterns):
                return name
        return None


def _side_by_side(text: str, spans: list[tuple[int, int]], glue: frozenset[str]) -> list[tuple[int, int]]:
    """Spans that overlap, or have nothing but a space or a glue word (的) between them, as one."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and (start <= joined[-1][1] or text[joined[-1][1] : start] in {"", " ", *glue}):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


SERVICES = ("service_escort", "service_help", "service_proxy")
"""Keys of ``[patterns]`` in cues.toml; ``<key>_name`` holds what the help is called."""
