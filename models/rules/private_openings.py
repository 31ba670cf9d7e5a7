"""What a person hears privately when a category is too private for the group (safeguards §2; conversation §1.5).

``asks``: nobody is told before the person agrees. Codes are the lexicon's; a category without a row is answered by
``RCPT_PRIVATE_DM``.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PrivateOpening:
    """The sentence said, and whether the person's word is awaited before anybody is told."""

    key: str
    asks: bool = False


PRIVATE_OPENINGS: dict[str, PrivateOpening] = {
    "E05": PrivateOpening("DV_DM", asks=True),
    "H05": PrivateOpening("SELF_DM"),
    "J05": PrivateOpening("DISCIPLINE_DM"),
}
