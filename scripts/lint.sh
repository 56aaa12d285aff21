#!/usr/bin/env bash
# Every check that needs no server. All of them run, so that one try shows everything; fails when one did.
# usage: lint.sh [STAGE]   one of: ruff format types layers django scripts
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python=.venv/bin/python
export DEPLOYMENT=${DEPLOYMENT:-test}

check_ruff() { $python -m ruff check .; }
check_format() { $python -m ruff format --check .; }
check_types() { $python -m mypy && $python -m mypy --package scripts; }
check_layers() { .venv/bin/lint-imports; }
check_django() { $python manage.py check && $python manage.py makemigrations --check --dry-run; }
check_scripts() {
  local script
  for script in scripts/*.sh .ci/run; do bash -n "$script" || return 1; done
}

failed=()
for stage in ${1:-ruff format types layers django scripts}; do
  echo "--- $stage"
  "check_$stage" || failed+=("$stage")
done
if ((${#failed[@]})); then
  echo "lint failed: ${failed[*]}" >&2
  exit 1
fi
