#!/bin/sh
# Starts the product as five processes on a throw-away Postgres, until interrupted.
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
trap 'exit 130' INT TERM

url=$(sh tests/postgres.sh start "$folder/postgres")
cargo build --bin guildhall
GUILDHALL_DATABASE_URL="$url/" GUILDHALL_DATA_DIR="$folder/data" target/debug/guildhall dev --as-services
