#!/bin/bash
# Five processes, each on a network of its own, and a cable between gateway and organizations that is pulled: who needs
# nothing of it goes on, who does is told in time, and when it is plugged in again nobody has to be restarted. Where the system
# can, the same over a slow network that loses packets.
#
#   tests/netns.sh [path of the binary, else it is built]
#
# Everything happens in network namespaces that are made here and removed at the end. Needs root and iproute2; where that is not
# to be had the script says so, loudly, and ends well, or badly with NETNS_REQUIRED=1. Where namespaces and
# bridges can be made, whatever fails later is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

leave_out() {
    echo "*** NOT TESTED: $* ***" >&2
    [ "${NETNS_REQUIRED:-}" != 1 ] || exit 1
    exit 0
}
[ "$(id -u)" = 0 ] || leave_out "network namespaces need root"
for program in ip curl jq; do command -v "$program" >/dev/null || leave_out "$program is missing"; done

prefix=gh$$
lan=$prefix-lan
services=(identity organizations invitations billing-context gateway)
folder=$(mktemp -d)
declare -A process=()
cleanup() {
    for service in "${!process[@]}"; do kill "${process[$service]}" 2>/dev/null || true; done
    for service in "${!process[@]}"; do wait "${process[$service]}" 2>/dev/null || true; done
    for name in "${services[@]}" client; do ip netns delete "$prefix-$name" 2>/dev/null || true; done
    ip netns delete "$lan" 2>/dev/null || true
    rm -rf "$folder"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
    echo "FAILED: $*"
    tail -n 40 "$folder"/*.log
    exit 1
}
# until_true "what is waited for" command...
until_true() {
    for _ in $(seq 600); do
        if "${@:2}"; then return 0; fi
        sleep 0.1
    done
    fail "$1"
}

# ── the networks: one bridge, and a cable from it into each namespace
ip netns add "$lan" 2>/dev/null || leave_out "network namespaces are not permitted here"
in_lan() { ip netns exec "$lan" "$@"; }
in_lan ip link add bridge type bridge || leave_out "there are no bridges here"
in_lan ip link set bridge up
declare -A address=()
number=1
for name in "${services[@]}" client; do
    namespace=$prefix-$name
    number=$((number + 1))
    address[$name]=10.0.0.$number
    ip netns add "$namespace"
    in_lan ip link add "port$number" type veth peer name eth0 netns "$namespace"
    in_lan ip link set "port$number" master bridge up
    ip -netns "$namespace" address add "${address[$name]}/24" dev eth0
    ip -netns "$namespace" link set lo up
    ip -netns "$namespace" link set eth0 up
done

# What one sends to the other goes to nobody from now on: no error, no answer.
lose() { ip -netns "$prefix-$1" neighbour replace "${address[$2]}" lladdr 02:00:00:00:00:fe nud permanent dev eth0; }
find_again() { ip -netns "$prefix-$1" neighbour delete "${address[$2]}" dev eth0; }
cut_cable() { lose "$1" "$2"; lose "$2" "$1"; }
mend_cable() { find_again "$1" "$2"; find_again "$2" "$1"; }

# ── the product
binary=${1:-}
if [ -z "$binary" ]; then
    tests/build.sh
    binary=${CARGO_TARGET_DIR:-target}/debug/guildhall
fi
declare -a settings=(
    GUILDHALL_DATA_DIR="$folder/data"
    GUILDHALL_ENCRYPTION_KEY="$(head -c 32 /dev/urandom | base64)"
    GUILDHALL_PUBLIC_URL="http://${address[gateway]}:8080"
    GUILDHALL_MAIL=smtp://127.0.0.1:2525
    GUILDHALL_MAIL_FROM='Guildhall <no-reply@guildhall.test>'
    GUILDHALL_SHUTDOWN_DELAY_SECONDS=0
    GUILDHALL_LOG=warn
)
for service in identity organizations invitations billing-context; do
    name=$(echo "$service" | tr 'a-z-' 'A-Z_')
    settings+=("GUILDHALL_UPSTREAM_$name=http://${address[$service]}:50051")
done
env "${settings[@]}" "$binary" migrate > "$folder/migrate.log" 2>&1 || fail "migrate"
start() {
    local own=${address[$1]}
    ip netns exec "$prefix-$1" env "${settings[@]}" GUILDHALL_HTTP_LISTEN="$own:8080" GUILDHALL_GRPC_LISTEN="$own:50051" \
        GUILDHALL_OPS_LISTEN="$own:9090" "$binary" serve "$1" > "$folder/$1.log" 2>&1 &
    process[$1]=$!
}
for service in "${services[@]}"; do start "$service"; done

by_client() { ip netns exec "$prefix-client" curl --silent --max-time 30 "$@"; }
api=http://${address[gateway]}:8080
is_ready() { by_client --fail --output /dev/null "http://${address[$1]}:9090/readyz"; }
for service in "${services[@]}"; do until_true "$service is ready" is_ready "$service"; done

token=
# ask METHOD PATH [BODY]: its status and the seconds it took in $status and $took, the body in $folder/answer
ask() {
    local answer
    answer=$(by_client --request "$1" "$api$2" --output "$folder/answer" --write-out '%{http_code} %{time_total}' \
        --dump-header "$folder/head" ${token:+-H "authorization: Bearer $token"} \
        ${3:+-H 'content-type: application/json' --data "$3"}) || true
    read -r status took <<< "$answer"
}
# expect STATUS METHOD PATH [BODY]
expect() {
    ask "${@:2}"
    [ "$status" = "$1" ] || fail "$2 $3 answered $status instead of $1: $(cat "$folder/answer")"
}
person='{"email":"alice@example.com","password":"seven violet otters carry lanterns"}'
signs_up() { ask POST /api/v1/auth/register "$person"; [ "$status" = 201 ]; }
until_true "somebody can sign up" signs_up
token=$(jq -r .tokens.access_token "$folder/answer")
expect 201 POST /api/v1/me/orgs '{"name":"Acme"}'
team=$(jq -r .id "$folder/answer")
expect 200 GET "/api/v1/orgs/$team"

echo "── gateway and organizations cannot reach each other"
cut_cable gateway organizations
# told_in_time METHOD PATH [BODY]: 503 with a time to come again, before a call's own time is over
told_in_time() {
    ask "$@"
    [ "$status" = 503 ] || fail "$1 $2 answered $status instead of 503: $(cat "$folder/answer")"
    grep -qi '^retry-after: [0-9]' "$folder/head" || fail "$1 $2 does not say when to come again"
    awk "BEGIN { exit !($took < 15) }" || fail "$1 $2 took $took s"
    echo "   503 after $took s: $1 $2"
}
told_in_time POST /api/v1/me/orgs '{"name":"Made while cut off"}'
told_in_time GET /api/v1/me/orgs
told_in_time GET "/api/v1/orgs/$team"
told_in_time PUT "/api/v1/orgs/$team" '{"name":"Renamed while cut off"}'
# Who needs nothing that only organizations has goes on, and so does who is asked by another service that reaches it.
for path in /api/v1/auth/me /api/v1/auth/session /api/v1/auth/sessions /api/v1/me/invitations /api/v1/billing/plans \
    /api/v1/billing/balance "/api/v1/orgs/$team/invitations" /.well-known/jwks.json; do
    expect 200 GET "$path"
    awk "BEGIN { exit !($took < 5) }" || fail "$path took $took s"
    echo "   goes on: GET $path"
done
expect 200 POST /api/v1/auth/login "$person"
echo "   goes on: POST /api/v1/auth/login"
for service in "${services[@]}"; do is_ready "$service" || fail "$service is not ready because of somebody else"; done

echo "── they can again"
mend_cable gateway organizations
began=$SECONDS
made() { ask POST /api/v1/me/orgs '{"name":"Made afterwards"}'; [ "$status" = 201 ]; }
until_true "what was refused succeeds" made
echo "   recovered within $((SECONDS - began)) s"
expect 200 GET /api/v1/me/orgs
[ "$(jq '[.organizations[].organization.name] | map(select(. == "Acme")) | length' "$folder/answer")" = 1 ] || fail "Acme is gone"

slow() {
    for service in "${services[@]}"; do
        ip netns exec "$prefix-$service" tc qdisc add dev eth0 root netem delay 40ms 10ms loss 1% 2>/dev/null || return 1
    done
}
if command -v tc >/dev/null && slow; then
    echo "── 40 ms away from each other, one packet in a hundred lost"
    for round in $(seq 30); do
        expect 200 GET /api/v1/me/orgs
        expect 200 GET /api/v1/auth/me
        [ $((round % 10)) -ne 0 ] || expect 201 POST /api/v1/me/orgs "{\"name\":\"Slow $round\"}"
    done
else
    echo "*** NOT TESTED: delay and loss, as this system has no netem ***"
fi
echo "netns: passed"
