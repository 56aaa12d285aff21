"""The report of an evaluation as tables for people, and its reliability chart."""

from html import escape
from typing import Any

_SIDE, _LEFT, _TOP = 360, 70, 50


def report_text(report: dict[str, Any]) -> str:
    """Plain text, one line each."""
    data = report["data"]
    lines = [_counted("tested on", data["test"]) + f" ({data['scale']})"]
    if data["train"]:
        lines.append(_counted("trained on", data["train"]))
        if report["settings"].get("starts_from_shipped") is False:
            lines.append("fitted from nothing: the shipped model was made from texts of the test, and is left out")
    elif data["seen_by_shipped"] > 0:
        lines.append(
            f"{100 * data['seen_by_shipped']:.1f} % of the texts are among those the shipped model was made from"
        )
    width = max(len(name) for name in report["methods"])
    lines += ["", f"{'':{width}}  accuracy              95 %  mean F1  negative F1  positive F1"]
    for name, one in report["methods"].items():
        accuracy, classes = one["accuracy"], one["classes"]
        between = f"{accuracy['low']:.4f} to {accuracy['high']:.4f}"
        lines.append(
            f"{name:{width}}    {accuracy['mean']:.4f}  {between:>16}   {one['mean_f1']:.4f}       "
            f"{classes['negative']['f1']:.4f}       {classes['positive']['f1']:.4f}"
        )
    lines += ["", "ours minus each, accuracy, paired, 95 %:"]
    lines += [
        f"{name:{width}}  {one['mean']:+.4f}  {one['low']:+.4f} to {one['high']:+.4f}"
        for name, one in report["differences"].items()
    ]
    lines += ["", f"calibration error {report['calibration']['error']:.4f} (15 bins of equal mass)"]
    if report["three_classes"]:
        lines += _three(report["three_classes"])
    return "\n".join([*lines, f"{report['texts_per_second']:,.0f} texts a second; {report['seconds']:.0f} s in all"])


def _counted(what: str, counts: dict[str, int]) -> str:
    return (
        f"{what} {counts['negative']:,} negative, {counts['neutral']:,} neutral, {counts['positive']:,} positive texts"
    )


def _three(three: dict[str, Any]) -> list[str]:
    lines = [
        "",
        f"three classes, neutral below {three['neutral_below']:.2f}: accuracy {three['accuracy']:.4f}, "
        f"mean F1 {three['mean_f1']:.4f}",
        f"{'is / is called':16}" + "".join(f"{name:>10}" for name in three["confusion"]),
    ]
    return lines + [
        f"{name:16}" + "".join(f"{count:>10,}" for count in row.values()) for name, row in three["confusion"].items()
    ]


def reliability_svg(report: dict[str, Any]) -> str:
    """Confidence across, how often it was right upwards, one point for each bin."""
    title = f"Reliability, calibration error {report['calibration']['error']:.4f}"

    def place(confidence: float, right: float) -> tuple[float, float]:
        return _LEFT + (confidence - 0.4) / 0.6 * _SIDE, _TOP + _SIDE - (right - 0.4) / 0.6 * _SIDE

    points = [place(one["confidence"], max(0.4, one["right"])) for one in report["calibration"]["bins"]]
    ticks = "".join(
        f'<text x="{place(tick / 10, 0.4)[0]:.0f}" y="{_TOP + _SIDE + 20}" text-anchor="middle">{tick / 10:.1f}</text>'
        f'<text x="{_LEFT - 8}" y="{place(0.4, tick / 10)[1] + 4:.0f}" text-anchor="end">{tick / 10:.1f}</text>'
        for tick in range(4, 11, 2)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LEFT + _SIDE + 30} {_TOP + _SIDE + 56}" role="img" '
        f'font-family="sans-serif" font-size="13"><title>{escape(title)}</title><rect width="100%" height="100%" '
        f'fill="#fff"/><text x="12" y="28" font-size="16">{escape(title)}</text>{ticks}'
        f'<path d="M{_LEFT} {_TOP + _SIDE}L{_LEFT + _SIDE} {_TOP}" stroke="#9aa5b1" stroke-dasharray="4"/>'
        f'<path d="M{_LEFT} {_TOP}V{_TOP + _SIDE}H{_LEFT + _SIDE}" fill="none" stroke="#222"/>'
        f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}" fill="none" stroke="#0b6e4f"/>'
        + "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#0b6e4f"/>' for x, y in points)
        + f'<text x="{_LEFT + _SIDE / 2:.0f}" y="{_TOP + _SIDE + 44}" text-anchor="middle">confidence</text>'
        f'<text transform="translate(20 {_TOP + _SIDE / 2:.0f}) rotate(-90)" text-anchor="middle">right</text></svg>\n'
    )
