#!/bin/bash
# A real grpcurl with nothing but the address: lists, describes and calls every RPC of the product, and does what
# docs/grpcurl.md says, line by line.
#
#   tests/grpcurl.sh [path of the binary, else it is built]
#   tests/grpcurl.sh page    writes docs/grpcurl.md anew
set -euo pipefail
cd "$(dirname "$0")/.."
if [ "${1:-}" = page ]; then
    python3 tests/tools/grpcurl_page.py page > docs/grpcurl.md
    exit
fi
grpcurl=$PWD/target/tools/bin/grpcurl
[ -x "$grpcurl" ] || grpcurl=$(command -v grpcurl) || { echo "grpcurl is missing: run make tools"; exit 1; }
for program in curl jq; do command -v "$program" >/dev/null || { echo "$program is missing"; exit 1; }; done

binary=${1:-}
if [ -z "$binary" ]; then
    tests/build.sh
    binary=target/debug/guildhall
fi
folder=$(mktemp -d)
product=
cleanup() {
    [ -z "$product" ] || kill "$product" 2>/dev/null || true
    [ -z "$product" ] || wait "$product" 2>/dev/null || true
    rm -rf "$folder"
}
trap cleanup EXIT

secret=a-secret-that-services-show-each-other
password=a-demo-password-for-nobody
GUILDHALL_DATA_DIR="$folder/data" GUILDHALL_LOG=warn GUILDHALL_HTTP_LISTEN=127.0.0.1:0 GUILDHALL_GRPC_LISTEN=127.0.0.1:0 \
    GUILDHALL_OPS_LISTEN=127.0.0.1:0 GUILDHALL_ADMIN_EMAIL=admin@example.com GUILDHALL_ADMIN_PASSWORD=$password \
    GUILDHALL_SERVICE_SECRETS=$secret "$binary" dev > "$folder/banner" 2> "$folder/log" &
product=$!
for _ in $(seq 600); do
    grep -q '"event":"ready"' "$folder/banner" && break
    kill -0 "$product" || { cat "$folder/log"; echo "the product did not start"; exit 1; }
    sleep 0.1
done
address=$(sed -nE 's/.*"grpc":\{"[^"]*":"http:\/\/([^"]*)".*/\1/p' "$folder/banner" | tail -n 1)
call() { "$grpcurl" -plaintext -max-time 10 "$@"; }

passed=0
failed=0
check() {
    if "${@:2}"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $1"; fi
}

login="{\"email\":\"owner@acme.test\",\"password\":\"$password\"}"
call -d "$login" "$address" guildhall.identity.v1.AuthenticationService/Login > "$folder/login"
token=$(sed -nE 's/.*"accessToken": "([^"]+)".*/\1/p' "$folder/login")
check "sign in over gRPC" [ -n "$token" ]

has_comment() { call "$address" describe "$1" | grep -q '//'; }
# Answered: fine, or refused with one of our reasons in readable details.
is_answered() {
    call -H "authorization: Bearer $token" -d '{}' "$address" "$1" > "$folder/answer" 2>&1 && return 0
    if grep -q '"domain": "guildhall"\|"domain":"guildhall"' "$folder/answer"; then return 0; fi
    cat "$folder/answer"
    return 1
}
listed=$(call "$address" list | grep '^guildhall\.')
declared=$(cat proto/guildhall/*/v1/*.proto | grep -c '^service ')
check "list all $declared services" [ "$(echo "$listed" | wc -l)" -eq "$declared" ]
for service in $listed; do
    check "describe $service" has_comment "$service"
    for rpc in $(call "$address" list "$service"); do
        check "describe $rpc" has_comment "$rpc"
        check "call $rpc" is_answered "${rpc%.*}/${rpc##*.}"
    done
    check "health of $service" grep -q '"SERVING"' <(call -d "{\"service\":\"$service\"}" "$address" grpc.health.v1.Health/Check)
done
for service in identity organizations invitations billing-context gateway; do
    check "health of $service" grep -q '"SERVING"' <(call -d "{\"service\":\"$service\"}" "$address" grpc.health.v1.Health/Check)
done


# ── the page
check "docs/grpcurl.md is what the examples make: run tests/grpcurl.sh page" \
    diff --brief docs/grpcurl.md <(python3 tests/tools/grpcurl_page.py page)
for service in $listed; do call "$address" list "$service"; done | sed 's,\.\([^.]*\)$,/\1,' | sort > "$folder/rpcs"
check "every RPC has a line on the page, and there is no other" diff "$folder/rpcs" <(python3 tests/tools/grpcurl_page.py rpcs)
http=$(sed -nE 's/.*"http":"([^"]*)".*/\1/p' "$folder/banner" | tail -n 1)
python3 tests/tools/grpcurl_page.py script > "$folder/page.sh"
mkdir "$folder/bin"
ln -s "$grpcurl" "$folder/bin/grpcurl"
does_what_it_says() {
    env PATH="$folder/bin:$PATH" GRPC="$address" HTTP="${http%/}" SECRET=$secret PASSWORD=$password ANSWER="$folder/answer" \
        bash "$folder/page.sh"
}
check "every line of the page" does_what_it_says

echo "grpcurl: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
