"""The report as a table for people."""

from typing import Any

from recommendations.evaluation.run import OURS, PLACES


def report_lines(report: dict[str, Any]) -> list[str]:
    """Plain text, one line each."""
    data, k = report["data"], report["k"]
    lines = [
        f"{data['train_events']:,} events of {data['users']:,} users with {data['items']:,} items; "
        f"{data['test_events']:,} test events",
        f"tested on {data['test_users']:,} users ({data['test_users_unknown']:,} unknown before) with "
        f"{data['relevant']:,} relevant items; items had before "
        + ("count too" if report["repeats"] else "are left out"),
        f"cut {report['split']}; {report['validation']['tries']} settings at most tried for each method, ours in all",
        "",
    ]
    names = [f"ndcg@{place}" for place in sorted({*PLACES, k})] + [f"{name}@{k}" for name in ("recall", "map", "hit")]
    width = max(len(name) for name in report["methods"])
    head = "  ".join(f"{name:>9}" for name in names)
    lines.append(f"{'':{width}}  {head}  {f'ndcg@{k}, 95 %':>18}  {'coverage':>8}  {'novelty':>7}")
    for name, method in _ordered(report):
        values = "  ".join(f"{method['metrics'][each]['mean']:9.4f}" for each in names)
        main = method["metrics"][f"ndcg@{k}"]
        between = f"{main['low']:.4f} to {main['high']:.4f}"
        lines.append(
            f"{name:{width}}  {values}  {between:>18}  {method['coverage'][f'@{k}']:8.3f}  "
            f"{method['novelty'][f'@{k}']:7.2f}"
        )
    lines += ["", f"ours minus each baseline, ndcg@{k}, paired, 95 %:"]
    for name, by_metric in report["differences"].items():
        one = by_metric[f"ndcg@{k}"]
        share = "" if one["relative"] is None else f"  ({100 * one['relative']:+.1f} %)"
        lines.append(f"{name:{width}}  {one['mean']:+.4f}  {one['low']:+.4f} to {one['high']:+.4f}{share}")
    settings = report["methods"][OURS]["settings"]
    tried = report["methods"][OURS]["tried"]
    lines += [
        "",
        f"ours: {settings['rule']}, learnt of {settings['people']:,} people's choices; {tried} settings tried in all; "
        "components alone:",
    ]
    lines += [
        f"  {name:{width}}  {one['ndcg']:.4f} on validation  {_settings(one['settings'])}"
        for name, one in settings["components"].items()
    ]
    lines += ["baselines as chosen:"]
    lines += [
        f"  {name:{width}}  {method['validation']:.4f} on validation, {method['tried']} tried  "
        f"{_settings(method['settings'])}"
        for name, method in report["methods"].items()
        if name != OURS
    ]
    return [*lines, f"{report['seconds']:.0f} s"]


def _ordered(report: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    main = f"ndcg@{report['k']}"
    return sorted(report["methods"].items(), key=lambda pair: -pair[1]["metrics"][main]["mean"])


def _settings(settings: dict[str, Any]) -> str:
    # Without a half-life nothing fades; JSON has no infinity.
    return ", ".join(f"{name} {'endless' if value is None else value}" for name, value in settings.items())
