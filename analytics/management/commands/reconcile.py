"""`manage.py reconcile`: find what no event told, and say how far our ledger agrees with the platform's tables."""

import json
import re
import threading
import time
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, connection

from analytics.jobs.expiring import dashboards_expire
from analytics.services.reconcile import (
    ReconcileRunning,
    agreement_look,
    month_reconcile,
    single_reconcile,
    window_reconcile,
)
from analytics.services.reconcile_runs import Report
from xlcfi import clock
from xlcfi.clock import SEOUL
from xlcfi.events.consuming import stop_on_signals
from xlcfi.events.database import long_statements
from xlcfi.events.management.progress import progress
from xlcfi.events.registry import discover

LONGEST_CHECK = 5 * 366


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no time (2026-01-31 or 2026-01-31T10:00)") from error
    return moment.replace(tzinfo=SEOUL) if moment.tzinfo is None else moment


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no day (2026-01-31)") from error


def _month(text: str) -> date:
    found = re.fullmatch(r"(\d{4})-(\d{2})", text)
    if not found or not 1 <= int(found[2]) <= 12 or not 2000 <= int(found[1]) <= 2099:
        raise ArgumentTypeError(f"{text!r} is no month (2026-01)")
    return date(int(found[1]), int(found[2]), 1)


def _minutes(text: str) -> float:
    try:
        minutes = float(text)
    except ValueError:
        minutes = 0.0
    if not 0 < minutes <= 60 * 24 * 366:
        raise ArgumentTypeError(f"{text!r} is no number of minutes")
    return minutes


class Command(BaseCommand):
    """Looks at new and changed rows and at one older month, and mends what differs."""

    help = "Find what no event told: new and changed rows, and one older month in turn. With --apply, mend it."
    # The checks load the whole web side, which this process has no use for.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--apply", action="store_true", help="mend what differs (without it nothing is written)")
        parser.add_argument("--since", type=_moment, metavar="TIME", help="only what changed since then, in Seoul")
        parser.add_argument("--lag", type=_minutes, metavar="MINUTES", help="overlap with the last look")
        parser.add_argument("--month", type=_month, metavar="YYYY-MM", help="only this month, day by day")
        parser.add_argument(
            "--every", type=_minutes, metavar="MINUTES", help="with --apply: again and again, until SIGTERM"
        )
        parser.add_argument("--check", action="store_true", help="compare the money of days and note it; mend nothing")
        parser.add_argument(
            "--from", type=_day, dest="first", metavar="DAY", help="with --check (default: 30 days ago)"
        )
        parser.add_argument("--to", type=_day, dest="last", metavar="DAY", help="with --check (default: today)")
        parser.add_argument("--json", action="store_true", help="one JSON object for each look")

    def handle(self, *args: Any, **options: Any) -> None:
        discover()
        self._refuse(options)
        long_statements(0)
        stop = stop_on_signals() if options["every"] else threading.Event()
        while True:
            differing = self._round(options)
            if options["every"] is None:
                break
            # Nobody needs a connection that idles for minutes.
            connection.close()
            if stop.wait(options["every"] * 60):
                return
        if differing and (options["apply"] or options["check"]):
            raise CommandError(f"{differing} days still differ. `manage.py rebuild` says what else is wrong.")

    def _refuse(self, options: dict[str, Any]) -> None:
        """What can't be asked for together."""
        if options["every"] and not options["apply"]:
            raise CommandError("--every goes with --apply.")
        if options["month"] and (options["since"] or options["lag"] or options["every"]):
            raise CommandError("--month goes with none of --since, --lag, --every.")
        if options["check"] and (options["apply"] or options["month"] or options["since"] or options["lag"]):
            raise CommandError("--check mends nothing; it goes with --from and --to only.")
        if (options["first"] or options["last"]) and not options["check"]:
            raise CommandError("--from and --to go with --check.")

    def _round(self, options: dict[str, Any]) -> int:
        """One look, or two; returns on how many days the money still differs."""
        try:
            with single_reconcile():
                return sum(self._look(look, options) for look in self._looks(options))
        except ReconcileRunning as error:
            if options["every"]:
                self.stdout.write("Another process reconciles; the next look is ours.")
                return 0
            raise CommandError("Another process reconciles already; wait for its end.") from error
        except (OperationalError, InterfaceError) as error:
            if options["every"]:
                self.stderr.write(f"The database does not answer as it should: {error}")
                return 0
            raise CommandError(f"The database does not answer as it should: {error}") from error

    def _looks(self, options: dict[str, Any]) -> Iterator[Callable[[], Report]]:
        apply = options["apply"]
        if options["check"]:
            yield lambda: agreement_look(days=_days(options["first"], options["last"]))
            return
        if not options["month"]:
            lag = timedelta(minutes=options["lag"] or settings.RECONCILE_LAG_MINUTES)
            with progress("reconcile") as advance:
                yield lambda: window_reconcile(apply=apply, lag=lag, since=options["since"], progress=advance)
        if not options["since"]:
            with progress("reconcile month") as advance:
                yield lambda: month_reconcile(apply=apply, month=options["month"], progress=advance)

    def _look(self, look: Callable[[], Report], options: dict[str, Any]) -> int:
        began = time.monotonic()
        report = look()
        if options["apply"] and report.changed:
            dashboards_expire()
        days = sorted({each.day for each in report.differing})
        seconds = round(time.monotonic() - began, 2)
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(report, options["apply"], seconds), default=str))
        else:
            self._tell(report, days, applied=options["apply"])
        return len(days)

    def _tell(self, report: Report, days: list[date], *, applied: bool) -> None:
        name = f"month {report.month:%Y-%m}" if report.month else report.kind
        if report.since:
            name += f" since {report.since.astimezone(SEOUL):%Y-%m-%d %H:%M}"
        self.stdout.write(name)
        verb = "mended" if applied else "differ"
        for subject, (checked, changed) in report.by_kind.items():
            if subject != "money":
                self.stdout.write(f"  {subject}: {checked:,} checked, {changed:,} {verb}")
        agreement = "agree" if not days else f"{len(days)} differ: {', '.join(map(str, days[:10]))}"
        self.stdout.write(f"  money of {report.compared} days: {agreement}")
        for each in report.differing[:10]:
            orders, gross, refunds = each.difference
            self.stdout.write(
                f"    {each.day} {each.currency}: orders {orders:+}, gross {gross:+}, refunds {refunds:+}"
            )
        if report.changed and not applied and report.kind != "check":
            self.stdout.write("  Nothing was written. Run it again with --apply to mend this.")


def _days(first: date | None, last: date | None) -> list[date]:
    end = last or clock.today()
    begin = first or end - timedelta(days=29)
    if not 0 <= (end - begin).days < LONGEST_CHECK:
        raise CommandError("--from must not lie after --to, and at most five years before it.")
    return [begin + timedelta(days=number) for number in range((end - begin).days + 1)]


def _as_json(report: Report, applied: bool, seconds: float) -> dict[str, Any]:
    return {
        "kind": report.kind,
        "since": report.since and report.since.isoformat(),
        "until": report.until and report.until.isoformat(),
        "month": report.month and f"{report.month:%Y-%m}",
        "applied": applied,
        "by_kind": {name: {"checked": found[0], "changed": found[1]} for name, found in report.by_kind.items()},
        "days_compared": report.compared,
        "differing": [{name: getattr(each, name) for name in each.__struct_fields__} for each in report.differing],
        "left": report.left,
        "seconds": seconds,
    }
