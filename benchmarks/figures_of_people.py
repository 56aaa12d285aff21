"""Buyers: what each answer is made of."""

from benchmarks.figure import Figure, days_of

# Whoever waits to be made anew: an event told of them, or their day has come.
_WAITING = (
    "SELECT * FROM buyer_changes",
    "SELECT user_id FROM buyer_standings WHERE renew_on <= %(last)s",
)
# What cohorts brought at the ages that are before this buyer, and what the buyer's own brought so far; of each cohort
# its size.
_COHORTS = """
SELECT c.* FROM cohort_months c, buyer_standings s
WHERE s.user_id = %(user)s AND (
    c.currency = '' AND c.month = c.cohort
    OR c.currency = 'KRW' AND c.cohort = date_trunc('month', s.first_day::timestamp)
    OR c.currency = 'KRW' AND c.month - c.cohort > %(last)s::date - s.first_day
       AND c.month - c.cohort <= %(last)s::date - s.first_day + 365)
"""

PEOPLE = {
    "one user": Figure(
        "users/{user}",
        365,
        (
            "SELECT * FROM buyer_standings WHERE user_id = %(user)s",
            "SELECT * FROM buyer_days WHERE user_id = %(user)s",
            "SELECT * FROM user_profiles WHERE user_id = %(user)s",
            "SELECT * FROM category_preferences WHERE user_id = %(user)s",
            "SELECT id, name FROM categories WHERE id IN "
            "(SELECT category_id FROM category_preferences WHERE user_id = %(user)s)",
            "SELECT id FROM reviews WHERE user_id = %(user)s",
            "SELECT * FROM user_behaviors WHERE user_id = %(user)s ORDER BY created_at DESC LIMIT 21",
            _COHORTS,
            *_WAITING,
        ),
    ),
    "segments": Figure("segments", 365, ("SELECT * FROM rfm_counts", *_WAITING)),
    "cohorts of a year": Figure(
        "cohorts?period=year",
        365,
        (
            "SELECT * FROM cohort_months WHERE currency IN ('', 'KRW') "
            "AND cohort BETWEEN date_trunc('month', %(first)s::date) AND %(last)s",
            *_WAITING,
        ),
    ),
    "new and returning buyers of a month": Figure(
        "buyers?period=month",
        60,
        (
            days_of("new_returning_days", currency=True),
            "SELECT * FROM buyers_in_periods WHERE step = 'day' AND start BETWEEN %(first)s AND %(last)s",
            *_WAITING,
        ),
    ),
}
