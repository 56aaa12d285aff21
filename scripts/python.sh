#!/usr/bin/env bash
# Runs its arguments with a Python of 3.11 or newer. PYTHON=/path/to/python chooses one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# On a terminal that has no Korean a question mark is better than a crash.
export PYTHONIOENCODING=${PYTHONIOENCODING:-:replace}

for candidate in ${PYTHON:+"$PYTHON"} python3 python3.13 python3.12 python3.11 python3.14 python; do
  path=$(command -v "$candidate" 2>/dev/null) || continue
  "$path" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue
  exec "$path" "$@"
done

cat >&2 <<'TEXT'
This needs Python 3.11 or newer, and found none.
파이썬 3.11 이상이 필요합니다.
  Debian, Ubuntu:  sudo apt-get install python3 python3-venv
  Fedora:          sudo dnf install python3
  another place:   make demo PYTHON=/path/to/python3
TEXT
exit 1
