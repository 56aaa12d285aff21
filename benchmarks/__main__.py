"""`python -m benchmarks [--scales 0.2,1] [--parts related,…]`: measures, and writes docs/benchmarks.md."""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.markets import SEED, database_name, database_url, market_prepare
from benchmarks.one_scale import MEASURES
from benchmarks.timing import Result

DOCUMENT = Path("docs/benchmarks.md")
KEPT = Path("var/bench")
HEAD = """# Benchmarks

Written by `make bench` (`python -m benchmarks`), not by hand; `--parts` measures some of it again and keeps the rest.
Machines are noisy, so only ratios count: each is the median of five rounds in which ours and the baseline were measured
by turns in the same process. Requests go through the whole WSGI application in one process (authentication, tracing,
metrics, envelope), without a network; events come from a real broker; the log is at WARNING.

Market: `demo_market --seed {seed}`; scale 1 is 50,000 users, 5,000 products, 300,000 orders. Machine: {machine}.
"""
TABLE = "| what | ratio | lowest to highest | to reach | ours | baseline |\n|---|---|---|---|---|---|\n"
Reports = dict[str, dict[str, Any]]


def main() -> None:
    """Prepare the markets, measure each in a process of its own, write the document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scales", default="0.2,1", help="comma-separated scales of the market (default: 0.2,1)")
    parser.add_argument("--parts", default=",".join(MEASURES), help=f"comma-separated, of {', '.join(MEASURES)}")
    parser.add_argument("--no-write", action="store_true", help="print the tables, leave docs/benchmarks.md as it is")
    options = parser.parse_args()
    parts = options.parts.split(",")
    if unknown := set(parts) - set(MEASURES):
        sys.exit(f"There is no part {', '.join(sorted(unknown))}. Parts: {', '.join(MEASURES)}.")
    base = os.environ.get("DATABASE_URL")
    if not base:
        sys.exit("DATABASE_URL is not set: run `make bench`, or `make services` and source var/services/env.")
    scales = [float(scale) for scale in options.scales.split(",")]
    reports: dict[float, Reports] = {}
    for scale in scales:
        market_prepare(base, scale)
        # A million events and a rebuild say the same on the small market.
        measured = [part for part in parts if part not in ("memory", "rebuild") or scale == max(scales)]
        reports[scale] = _kept(scale) | _measured(base, scale, measured)
        _path(scale).write_text(json.dumps(reports[scale]))
    text = document(reports)
    print(text)
    if not options.no_write:
        DOCUMENT.write_text(text)
        print(f"written to {DOCUMENT}")


def document(reports: dict[float, Reports]) -> str:
    """The document that `reports` (by scale, by part) make."""
    paragraphs = [HEAD.format(seed=SEED, machine=f"{os.cpu_count()} cores, Python {platform.python_version()}")]
    for scale, parts in reports.items():
        lines = [Result(**line).as_row() for part in MEASURES if part in parts for line in parts[part]["lines"]]
        paragraphs.append(f"## Scale {scale:g}\n\n{TABLE}" + "\n".join(lines))
        paragraphs += [parts[part]["told"] for part in MEASURES if parts.get(part, {}).get("told")]
        measured = ", ".join(f"{part} {parts[part]['measured']}" for part in MEASURES if part in parts)
        paragraphs.append(f"Measured: {measured}.")
    small, large = min(reports), max(reports)
    if small != large and all("related" in reports[scale] for scale in (small, large)):
        ratio = reports[large]["related"]["related_ms"] / reports[small]["related"]["related_ms"]
        paragraphs.append(
            f"## Size of the market\n\nTime of one related-products request at scale {large:g} over scale {small:g}: "
            f"**{ratio:.2f}** (to reach: no slower on a market four times as large, within noise)."
        )
    if small != large and all("figures" in reports[scale] for scale in (small, large)):
        paragraphs.append(_sizes(small, large, reports))
    return "\n\n".join(paragraph.strip() for paragraph in paragraphs) + "\n"


def _sizes(small: float, large: float, reports: dict[float, Reports]) -> str:
    """What figures cost on two sizes of the market, and how many rows they are made of there."""
    before, after = (reports[scale]["figures"] for scale in (small, large))
    rows = [
        f"| {name} | {before['times'][name]:.1f} | {time:.1f} | **{time / before['times'][name]:.2f}** "
        f"| {before['rows'][name]:,} | {after['rows'][name]:,} |"
        for name, time in after["times"].items()
        if name in before["times"]
    ]
    return (
        "Time that a figure's endpoint adds to a request (to reach: at most 1.3 times as much at the larger scale, "
        "which also has more products, sellers and coupons: an answer by product is made of more rows, whatever was "
        "ordered):"
        f"\n\n| figure | ms at {small:g} | ms at {large:g} | ratio | rows at {small:g} | rows at {large:g} |\n"
        "|---|---|---|---|---|---|\n" + "\n".join(rows)
    )


def _path(scale: float) -> Path:
    KEPT.mkdir(parents=True, exist_ok=True)
    return KEPT / f"{database_name(scale)}.json"


def _kept(scale: float) -> Reports:
    path = _path(scale)
    kept: Reports = json.loads(path.read_text()) if path.exists() else {}
    return kept


def _measured(base: str, scale: float, parts: list[str]) -> Reports:
    with tempfile.NamedTemporaryFile(suffix=".json") as target:
        environment = {
            **os.environ,
            "DATABASE_URL": database_url(base, scale),
            "LOG_LEVEL": "WARNING",
            "DATABASE_STATEMENT_TIMEOUT_MS": "0",  # the baselines may take their time
        }
        command = [sys.executable, "-m", "benchmarks.one_scale", target.name, *parts]
        subprocess.run(command, check=True, env=environment)
        reports: Reports = json.loads(Path(target.name).read_text())
    today = date.today().isoformat()  # noqa: DTZ011
    return {part: {**report, "measured": today} for part, report in reports.items()}


if __name__ == "__main__":
    main()
