#!/bin/sh
# Starts the product as five processes on a throw-away Postgres, until interrupted.
#
#   tests/run-services.sh [BINARY]    without one, it is built
set -eu
cd "$(dirname "$0")/.."

folder=$(mktemp -d)
# The account that runs Postgres passes through it.
chmod 711 "$folder"
cleanup() {
    sh tests/postgres.sh stop "$folder/postgres" || true
    rm -rf "$folder"
}
trap cleanup EXIT
product=
stop() {
    # In order: the services first, then the database under them.
    [ -z "$product" ] || { kill "$product" 2>/dev/null; wait "$product"; } || true
    exit 130
}
trap stop INT TERM

url=$(sh tests/postgres.sh start "$folder/postgres")
binary=${1:-}
if [ -z "$binary" ]; then
    cargo build --bin guildhall
    binary=target/debug/guildhall
fi
# Beside this shell, which could not hear a signal while it runs something itself.
GUILDHALL_DATABASE_URL="$url/" GUILDHALL_DATA_DIR="$folder/data" "$binary" dev --as-services &
product=$!
wait "$product"
