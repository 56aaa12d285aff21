"""The evaluation as tables for people (Markdown, so that a card can hold it), and its reliability chart as SVG."""

from typing import Any

from ml.churn.evaluation import OURS, RECENCY

_SIZE, _LEFT, _TOP = 360, 60, 50


def report_text(report: dict[str, Any]) -> str:
    """What `manage.py evaluate churn` prints."""
    data, fitted, horizon = report["data"], report["fitted_on"], report["horizon_days"]
    how = "the same cut-off, other customers" if fitted["same_cut_off"] else "cut-offs " + ", ".join(fitted["cut_offs"])
    lines = [
        f"{data['orders']:,} orders and {data['returns']:,} returns of {data['customers']:,} customers, "
        f"{data['first_day']} to {data['last_day']}",
        f"tested: {data['tested']:,} who had ordered before {data['cut_off']}; {data['stayed_away']:,} had no order in "
        f"the {horizon:.0f} days after it; {data['one_time']:,} had ordered once",
        f"fitted on other customers in {fitted['folds']} parts: {how}",
        "",
        "| | area under ROC | 95 % | ours minus it | 95 %, paired |",
        "|---|---|---|---|---|",
    ]
    for name, area in report["auc"].items():
        less = report["ours_minus"].get(name)
        told = "| |" if less is None else f"{less['value']:+.4f} | {less['low']:+.4f} to {less['high']:+.4f} |"
        lines.append(f"| {name} | {area['value']:.4f} | {area['low']:.4f} to {area['high']:.4f} | {told}")
    lines += [
        "",
        "| | calibration slope | 95 % | mean risk | stayed away | error (15 bins) | log loss | Brier |",
        "|---|" + "---|" * 7,
    ]
    for name, one in report["calibration"].items():
        slope = one["slope"]
        lines.append(
            f"| {name} | {slope['value']:.3f} | {slope['low']:.3f} to {slope['high']:.3f} | {one['mean_risk']:.3f} "
            f"| {one['share_away']:.3f} | {one['calibration_error']:.3f} | {one['log_loss']:.4f} | {one['brier']:.4f} |"
        )
    once, own = report["one_time_buyers"], report["own_rhythm"]
    lines.append("")
    if once["customers"]:
        lines.append(
            f"one-time buyers: mean risk {once['mean_risk']:.3f}, "
            f"{once['share_away']:.3f} of {once['customers']:,} stayed away"
        )
    if own["customers"]:
        lines.append(
            f"over twice their own usual gap (where that is known by the end): mean risk {own['mean_risk']:.3f}, "
            f"{own['share_away']:.3f} of {own['customers']:,} stayed away"
        )
    chosen = report["chosen"][0]
    lines.append(
        f"chosen on validation (first part): ours {_settings(chosen['ours'])}; rfm {_settings(chosen['rfm logistic'])}"
    )
    return "\n".join([*lines, f"{report['seconds']:.0f} s"])


def reliability_svg(report: dict[str, Any]) -> str:
    """Risk told against share that stayed away, in tenths of the customers; on the diagonal it is right."""

    def place(x: float, y: float) -> tuple[float, float]:
        return _LEFT + _SIZE * x, _TOP + _SIZE * (1 - y)

    title = f"Told risk and what came of it, {report['data']['tested']:,} customers"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LEFT + _SIZE + 150} {_TOP + _SIZE + 60}" role="img" '
        f'font-family="sans-serif" font-size="13"><title>{title}</title>',
        f'<rect width="100%" height="100%" fill="#fff"/><text x="12" y="26" font-size="16">{title}</text>',
    ]
    for step in range(6):
        (x, bottom), (left, y) = place(step / 5, 0), place(0, step / 5)
        parts.append(
            f'<path d="M{x:.1f} {bottom:.1f}V{_TOP}M{left:.1f} {y:.1f}H{_LEFT + _SIZE}" stroke="#e3e7ea"/>'
            f'<text x="{x:.1f}" y="{bottom + 18:.1f}" text-anchor="middle">{step / 5:.1f}</text>'
            f'<text x="{left - 8:.1f}" y="{y + 4:.1f}" text-anchor="end">{step / 5:.1f}</text>'
        )
    (x0, y0), (x1, y1) = place(0, 0), place(1, 1)
    parts.append(f'<path d="M{x0} {y0}L{x1} {y1}" stroke="#9aa5b1" stroke-dasharray="5 4"/>')
    for number, (name, colour) in enumerate(((OURS, "#0b6e4f"), ("rfm logistic", "#b4690e"))):
        spots = [place(one["risk"], one["away"]) for one in report["calibration"][name]["bins"]]
        way = "L".join(f"{x:.1f} {y:.1f}" for x, y in spots)
        dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in spots)
        parts.append(f'<path d="M{way}" fill="none" stroke="{colour}" stroke-width="1.5"/>{dots}')
        parts.append(f'<text x="{_LEFT + _SIZE + 14}" y="{_TOP + 20 + 22 * number}" fill="{colour}">{name}</text>')
    middle = _LEFT + _SIZE / 2
    parts.append(
        f'<text x="{middle}" y="{_TOP + _SIZE + 42}" text-anchor="middle">told risk (mean of a tenth)</text>'
        f'<text transform="translate(16 {_TOP + _SIZE / 2}) rotate(-90)" text-anchor="middle">'
        "share that stayed away</text>"
    )
    return "".join(parts) + "</svg>\n"


def main_figures(report: dict[str, Any]) -> dict[str, float]:
    """What a table over several markets shows."""
    return {
        "auc": report["auc"][OURS]["value"],
        "over_recency": report["ours_minus"][RECENCY]["value"],
        "over_rfm": report["ours_minus"]["rfm logistic"]["value"],
        "slope": report["calibration"][OURS]["slope"]["value"],
    }


def _settings(settings: dict[str, Any]) -> str:
    return ", ".join(
        f"{name} {value}" for name, value in settings.items() if name in ("ridge", "trees", "blend", "features")
    )
