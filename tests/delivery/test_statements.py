"""Statements are made ready once; accounts that come and go in ever new company do not pile them up."""

from models.outbox_statements import due_for, orphans_of


def test_ready_statements_for_ever_new_company_are_few():
    for number in range(200):
        due_for((f"account{number}",), emergencies_only=False)
        orphans_of((f"account{number}",), ("wechaty",))

    assert due_for.cache_info().currsize <= 64
    assert orphans_of.cache_info().currsize <= 64
