"""Days and times in the reader's language."""

from __future__ import annotations

from datetime import date, datetime

from appliance.words.speaking import t


def weekday_word(day: date) -> str:
    """The short name of the day of the week."""
    names = (t("Mon"), t("Tue"), t("Wed"), t("Thu"), t("Fri"), t("Sat"), t("Sun"))
    return names[day.weekday()]


def weekday_name(day: date) -> str:
    """The name of the day of the week."""
    names = (t("Monday"), t("Tuesday"), t("Wednesday"), t("Thursday"), t("Friday"), t("Saturday"), t("Sunday"))
    return names[day.weekday()]


def month_word(day: date) -> str:
    """The short name of the month."""
    names = (t("Jan"), t("Feb"), t("Mar"), t("Apr"), t("May"), t("Jun"),
             t("Jul"), t("Aug"), t("Sep"), t("Oct"), t("Nov"), t("Dec"))  # fmt: skip
    return names[day.month - 1]


def day_words(day: date) -> str:
    """A day without its year, such as `Mon 5 Feb`."""
    return t("{weekday} {day} {month}", weekday=weekday_word(day), day=day.day, month=month_word(day))


def moment_words(moment: datetime) -> str:
    """A day and the time of day."""
    return t("{date}, {time}", date=day_words(moment), time=f"{moment:%H:%M}")
