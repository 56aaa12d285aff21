"""When a difference is worth telling, series by series.

One threshold for all, 4 deviations: of 16,000 normal values one lies beyond by chance, and what is watched makes about
60 a day. A day has to be off by 30 % as well, an hour by half: what is smaller is no news, however sure.
"""

from analytics.anomalies.rule import Sensitivity

THRESHOLD = 4.0
NET_REVENUE = Sensitivity(threshold=THRESHOLD, share=0.3, smallest=100_000, counted=False)
"""Won."""
ORDERS_BY_DAY = Sensitivity(threshold=THRESHOLD, share=0.3, smallest=10)
ORDERS_BY_HOUR = Sensitivity(threshold=THRESHOLD, share=0.5, smallest=8)
# Few failures are no trouble.
FAILURES_BY_DAY = Sensitivity(threshold=THRESHOLD, share=0.5, smallest=10, falls=False)
FAILURES_BY_HOUR = Sensitivity(threshold=THRESHOLD, share=1.0, smallest=8, falls=False)
VIEWS_BY_DAY = Sensitivity(threshold=THRESHOLD, share=0.3, smallest=50)
