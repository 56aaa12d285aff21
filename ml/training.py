"""What of this app can be trained and evaluated: `manage.py train NAME`, `manage.py evaluate NAME`."""

from ml.churn.subject import Churn
from ml.demand.subject import Demand
from ml.reviews.subject import Reviews
from xlcfi.artifacts.subjects import subject_register

subject_register(Churn())
subject_register(Reviews())
subject_register(Demand())
