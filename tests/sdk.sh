#!/bin/bash
# Builds, checks and tests the TypeScript client: against a product of its own, in Node and in Chromium. Needs Node 20 or newer and its
# registry; on a machine without, it says so and leaves it at that, though not having the registry is a failure in CI (CI=true). What is
# skipped, as the pages are without a Chromium, is named at the end.
set -euo pipefail
cd "$(dirname "$0")/.."

loudly() {
    printf '\n*** %s ***\n\n' "$1" >&2
}

major=$(node --version 2>/dev/null | sed -E 's/^v([0-9]+).*/\1/' || true)
if [ "${major:-0}" -lt 20 ] || ! command -v npm >/dev/null; then
    loudly 'NO NODE 20 OR NEWER: the TypeScript client is not tested; install it to have that.'
    exit 0
fi

tests/build.sh
TEST_GUILDHALL=$(realpath "${CARGO_TARGET_DIR:-target}")/debug/guildhall
export TEST_GUILDHALL
cd libs/client-ts
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! npm ci --no-progress 2>&1 | tee "$log"; then
    if grep -qE 'ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH' "$log"; then
        loudly "THE PACKAGE REGISTRY CAN'T BE REACHED: the TypeScript client is not tested; connect to it to have that."
        if [ "${CI:-}" != true ]; then exit 0; fi
    fi
    exit 1
fi
npm test 2>&1 | tee "$log"
skipped=$(grep -E '# SKIP|^ *﹣' "$log" || true)
# Tests use the client as it is built, so its types are there only now.
npm run --silent lint
npm run --silent size
npm run --silent check-package
if [ -n "$skipped" ]; then
    loudly "SKIPPED of the TypeScript client"
    printf '%s\n\n' "$skipped" >&2
    echo "the TypeScript client: everything passed but what was skipped"
else
    echo "the TypeScript client: everything passed"
fi
