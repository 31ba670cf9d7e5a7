"""What the due table does for a case whatever becomes of it."""

ERRANDS = frozenset({"FetchAttachment"})
"""Done by the process that holds the account of the key ``<errand>:<account>:…``, through its channel."""
OUTLIVING = ERRANDS | {"RemindAgain"}
"""Pictures are fetched though a case was merged, and what was held for the end of a delay is let go there."""
