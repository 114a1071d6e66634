#!/bin/bash
# What a process costs that has nothing to do: how long from its start until it is ready, and how much memory it holds then. Of `dev`
# and of each service alone, with the program of the image where it is built, else the release build, else the debug build, which
# says little.
#
#   tests/footprint.sh [path of the binary]
set -euo pipefail
cd "$(dirname "$0")/.."
root=${CARGO_TARGET_DIR:-target}
binary=${1:-}
if [ -z "$binary" ]; then
    binary=$root/image/guildhall
    [ -x "$binary" ] || binary=$root/release/guildhall
    [ -x "$binary" ] || binary=$root/debug/guildhall
fi
[ -x "$binary" ] || { echo "there is no binary: run cargo build --profile image --bin guildhall"; exit 1; }

# Starts of which the fastest and the middle one are told: the first one reads the binary from the disk.
rounds=5
# Seconds after which what was needed to start has been given back.
idle=3
folder=$(mktemp -d)
declare -a processes=()
stop_all() {
    for process in "${processes[@]}"; do kill "$process" 2>/dev/null || true; done
    for process in "${processes[@]}"; do wait "$process" 2>/dev/null || true; done
    processes=()
}
cleanup() {
    stop_all
    rm -rf "$folder"
}
trap cleanup EXIT

# Free ports in a row, chosen once.
base=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 10000))
services=(identity organizations invitations billing-context gateway)
declare -A number=()
for index in "${!services[@]}"; do number[${services[index]}]=$index; done
declare -a common=(
    GUILDHALL_ENVIRONMENT=dev GUILDHALL_DEMO=off GUILDHALL_LOG=error GUILDHALL_DATA_DIR="$folder/data"
    GUILDHALL_PUBLIC_URL=https://footprint.test
)
for service in identity organizations invitations billing-context; do
    name=$(echo "$service" | tr 'a-z-' 'A-Z_')
    common+=("GUILDHALL_UPSTREAM_$name=http://127.0.0.1:$((base + 10 + ${number[$service]}))")
done
# own_ports NUMBER
own_ports() {
    echo "GUILDHALL_HTTP_LISTEN=127.0.0.1:$((base + 30)) GUILDHALL_GRPC_LISTEN=127.0.0.1:$((base + 10 + $1))" \
        "GUILDHALL_OPS_LISTEN=127.0.0.1:$((base + 20 + $1))"
}
now_ms() { date +%s%3N; }
# start NUMBER arguments...: begins a process
start() {
    # shellcheck disable=SC2046 # a list of settings
    env "${common[@]}" $(own_ports "$1") "$binary" "${@:2}" > "$folder/log" 2>&1 &
    processes+=($!)
}
# until_ready NUMBER
until_ready() {
    local tries=0
    until "$binary" healthcheck "http://127.0.0.1:$((base + 20 + $1))/readyz" 2>/dev/null; do
        tries=$((tries + 1))
        [ "$tries" -lt 3000 ] || { cat "$folder/log"; echo "it does not get ready"; exit 1; }
        sleep 0.01
    done
}
# resident PID: MiB that are its own or shared with nobody else here
resident() { awk '/^Rss:/ { kib += $2 } END { printf "%.1f", kib / 1024 }' "/proc/$1/smaps_rollup"; }
middle() { printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"; }
least() { printf '%s\n' "$@" | sort -n | head -n 1; }

# measure "title" NUMBER arguments...
measure() {
    local title=$1 of=$2 times=() memory=() began process
    for _ in $(seq "$rounds"); do
        began=$(now_ms)
        start "$of" "${@:3}"
        process=${processes[-1]}
        until_ready "$of"
        times+=($(($(now_ms) - began)))
        sleep "$idle"
        memory+=("$(resident "$process")")
        kill "$process"
        wait "$process" || true
        unset 'processes[-1]'
    done
    printf '%-24s ready after %5s ms (fastest %5s)   %6s MiB resident\n' "$title" "$(middle "${times[@]}")" \
        "$(least "${times[@]}")" "$(middle "${memory[@]}")"
}

kind=debug
case $binary in */image/*) kind=image ;; */release/*) kind=release ;; esac
echo "$binary ($kind build), $(nproc) processors, load $(cut -d ' ' -f 1 /proc/loadavg), SQLite, no demo data"
measure 'dev, everything in one' 0 dev
env "${common[@]}" "$binary" migrate > "$folder/log" 2>&1
# Each alone, with the others beside it: nobody is ready without identity's keys.
for service in "${services[@]}"; do
    for other in "${services[@]}"; do
        [ "$other" = "$service" ] || start "${number[$other]}" serve "$other"
    done
    measure "serve $service" "${number[$service]}" serve "$service"
    stop_all
done
