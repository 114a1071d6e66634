#!/bin/bash
# Builds, checks and tests the TypeScript client: against a product of its own, in Node and in Chromium. Needs Node 20 or newer and its
# registry; on a machine without, it says so and leaves it at that.
set -euo pipefail
cd "$(dirname "$0")/.."

major=$(node --version 2>/dev/null | sed -E 's/^v([0-9]+).*/\1/' || true)
if [ "${major:-0}" -lt 20 ] || ! command -v npm >/dev/null; then
    printf '\n*** NO NODE 20 OR NEWER: the TypeScript client is not tested; install it to have that. ***\n\n' >&2
    exit 0
fi

cargo build --quiet --bin guildhall
TEST_GUILDHALL=$(realpath "${CARGO_TARGET_DIR:-target}")/debug/guildhall
export TEST_GUILDHALL
cd libs/client-ts
npm ci --no-progress
npm test
npm run --silent size
npm run --silent check-package
echo "the TypeScript client: everything passed"
