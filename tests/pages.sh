#!/bin/bash
# Walks the pages for people in a real browser, without a script, on a phone and a desktop, light and dark, and by the
# keyboard alone; holds each to the rules of accessibility. Leaves pictures of them in target/pages.
set -euo pipefail
cd "$(dirname "$0")/.."
python=$PWD/target/tools/bin/python3
"$python" -c 'import playwright, axe_playwright_python' 2>/dev/null || { echo "the browser's driver is missing: run make tools"; exit 1; }

installed() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
if ! installed >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium fonts-dejavu-core
fi
if ! installed >/dev/null; then
    printf '\n*** NO CHROMIUM: the pages are not looked at; install it to have them walked. ***\n\n' >&2
    [ "${CI:-}" != true ] || exit 1
    exit 0
fi

tests/build.sh
folder=$(mktemp -d)
product=
cleanup() {
    [ -z "$product" ] || kill "$product" 2>/dev/null || true
    [ -z "$product" ] || wait "$product" 2>/dev/null || true
    rm -rf "$folder"
}
trap cleanup EXIT

env GUILDHALL_DATA_DIR="$folder/data" GUILDHALL_LOG=info GUILDHALL_DEMO=off GUILDHALL_SQLITE_DURABLE=off \
    GUILDHALL_HTTP_LISTEN=127.0.0.1:0 GUILDHALL_GRPC_LISTEN=127.0.0.1:0 GUILDHALL_OPS_LISTEN=127.0.0.1:0 \
    "${CARGO_TARGET_DIR:-target}/debug/guildhall" dev > "$folder/banner" 2> "$folder/log" &
product=$!
for _ in $(seq 600); do
    ! grep -q '"event":"ready"' "$folder/banner" || break
    kill -0 "$product" || break
    sleep 0.1
done
url=$(sed -nE 's/.*"http":"([^"]*)".*/\1/p' "$folder/banner" | tail -n 1)
[ -n "$url" ] || { cat "$folder/log"; echo "the product did not get ready"; exit 1; }

rm -rf target/pages
PYTHONDONTWRITEBYTECODE=1 timeout 300 "$python" tests/pages/walk.py "$url" "$(installed)" target/pages "$folder/secrets" \
    || { tail -n 20 "$folder/log"; echo "FAILED: the pages"; exit 1; }
if grep -qF -f "$folder/secrets" "$folder/log"; then echo "FAILED: the log holds a secret of a link"; exit 1; fi
echo "pages: every page works without a script and can be used by everybody"
