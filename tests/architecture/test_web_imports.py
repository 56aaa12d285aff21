"""The web process starts quickly and stays small: what only training and reports need is not loaded with it."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("numpy", "pandas", "sklearn", "scipy", "matplotlib", "PIL", "kafka")
ANSWER = """
import json, sys
from xlcfi.wsgi import application

statuses = []
for path in sys.argv[1:]:
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "SERVER_NAME": "localhost", "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http", "wsgi.input": sys.stdin.buffer,
        "wsgi.errors": sys.stderr, "REMOTE_ADDR": "127.0.0.1",
    }
    body = application(environ, lambda status, headers: statuses.append(int(status[:3])))
    list(body)
    body.close()
print(json.dumps({"statuses": statuses, "modules": sorted(sys.modules)}))
"""


def test_the_web_process_answers_without_loading_any_numeric_library():
    done = subprocess.run(
        [sys.executable, "-c", ANSWER, "/health/live", "/v1/recommendations/products/1/related", "/metrics"],
        cwd=ROOT,
        env=os.environ | {"DEPLOYMENT": "test", "DJANGO_SETTINGS_MODULE": "xlcfi.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["statuses"] == [200, 401, 200]
    loaded = {module.split(".")[0] for module in told["modules"]} | set(told["modules"])
    assert loaded.isdisjoint(HEAVY), sorted(loaded & set(HEAVY))
