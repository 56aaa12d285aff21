"""The description is asked for by many at once, the first time too."""

import os
import subprocess
import sys

ASK = """
import sys
from concurrent.futures import ThreadPoolExecutor
import django
django.setup()
from django.test import Client
sys.setswitchinterval(1e-5)  # threads take turns a thousand times as often: the race comes every time
def ask(number):
    return Client(raise_request_exception=False).get("/v1/schema").status_code
with ThreadPoolExecutor(8) as pool:
    print(sorted(set(pool.map(ask, range(8)))))
"""


def test_eight_threads_that_ask_a_fresh_process_all_get_it():
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ASK],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "DEPLOYMENT": "test", "DJANGO_SETTINGS_MODULE": "tests.settings"},
        check=True,
    )
    assert done.stdout.strip() == "[200]", done.stderr[-2000:]
