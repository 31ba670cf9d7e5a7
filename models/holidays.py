"""Public holidays and the weekend days worked for them, as the State Council announces them each autumn.

The only importer of ``chinese_calendar``, which keeps them by hand from the notices (国务院办公厅关于…年部分节假日安排的通知).
It knows no year that is not announced yet; see ``WorkingDays.knows``.
"""

from chinese_calendar import Holiday, holidays, workdays

from models.rules.working_days import WorkingDays


def public_working_days() -> WorkingDays:
    """Everything the library knows."""
    codes = {holiday.value: holiday.name for holiday in Holiday}
    off = {day: codes[name] for day, name in holidays.items()}
    return WorkingDays(off, frozenset(workdays), frozenset(day.year for day in off))
