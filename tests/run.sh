#!/usr/bin/env bash
# Runs the tests and prints one summary.
#
#   tests/run.sh [all|unit|acceptance]
#
# unit: every crate's own tests, on SQLite, and those with a database on Postgres too.
# acceptance: the whole product, {one process, five processes} x {SQLite, Postgres}; half of them with pools of one
# connection, on which whoever needs a second one waits for ever. Without Postgres those halves are left out, loudly; with
# CI=true that is a failure.
# The summary is also left in target/test-summary.txt.
set -euo pipefail

suite=${1:-all}
case $suite in all | unit | acceptance) ;; *)
    echo "usage: tests/run.sh [all|unit|acceptance]" >&2
    exit 2
    ;;
esac
cd "$(dirname "$0")/.."

with_database=(service-kit identity organizations invitations billing-context crossing guildhall)

# In the system's own folder: the account that runs Postgres must be able to reach it.
scratch=$(mktemp -d "${TMPDIR:-/tmp}/guildhall-tests.XXXXXX")
chmod 711 "$scratch"
clean_up() {
    tests/postgres.sh stop "$scratch/postgres" || true
    rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# What tests leave in temporary folders goes with the scratch folder.
mkdir "$scratch/tmp"
export TMPDIR=$scratch/tmp

lines=()
passed=0
failed=0
failed_phases=0
skipped_phases=0

have_nextest=false
if cargo nextest --version >/dev/null 2>&1; then have_nextest=true; fi

# run_tests "the packages, as a nextest filter" "the same for cargo test"
run_tests() {
    if $have_nextest; then
        local profile=default
        if [ "${CI:-}" = true ]; then profile=ci; fi
        # Always the whole workspace, filtered: a build of single packages would compile them anew.
        cargo nextest run --workspace --profile "$profile" -E "$1"
    else
        # shellcheck disable=SC2086 # a list of options
        cargo test --no-fail-fast $2
    fi
}

# The numbers of passed and failed tests in a log, whichever runner wrote it.
count() {
    sed $'s/\e\\[[0-9;]*m//g' "$1" | awk '
        /^ *Summary \[/ {
            for (i = 2; i <= NF; i++) {
                if ($i ~ /^passed/) passed += $(i - 1)
                if ($i ~ /^(failed|timed)/) failed += $(i - 1)
            }
        }
        /^test result:/ {
            for (i = 2; i <= NF; i++) {
                if ($i ~ /^passed/) passed += $(i - 1)
                if ($i ~ /^failed/) failed += $(i - 1)
            }
        }
        END { print passed + 0, failed + 0 }'
}

# phase "title" command...
phase() {
    local title=$1 log=$scratch/phase.log began=$SECONDS verdict=ok ok_count failed_count
    shift
    printf '\n── %s\n' "$title"
    if ! "$@" 2>&1 | tee "$log"; then
        verdict=FAILED
        failed_phases=$((failed_phases + 1))
        # The last words of products that were there when something failed.
        sed $'s/\e\\[[0-9;]*m//g' "$log" | grep --after-context 400 'has logged:$' | grep '^{.*"level":"\(WARN\|ERROR\)"' \
            | cut -c 1-600 | tail -n 30 >>"$scratch/warnings" || true
        # Where each failed and why, in few words: of long logs only the end is read.
        printf '\n%s\n' "$title" >>"$scratch/reasons"
        sed $'s/\e\\[[0-9;]*m//g' "$log" | grep --after-context 3 'panicked at' | grep -v '^note: run with\|^--$\|^$' \
            | cut -c 1-240 | head -n 40 >>"$scratch/reasons" || true
    fi
    read -r ok_count failed_count < <(count "$log")
    passed=$((passed + ok_count))
    failed=$((failed + failed_count))
    lines+=("$(printf '%-7s %5d passed %4d failed %5ds  %s' \
        "$verdict" "$ok_count" "$failed_count" $((SECONDS - began)) "$title")")
}

skip() {
    skipped_phases=$((skipped_phases + 1))
    lines+=("$(printf '%-7s %37s%s' 'LEFT OUT' '' "$1")")
}

unit_tests() {
    local filter='' packages='' package
    TEST_DATABASE=sqlite phase 'every crate, SQLite' run_tests 'not package(acceptance)' '--workspace --exclude acceptance --lib --bins --tests'
    phase 'examples in the documentation' cargo test --workspace --doc

    for package in "${with_database[@]}"; do
        filter+="${filter:+ | }package($package)"
        packages+=" -p $package"
    done
    if [ -n "$postgres_url" ]; then
        TEST_DATABASE=postgres TEST_POSTGRES_URL=$postgres_url phase 'crates with a database, Postgres' run_tests "$filter" "$packages --lib --tests"
    else
        skip 'crates with a database, Postgres'
    fi
}

# acceptance_tests one|five sqlite|postgres [pool size]
acceptance_tests() {
    local title="the whole product, topology $1, $2${3:+, pools of $3 connection}"
    if [ "$2" = postgres ] && [ -z "$postgres_url" ]; then
        skip "$title"
        return
    fi
    local skipped=()
    if [ -n "${3:-}" ]; then
        export TEST_POOL_SIZE=$3
        # Where a call can die has nothing to do with pools, and dying everywhere takes longer than all the rest.
        skipped=(--skip crossing::)
    fi
    # In one process, so that the tests share one running product; a process per test would start it each time.
    TEST_TOPOLOGY=$1 TEST_DATABASE=$2 TEST_POSTGRES_URL=$postgres_url phase "$title" \
        cargo test --workspace --test acceptance -- --test-threads 4 "${skipped[@]}"
    unset TEST_POOL_SIZE
}

postgres_url=
if ! postgres_url=$(tests/postgres.sh start "$scratch/postgres"); then
    postgres_url=
    printf '\n*** NO POSTGRES: only SQLite is tested. ***\n\n' >&2
    [ "${CI:-}" != true ] || exit 1
fi

$have_nextest || echo "cargo-nextest is not installed: using cargo test, which is slower and hides nothing" >&2
# Everything at once: the acceptance tests start the binary that this makes.
cargo build --workspace --all-targets

if [ "$suite" != acceptance ]; then
    unit_tests
fi
if [ "$suite" != unit ]; then
    # Either topology and either database has its turn with usual pools and with the smallest.
    acceptance_tests one sqlite
    acceptance_tests one postgres 1
    acceptance_tests five sqlite 1
    acceptance_tests five postgres
fi

mkdir -p target
{
    printf '%s\n' "${lines[@]}"
    printf '\n%d passed, %d failed\n' "$passed" "$failed"
    if [ "$skipped_phases" -gt 0 ]; then
        echo "*** NO POSTGRES: $skipped_phases of the runs above were left out; install Postgres to have them. ***"
    fi
} >target/test-summary.txt
if [ "$failed_phases" -gt 0 ]; then
    printf '\n── what products said that were there\n'
    cat "$scratch/warnings"
    printf '\n── what failed\n'
    cat "$scratch/reasons"
fi
printf '\n── summary\n'
cat target/test-summary.txt
[ "$failed_phases" -eq 0 ]
