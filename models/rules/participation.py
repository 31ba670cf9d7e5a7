"""Who takes part in what, beside whoever answers: tables of the preset (seeds A07, A08, B28, D03)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """One way of taking part in a case, as the place calls it (主报, 主办, 协同…), and who does."""

    verb: str
    posts: tuple[str, ...] = ()
    level: str = ""
    """A level of the area tree that takes part as a whole, where no post does."""
    residents: bool = False
    """Residents who lend a hand take part like this."""
    overdue: str = ""
    """``to``: hears what is overdue; ``copy``: hears that somebody was told; nothing: does not hear of it."""


@dataclass(frozen=True, slots=True)
class Matter:
    """A kind of matter with its own lead and assistants; what names nothing fits nothing."""

    name: str
    roles: tuple[str, ...] = ()
    """Responsibility keys it speaks of."""
    categories: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    """Kinds of a request as the hotline counts them (建议, 举报…)."""
    lead: str = ""
    """The post that answers; nothing: whoever answers for the responsibility key."""
    copy: tuple[str, ...] = ()
    """Posts that hear one line and assist; the task is not theirs."""

    def speaks_of(self, role: str, category: str, kind: str) -> bool:
        """Whether a case with this responsibility key, category and kind is such a matter."""
        return role in self.roles or category in self.categories or kind in self.kinds


NO_MATTER = Matter("")
