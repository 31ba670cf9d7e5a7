"""Who is willing to answer, who was asked, and how many answers there are."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, or_
from sqlmodel import col, select

from models.store.rows import Rows
from models.tables import ChatIdentity, Quiz, QuizAsked, QuizVolunteer


class QuizStore(Rows):
    """On the session of the work at hand; nothing here commits."""

    def volunteer(self, identity: int) -> QuizVolunteer | None:
        """What a contact said of being asked."""
        return self.session.get(QuizVolunteer, identity)

    def willing(self, rooms: Iterable[int], since: datetime, but: Iterable[int]) -> tuple[list[int], int]:
        """Contacts of these groups who may be asked now, and how many are willing at all.

        Neither those asked after ``since`` nor the persons of ``but``.
        """
        here = select(QuizVolunteer.identity_id, QuizVolunteer.asked_at).join(
            ChatIdentity, col(ChatIdentity.id) == col(QuizVolunteer.identity_id)
        )
        found = self.session.exec(
            here.where(
                col(QuizVolunteer.left_at).is_(None),
                col(ChatIdentity.home_room_id).in_(list(rooms)),
                col(ChatIdentity.is_friend),
                col(ChatIdentity.gone_at).is_(None),
                col(ChatIdentity.opted_out_at).is_(None),
                or_(col(ChatIdentity.person_id).is_(None), col(ChatIdentity.person_id).not_in(list(but))),
            )
        ).all()
        free = [identity for identity, asked_at in found if asked_at is None or asked_at <= since]
        return sorted(free), len(found)

    def add_quiz(self, quiz: Quiz, people: Iterable[int], now: datetime) -> Quiz:
        """Write it with those who are asked."""
        self.session.add(quiz)
        self.session.flush()
        for identity in people:
            self.session.add(QuizAsked(quiz_id=quiz.id or 0, identity_id=identity))
            row = self.session.get_one(QuizVolunteer, identity)
            row.asked_at = now
        return quiz

    def quiz(self, row: int) -> Quiz | None:
        """One, locked until the work ends."""
        return self.session.exec(select(Quiz).where(col(Quiz.id) == row).with_for_update()).first()

    def latest_of(self, notice: int) -> Quiz | None:
        """The latest of one notice."""
        found = select(Quiz).where(col(Quiz.notice_id) == notice)
        return self.session.exec(found.order_by(col(Quiz.id).desc())).first()

    def asked_of(self, identity: int) -> QuizAsked | None:
        """What a contact was asked and may answer, the latest."""
        found = select(QuizAsked).where(col(QuizAsked.identity_id) == identity)
        return self.session.exec(found.order_by(col(QuizAsked.id).desc())).first()

    def forget_asked(self, quiz: int) -> None:
        """Nobody can say any more who was asked."""
        self.session.flush()
        self.session.execute(delete(QuizAsked).where(col(QuizAsked.quiz_id) == quiz))

    def forget_asker(self, identity: int) -> None:
        """A contact that takes its word back answers no more; who answered stays counted."""
        self.session.flush()
        mine = (col(QuizAsked.identity_id) == identity, col(QuizAsked.answered).is_(False))
        self.session.execute(delete(QuizAsked).where(*mine))
