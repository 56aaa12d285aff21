"""`python -m benchmarks [--scales 0.2,1]`: measures every scale and writes docs/benchmarks.md."""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.markets import SEED, database_url, market_prepare
from benchmarks.timing import Result

DOCUMENT = Path("docs/benchmarks.md")
HEAD = """# Benchmarks

Written by `make bench` (`python -m benchmarks --scales {scales}`), not by hand. Machines are noisy, so only ratios
count: each is the median of five rounds in which ours and the baseline were measured by turns in the same
process. Requests go through the whole WSGI application in one process (authentication, tracing, metrics, envelope),
without a network; the log is at WARNING.

Market: `demo_market --seed {seed}`; scale 1 is 50,000 users, 5,000 products, 300,000 orders. Machine: {machine}.
"""
TABLE = "| what | ratio | lowest to highest | to reach | ours | baseline |\n|---|---|---|---|---|---|\n"


def main() -> None:
    """Prepare the markets, measure each in a process of its own, write the document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scales", default="0.2,1", help="comma-separated scales of the market (default: 0.2,1)")
    parser.add_argument("--no-write", action="store_true", help="print the tables, leave docs/benchmarks.md as it is")
    options = parser.parse_args()
    base = os.environ.get("DATABASE_URL")
    if not base:
        sys.exit("DATABASE_URL is not set: run `make bench`, or `make services` and source var/services/env.")
    scales = [float(scale) for scale in options.scales.split(",")]
    parts = [
        HEAD.format(
            scales=options.scales, seed=SEED, machine=f"{os.cpu_count()} cores, Python {platform.python_version()}"
        )
    ]
    reports = {}
    for scale in scales:
        market_prepare(base, scale)
        reports[scale] = _measured(base, scale)
        lines = [Result(**line).as_row() for line in reports[scale]["lines"]]
        parts.append(f"## Scale {scale:g}\n\n{TABLE}" + "\n".join(lines))
        parts.append(
            f"Memory of the measuring process after the requests: {reports[scale]['web_megabytes']:.0f} MB. "
            f"A full rebuild that finds what the events benchmark took away: {reports[scale]['rebuild_seconds']:.0f} s."
        )
    if len(scales) > 1:
        small, large = min(scales), max(scales)
        ratio = reports[large]["related_ms"] / reports[small]["related_ms"]
        parts.append(
            f"## Size of the market\n\nTime of one related-products request at scale {large:g} over scale {small:g}: "
            f"**{ratio:.2f}** (to reach: no slower on a market four times as large, within noise)."
        )
    text = "\n\n".join(part.strip() for part in parts) + "\n"
    print(text)
    if not options.no_write:
        DOCUMENT.write_text(text)
        print(f"written to {DOCUMENT}")


def _measured(base: str, scale: float) -> dict[str, object]:
    with tempfile.NamedTemporaryFile(suffix=".json") as target:
        environment = {
            **os.environ,
            "DATABASE_URL": database_url(base, scale),
            "LOG_LEVEL": "WARNING",
            "DATABASE_STATEMENT_TIMEOUT_MS": "0",  # the baselines may take their time
        }
        command = [sys.executable, "-m", "benchmarks.one_scale", target.name]
        subprocess.run(command, check=True, env=environment)
        report: dict[str, object] = json.loads(Path(target.name).read_text())
    return report


if __name__ == "__main__":
    main()
