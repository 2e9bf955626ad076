"""What lies behind an error."""

from __future__ import annotations

from collections.abc import Iterator


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error, then what caused it, and so on; also where a library keeps that in `args` or `reason`."""
    cause: object = error
    while isinstance(cause, BaseException):
        yield cause
        inner = next((each for each in cause.args if isinstance(each, BaseException)), None)
        cause = inner or getattr(cause, "reason", None) or cause.__cause__ or cause.__context__
