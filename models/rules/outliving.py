"""What the due table does for a case whatever becomes of it."""

FETCH_ATTACHMENT, FETCH_NAME, FETCH_SENT_FILE = "FetchAttachment", "FetchName", "FetchSentFile"
ERRANDS = frozenset({FETCH_ATTACHMENT, FETCH_NAME, FETCH_SENT_FILE})
"""Done by the process that holds the account of the key ``<errand>:<account>:…``, through its channel."""
OUTLIVING = ERRANDS | {"RemindAgain"}
"""Pictures are fetched though a case was merged, and what was held for the end of a delay is let go there."""
