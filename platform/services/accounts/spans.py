"""Spans of time in words."""

from __future__ import annotations

from datetime import timedelta

from luongviec.engine.text import Text

_SIZES = ((86_400, "ngày", "day"), (3600, "giờ", "hour"), (60, "phút", "minute"), (1, "giây", "second"))


def span_words(span: timedelta) -> Text:
    """Say a span in the largest unit that says it exactly.

    >>> span_words(timedelta(minutes=90))
    Text(vi='90 phút', en='90 minutes')
    """
    seconds = int(span.total_seconds())
    for size, vi, en in _SIZES:
        if seconds >= size and seconds % size == 0:
            count = seconds // size
            return Text(f"{count} {vi}", f"{count} {en}" + ("s" if count != 1 else ""))
    return Text("0 giây", "0 seconds")


def wait_words(seconds: int) -> Text:
    """Say how long to wait, never too short: in whole minutes where it is some minutes."""
    return span_words(timedelta(seconds=seconds if seconds <= 90 else -(-seconds // 60) * 60))
