#!/usr/bin/env bash
# Measures what verifying a token costs, what idle processes need, how soon a thousand verifiers refuse what was taken away,
# and how answers slow down as data grows, on SQLite and on a throw-away Postgres; fails when something is beyond its bound.
# Takes minutes and a few gigabytes, so it is no part of the tests.
set -euo pipefail
cd "$(dirname "$0")/.."

# In the system's own folder: the account that runs Postgres must be able to reach it.
scratch=$(mktemp -d "${TMPDIR:-/tmp}/guildhall-bench.XXXXXX")
chmod 711 "$scratch"
clean_up() {
    tests/postgres.sh stop "$scratch/postgres" || true
    rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir "$scratch/tmp"
export TMPDIR=$scratch/tmp

measure() { cargo run --quiet --release --package bench; }

failed=false
printf '\n── Tokens\n'
cargo run --quiet --release --package token-bench || failed=true
cargo build --quiet --release --package guildhall
printf '\n── Start and memory\n'
tests/footprint.sh
printf '\n── The feed of revocations\n'
cargo run --quiet --release --package feed-bench || failed=true
printf '\n── SQLite\n'
TEST_DATABASE=sqlite measure || failed=true
printf '\n── Postgres\n'
postgres_url=$(tests/postgres.sh start "$scratch/postgres")
TEST_DATABASE=postgres TEST_POSTGRES_URL=$postgres_url measure || failed=true

if $failed; then
    echo "something is beyond its bound; see above"
    exit 1
fi
