#!/usr/bin/env bash
# Runs its arguments with DATABASE_URL, REDIS_URL and KAFKA_BOOTSTRAP_SERVERS of the running services.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
place=${SERVICES_DIR:-var/services}

if [[ ! -f $place/env ]]; then
  echo "The services do not run; start them with: make services" >&2
  exit 1
fi
# shellcheck source=/dev/null
source "$place/env"
exec "$@"
