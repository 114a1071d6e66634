#!/bin/sh
# Builds the programs that scripts start with the features that `make test` builds them with (those that tests need are among
# them), so that nothing is compiled twice.
set -eu
cd "$(dirname "$0")/.."
exec cargo build --quiet --bin guildhall --bin offline-verifier --test acceptance
