"""Who may come in through the web: one-time codes, passwords, sessions. None of them is kept readable."""

from datetime import datetime

from sqlmodel import Field, SQLModel


class LoginCode(SQLModel, table=True):
    """A one-time code for the log-in page, kept as a keyed digest."""

    __tablename__ = "login_code"
    digest: str = Field(primary_key=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    """None: the operator of the server."""
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


class WebAccount(SQLModel, table=True):
    """A person's name, password and second factor for days without WeChat at hand."""

    __tablename__ = "web_account"
    person_id: int = Field(foreign_key="person.id", primary_key=True)
    login: str = Field(unique=True)
    password: str
    """An Argon2id hash with its parameters."""
    second_box: bytes
    """The secret of the one-time passwords (RFC 6238), encrypted."""
    second_used: int = 0
    """The last time step whose one-time password was taken: none is taken twice."""
    failures: int = 0
    locked_until: datetime | None = None
    set_at: datetime


class WebSession(SQLModel, table=True):
    """Somebody is signed in. The cookie holds a token; here stands its keyed digest."""

    __tablename__ = "web_session"
    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)
    digest_before: str | None = Field(default=None, index=True)
    """The token that was replaced last: pages that were on their way keep it for a minute."""
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    """None: the operator of the server."""
    form_key: str
    """Forms are signed with it: it stays when the token changes."""
    began_at: datetime
    renewed_at: datetime
    ended_at: datetime | None = None
