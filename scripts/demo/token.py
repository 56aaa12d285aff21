"""`make token`: a fresh internal token for the demo, signed with the demo's secret."""

import os
import subprocess
import sys

from scripts.demo.keys import keys_kept
from scripts.demo.place import PLACE, ROOT


def main() -> int:
    """Print it; 1 when there is no demo yet."""
    path = PLACE / "keys.json"
    if not path.exists():
        print("There is no demo yet: make demo", file=sys.stderr)
        return 1
    environment = {**os.environ, "DEPLOYMENT": "development", "INTERNAL_JWT_SECRET": keys_kept(path).jwt}
    command = [sys.executable, "manage.py", "internal_token"]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
