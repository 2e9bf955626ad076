"""Numbers in the reader's language."""

from __future__ import annotations

from appliance.words.speaking import t


def decimal(value: float, digits: int = 1) -> str:
    """A number with so many digits behind its decimal mark; at least one."""
    whole, _, part = f"{value:.{digits}f}".partition(".")
    return t("{whole}.{part}", whole=whole, part=part)


def whole(number: int) -> str:
    """A whole number with its thousands apart."""
    return f"{number:,}".replace(",", t(","))


def percent(share: float) -> str:
    """A share 0..1 as whole percent."""
    return t("{number} %", number=f"{100 * share:.0f}")


def sureness(confidence: float) -> str:
    """How sure the judge is: of nobody wholly."""
    return t("over {share}", share=percent(0.99)) if confidence > 0.99 else percent(confidence)


def listed(words: list[str]) -> str:
    """Several words one after the other."""
    return t(", ").join(words)
