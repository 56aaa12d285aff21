"""The comparison as a picture: NDCG of every method with its interval, as SVG."""

from html import escape
from typing import Any

from recommendations.evaluation.run import OURS

_ROW, _LEFT, _WIDTH = 34, 210, 560


def chart_svg(report: dict[str, Any]) -> str:
    """A bar for each method, the best first, with a whisker for its 95 % interval."""
    main = f"ndcg@{report['k']}"
    methods = sorted(report["methods"].items(), key=lambda pair: -pair[1]["metrics"][main]["mean"])
    highest = max(one["metrics"][main]["high"] for _, one in methods) or 1.0
    height = 62 + _ROW * len(methods)
    title = f"NDCG@{report['k']}, {report['data']['test_users']:,} users" + (
        ", with repeats" if report["repeats"] else ""
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LEFT + _WIDTH + 90} {height}" role="img" '
        f'font-family="sans-serif" font-size="14"><title>{escape(title)}</title>',
        f'<rect width="100%" height="100%" fill="#fff"/><text x="12" y="26" font-size="16">{escape(title)}</text>',
    ]
    for number, (name, method) in enumerate(methods):
        one, y = method["metrics"][main], 44 + _ROW * number
        x, low, high = (_WIDTH * one[key] / highest for key in ("mean", "low", "high"))
        colour = "#0b6e4f" if name == OURS else "#9aa5b1"
        middle = y + 12
        parts.append(
            f'<text x="{_LEFT - 8}" y="{y + 17}" text-anchor="end">{escape(name)}</text>'
            f'<rect x="{_LEFT}" y="{y}" width="{x:.1f}" height="24" fill="{colour}"/>'
            f'<path d="M{_LEFT + low:.1f} {middle}H{_LEFT + high:.1f}M{_LEFT + low:.1f} {middle - 5}v10'
            f'M{_LEFT + high:.1f} {middle - 5}v10" stroke="#222" fill="none"/>'
            f'<text x="{_LEFT + high + 8:.1f}" y="{y + 17}">{one["mean"]:.4f}</text>'
        )
    return "".join(parts) + "</svg>\n"
