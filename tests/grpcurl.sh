#!/bin/bash
# A real grpcurl with nothing but the address: lists, describes and calls every RPC of the product.
set -euo pipefail
cd "$(dirname "$0")/.."
grpcurl=$PWD/target/tools/bin/grpcurl
[ -x "$grpcurl" ] || { echo "grpcurl is missing: run make tools"; exit 1; }

cargo build --quiet --bin guildhall
folder=$(mktemp -d)
product=
cleanup() {
    [ -z "$product" ] || kill "$product" 2>/dev/null || true
    [ -z "$product" ] || wait "$product" 2>/dev/null || true
    rm -rf "$folder"
}
trap cleanup EXIT

GUILDHALL_DATA_DIR="$folder/data" GUILDHALL_LOG=warn GUILDHALL_HTTP_LISTEN=127.0.0.1:0 GUILDHALL_GRPC_LISTEN=127.0.0.1:0 \
    GUILDHALL_OPS_LISTEN=127.0.0.1:0 target/debug/guildhall dev > "$folder/banner" &
product=$!
for _ in $(seq 600); do
    grep -q '"event":"ready"' "$folder/banner" && break
    kill -0 "$product" || { echo "the product did not start"; exit 1; }
    sleep 0.1
done
address=$(sed -nE 's/.*"grpc":\{"[^"]*":"http:\/\/([^"]*)".*/\1/p' "$folder/banner" | tail -n 1)
call() { "$grpcurl" -plaintext -max-time 10 "$@"; }

passed=0
failed=0
check() {
    if "${@:2}"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $1"; fi
}

login='{"email":"owner@acme.test","password":"a-demo-password-for-nobody"}'
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

echo "grpcurl: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
