#!/usr/bin/env bash
# `make test`: everything from a bare Debian machine to the last test, and how long each stage took.
# PYTEST_ARGS="-k dashboard" narrows the tests; STAGES="services tests" the stages; TEST_PROCESSES=0 runs them in one
# process.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DEPLOYMENT=test PYTHONUNBUFFERED=1
stages=${STAGES:-system python services ruff format types layers django scripts tests}
python=.venv/bin/python
output=$(mktemp)
rows=() ; failed=() ; started=""

stop_services() {
  [[ -z $started ]] || "$python" -m scripts.services stop $started
  started=""
}
trap 'stop_services; rm -f "$output"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

do_system() { scripts/install-missing.sh; }
do_python() { scripts/python.sh -m scripts.setup.venv requirements-dev.txt; }
do_services() {
  "$python" -m scripts.services start --throwaway | tee "$output"
  ((PIPESTATUS[0] == 0)) || return 1
  started=$(sed -n 's/^started: //p' "$output")
  [[ $started != nothing* ]] || started=""
}
do_tests() {
  # shellcheck source=/dev/null
  source "${SERVICES_DIR:-var/services}/env"
  : > "$output"
  if [[ -n ${PYTEST_ARGS:-} ]]; then
    # shellcheck disable=SC2086
    pytest_run $PYTEST_ARGS
    return
  fi
  # What stops, crowds and watches servers runs by itself; the rest in two processes.
  local by_itself=(tests/chaos tests/events tests/flow tests/java tests/demo/test_live_kafka.py) code=0
  pytest_run "${by_itself[@]}" || code=1
  pytest_run -n "${TEST_PROCESSES:-2}" --dist loadfile "${by_itself[@]/#/--ignore=}" || code=1
  return $code
}
pytest_run() {
  "$python" -m pytest "$@" 2>&1 | tee -a "$output"
  return "${PIPESTATUS[0]}"
}

stage() {
  local name=$1 began=$SECONDS word=ok
  echo "=== $name"
  if [[ $(type -t "do_$name") == function ]]; then "do_$name"; else scripts/lint.sh "$name"; fi || word=FAILED
  rows+=("$(printf '  %-10s %5d s  %s' "$name" $((SECONDS - began)) "$word")")
  [[ $word == ok ]] || failed+=("$name")
}

for name in $stages; do
  stage "$name"
  # Without these nothing after them can work; a lint that fails stops nothing, so that one run shows everything.
  case $name in system | python | services) ((${#failed[@]} == 0)) || break ;; esac
done
summary=$(grep -E '^=* ?([0-9]+ (passed|failed|error|skipped|deselected|xfailed|xpassed|warning)|no tests ran).* in [0-9.]+s' "$output")
stop_services

echo "=== times"
printf '%s\n' "${rows[@]}" "$(printf '  %-10s %5d s' all "$SECONDS")"
((${#failed[@]} == 0)) || echo "failed stages: ${failed[*]}"
[[ -z $summary ]] || echo "$summary"
exit $((${#failed[@]} > 0))
