#!/usr/bin/env bash
# What the tests need from the system and do not find: installed by name on Debian as root, otherwise named.
set -euo pipefail

packages=() ; reasons=()
need() { packages+=("$1"); reasons+=("$2"); }
version_at_least() { [[ $1 =~ ^[0-9]+$ && $1 -ge $2 ]]; }
java_version() { java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -1; }
javac_version() { javac -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p' | head -1; }

"$(dirname "${BASH_SOURCE[0]}")/python.sh" -c '' >/dev/null 2>&1 || need python3 "Python 3.11 or newer"
compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || need postgresql "PostgreSQL 15 or newer"
compgen -G '/usr/lib/*/libgomp.so.1' >/dev/null || compgen -G '/usr/lib*/libgomp.so.1' >/dev/null || need libgomp1 "what LightGBM is linked against"
command -v redis-server >/dev/null || need redis-server "Redis"
version_at_least "$(java_version)" 17 || need default-jre-headless "Java 17 or newer, for Kafka"
version_at_least "$(javac_version)" 17 || need default-jdk-headless "a JDK 17 or newer, for the tests' Java side"
command -v mvn >/dev/null || need maven "Maven, which fetches Kafka's jars and builds the tests' Java side"
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null ||
  need chromium "a browser, for the tests of the admin"
# Without one every Korean letter is an empty box, in the browser's pictures too.
[[ -n "$(fc-list :lang=ko family 2>/dev/null)" ]] || { need fontconfig "fc-list"; need fonts-noto-cjk "a Korean font"; }

((${#packages[@]})) || exit 0
if ((EUID != 0)) || ! command -v apt-get >/dev/null; then
  echo "Missing for the tests:" >&2
  for i in "${!packages[@]}"; do echo "  ${packages[i]}: ${reasons[i]}" >&2; done
  echo "On Debian, as root: apt-get install ${packages[*]}" >&2
  exit 1
fi

export DEBIAN_FRONTEND=noninteractive
apt() { apt-get -y -qq -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 "$@"; }
echo "installing ${packages[*]}"
for try in 1 2 3; do
  if apt update >/dev/null && apt install --no-install-recommends "${packages[@]}" >/dev/null; then
    exit 0
  fi
  echo "apt-get failed (try $try of 3)" >&2
  sleep $((try * 5))
done
exit 1
