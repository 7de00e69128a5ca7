"""XSD dateTimeStamp, read and written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from schemas import DataModelError, format_datetime, read_datetime


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-22T09:00:00Z", datetime(2026, 11, 22, 9, tzinfo=UTC)),
        ("2026-11-22T09:00:00+00:00", datetime(2026, 11, 22, 9, tzinfo=UTC)),
        ("2026-11-22T09:00:00-05:30", datetime(2026, 11, 22, 14, 30, tzinfo=UTC)),
        ("2026-11-22T09:00:00+14:00", datetime(2026, 11, 21, 19, tzinfo=UTC)),
        ("2026-11-22T09:00:00.5Z", datetime(2026, 11, 22, 9, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-11-22T09:00:00.1234567899Z", datetime(2026, 11, 22, 9, 0, 0, 123_456, tzinfo=UTC)),
        ("2024-02-29T00:00:00Z", datetime(2024, 2, 29, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
    ],
)
def test_stamp_is_read_as_utc(text: str, moment: datetime) -> None:
    """A stamp is read as the moment in UTC."""
    read = read_datetime(text)
    assert (read, read.utcoffset()) == (moment, timedelta(0))


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+05:00"])
def test_moment_outside_the_calendar_is_out_of_range(text: str) -> None:
    """A moment that leaves the years 1 to 9999 in UTC has a code of its own."""
    with pytest.raises(DataModelError) as caught:
        read_datetime(text, pointer="/validUntil")
    assert (caught.value.code, caught.value.pointer) == ("data_model.date_out_of_range", "/validUntil")


def test_moment_is_written_in_whole_seconds_of_utc() -> None:
    """Fractions are cut, offsets become Z."""
    moment = datetime(2026, 11, 22, 10, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=1)))
    assert format_datetime(moment) == "2026-11-22T09:00:00Z"


def test_early_year_is_written_with_four_digits() -> None:
    """What is written can be read again."""
    assert format_datetime(read_datetime("0099-01-01T00:00:00Z")) == "0099-01-01T00:00:00Z"


def test_naive_moment_is_not_written() -> None:
    """A moment without an offset is a mistake of the caller."""
    with pytest.raises(ValueError, match="offset"):
        format_datetime(datetime(2026, 11, 22))  # noqa: DTZ001 - the claim is about naive moments
