"""Whether a secret of the settings is one."""

from bot.typed_tables import SettingsError

SHORTEST_SECRET = 32
FEWEST_LETTERS = 10
"""Different characters a secret needs: a key held down is none."""
HOW_TO_MAKE_ONE = 'python3 -c "import secrets; print(secrets.token_urlsafe(32))"'


def check_secret(secret: str, file: str) -> None:
    """Refuse what could be guessed. Raises SettingsError, which says where and what to do."""
    if not secret:
        raise SettingsError(f"{file}: secret is empty: put the output of {HOW_TO_MAKE_ONE} there, once")
    if len(secret) < SHORTEST_SECRET or len(set(secret)) < FEWEST_LETTERS:
        raise SettingsError(
            f"{file}: secret is too easy to guess: it needs {SHORTEST_SECRET} characters or more, at random; "
            f"make one with {HOW_TO_MAKE_ONE}"
        )
