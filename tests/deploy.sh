#!/bin/bash
# Checks deploy/: renders every overlay and combination of components, holds them to the rules of tests/deploy, and shows that each
# rule notices a fault; checks the image and the compose file; then starts the rendered pods on this machine, with a throw-away
# Postgres. No cluster and no container engine is needed.
#
#   tests/deploy.sh           everything
#   tests/deploy.sh static    without starting anything, so without the binary and Postgres
set -euo pipefail
cd "$(dirname "$0")/.."

suite=${1:-all}
case $suite in all | static) ;; *)
    echo "usage: tests/deploy.sh [all|static]" >&2
    exit 2
    ;;
esac
python=$PWD/target/tools/bin/python3
"$python" -c 'import kubernetes_validate, compose_spec, promql_parser' 2>/dev/null && [ -x target/tools/bin/kubectl ] ||
    { echo "kubectl, its schemas or a reader of PromQL are missing: run make tools"; exit 1; }

command -v jq >/dev/null || { echo "jq is missing, which the guide's pod is made with"; exit 1; }

export PYTHONDONTWRITEBYTECODE=1
modules=(test_manifests test_image test_guide test_truth)
if [ "$suite" = all ]; then
    tests/build.sh
    scratch=$(mktemp -d "${TMPDIR:-/tmp}/guildhall-deploy.XXXXXX")
    # The account that runs Postgres passes through it.
    chmod 711 "$scratch"
    trap 'sh tests/postgres.sh stop "$scratch/postgres" || true; rm -rf "$scratch"' EXIT
    if TEST_POSTGRES_URL=$(sh tests/postgres.sh start "$scratch/postgres"); then
        export TEST_POSTGRES_URL
        modules+=(test_start test_settings test_roles)
    else
        printf '\n*** NO POSTGRES: the pods are not started. ***\n\n' >&2
        [ "${CI:-}" != true ] || exit 1
    fi
    CARGO_TARGET_DIR=$(cd "${CARGO_TARGET_DIR:-target}" && pwd)
    export CARGO_TARGET_DIR
fi
(cd tests/deploy && timeout 900 "$python" -m unittest "${modules[@]}")
echo "deploy: every manifest keeps every rule, and every rule notices its faults"
