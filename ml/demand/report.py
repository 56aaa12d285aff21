"""The back-test as a table and as a picture."""

from html import escape
from typing import Any

from ml.demand.evaluation import OURS

_ROW, _LEFT, _WIDTH = 30, 190, 480


def report_lines(report: dict[str, Any]) -> list[str]:
    """Plain text, one line each."""
    data = report["data"]
    lines = [
        f"{data['items']:,} items, {data['days']:,} days from {data['first']}, {data['units']:,.0f} units, "
        f"{data['groups']} groups; stock {_known(data['stock_known'])}, prices {_known(data['prices_known'])}",
        f"mornings: {', '.join(report['origins'])}",
    ]
    for days, one in report["horizons"].items():
        lines += ["", f"totals of {days} days, {one['forecasts']:,} forecasts", f"{'':18} {'WAPE':>8} {'bias':>8}"]
        for name, method in sorted(one["methods"].items(), key=lambda pair: float(pair[1]["wape"])):
            lines.append(f"{name:18} {method['wape']:8.4f} {method['bias']:+8.3f}")
        low, high = one["ratio_interval"] or (float("nan"), float("nan"))
        lines += [
            f"ours / {one['best_baseline']}: {one['ratio']:.4f} (95 %, paired: {low:.4f} to {high:.4f})",
            f"bias of our mean: {one['mean']['bias']:+.3f}; seasonal naive told for {100 * one['naive_share']:.1f} %",
            "inside of intervals: " + ", ".join(f"{p} %: {100 * c:.1f}" for p, c in one["coverage"].items()),
        ]
        for title, key in (("volume", "by_volume"), ("category", "by_group")):
            rows = [row for row in one[key] if row["ratio"] is not None]
            if rows:
                worst = max(rows, key=lambda row: float(row["ratio"]))
                lines.append(
                    f"by {title}, ours / median of 8 weeks: "
                    + ", ".join(f"{row['ratio']:.3f}" for row in rows[:12])
                    + f"; worst {worst['ratio']:.3f} ({worst['forecasts']:,} forecasts)"
                )
    return [*lines, "", f"{report['seconds']:.0f} s"]


def _known(known: bool) -> str:
    return "known" if known else "unknown"


def chart_svg(report: dict[str, Any]) -> str:
    """A bar for each method and horizon: WAPE, the best first."""
    parts, y = [], 20
    for days, one in report["horizons"].items():
        y += 26
        parts.append(f'<text x="12" y="{y}" font-size="16">{escape(f"WAPE of totals of {days} days")}</text>')
        highest = max(method["wape"] for method in one["methods"].values()) or 1.0
        for name, method in sorted(one["methods"].items(), key=lambda pair: float(pair[1]["wape"])):
            y += _ROW
            colour = "#0b6e4f" if name == OURS else "#9aa5b1"
            width = _WIDTH * method["wape"] / highest
            parts.append(
                f'<text x="{_LEFT - 8}" y="{y}" text-anchor="end">{escape(name)}</text>'
                f'<rect x="{_LEFT}" y="{y - 16}" width="{width:.1f}" height="22" fill="{colour}"/>'
                f'<text x="{_LEFT + width + 8:.1f}" y="{y}">{method["wape"]:.4f}</text>'
            )
        y += 14
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LEFT + _WIDTH + 90} {y + 20}" role="img" '
        'font-family="sans-serif" font-size="14"><title>Demand: back-test</title>'
        '<rect width="100%" height="100%" fill="#fff"/>'
    )
    return head + "".join(parts) + "</svg>\n"
