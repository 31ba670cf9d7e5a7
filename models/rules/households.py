"""What a preset may note of a household, so that notices reach whom they concern (seed A09)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tag:
    """``sensitive``: never the reason for a post in a group, and named in none (safeguards §1.3)."""

    code: str
    name: str
    also: tuple[str, ...] = ()
    sensitive: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """What people write for it."""
        return (self.name, *self.also)
