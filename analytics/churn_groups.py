"""Whom to act for: buyers grouped by what they brought and how likely they stay away. Fixed cut points."""

VALUABLE_FROM_CLASS = 4  # of money, as in rfm.py: 200,000 won and more in 365 days
NEARLY_LOST_FROM = 0.8
AT_RISK_FROM = 0.4

VALUABLE_AT_RISK, VALUABLE_NEARLY_LOST = "valuable-at-risk", "valuable-nearly-lost"
FIRST_ORDER_ONLY, OTHERS_AT_RISK, STAYING = "first-order-only", "others-at-risk", "staying"
GROUPS = (VALUABLE_AT_RISK, VALUABLE_NEARLY_LOST, FIRST_ORDER_ONLY, OTHERS_AT_RISK, STAYING)


def group_of(*, risk: float, money: int, orders: int) -> str:
    """risk: P(no paid order in 90 days); money: the class M; orders: paid ones, ever."""
    if risk < AT_RISK_FROM:
        return STAYING
    if money >= VALUABLE_FROM_CLASS:
        return VALUABLE_NEARLY_LOST if risk >= NEARLY_LOST_FROM else VALUABLE_AT_RISK
    # A second order is what makes a customer: they are told apart while they have not been away for long.
    if orders == 1 and risk < NEARLY_LOST_FROM:
        return FIRST_ORDER_ONLY
    return OTHERS_AT_RISK
