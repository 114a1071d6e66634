#!/bin/sh
# A throw-away Postgres cluster for tests.
#
#   tests/postgres.sh start DIR   makes and starts a cluster in DIR; the last line on stdout is its URL,
#                                 which ends without a database name
#   tests/postgres.sh stop DIR    stops it and removes what start made; harmless when nothing runs
#
# It trusts everybody on this machine and may lose data when the machine stops: for tests alone.
# Where Postgres is missing, start installs it with apt if it may: as root, with CI=true or
# GUILDHALL_TEST_INSTALL=1.
set -eu

say() {
    printf '%s\n' "tests/postgres.sh: $*" >&2
}

fail() {
    say "$*"
    exit 1
}

# The folder of the server's programs: the one in PATH, else the newest that packages install.
find_programs() {
    if command -v initdb >/dev/null 2>&1 && command -v pg_ctl >/dev/null 2>&1; then
        dirname "$(command -v initdb)"
        return
    fi
    for candidate in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql@*/bin; do
        if [ -x "$candidate/initdb" ] && [ -x "$candidate/pg_ctl" ]; then
            version=$(printf '%s' "$candidate" | tr -c '0-9\n' ' ')
            printf '%s\t%s\n' "$version" "$candidate"
        fi
    done | sort -n | tail -n 1 | cut -f 2
}

may_install() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 &&
        { [ "${CI:-}" = true ] || [ "${GUILDHALL_TEST_INSTALL:-}" = 1 ]; }
}

require_programs() {
    programs=$(find_programs)
    if [ -z "$programs" ] && may_install; then
        say "Postgres is not installed; installing it with apt"
        # Only the programs are wanted, not a server of the system's own.
        mkdir -p /etc/postgresql-common
        [ -e /etc/postgresql-common/createcluster.conf ] ||
            echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
        {
            apt-get update &&
                DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
                    -o Dpkg::Options::=--force-confold postgresql
        } >&2 </dev/null || fail "apt could not install Postgres; see above"
        programs=$(find_programs)
    fi
    [ -n "$programs" ] || fail "Postgres is not installed: install the package 'postgresql' (any version from 14 on)," \
        "or put the folder with initdb and pg_ctl into PATH."
}

# Postgres refuses to run as root.
choose_account() {
    account=
    if [ "$(id -u)" = 0 ]; then
        account=nobody
        if id postgres >/dev/null 2>&1; then account=postgres; fi
    fi
}

as_account() {
    if [ -z "$account" ]; then
        "$@"
    elif command -v runuser >/dev/null 2>&1; then
        runuser -u "$account" -- "$@"
    else
        # shellcheck disable=SC2016 # the inner shell expands them
        su -s /bin/sh "$account" -c '"$0" "$@"' -- "$@"
    fi
}

is_running() {
    [ -d "$cluster" ] && as_account "$programs/pg_ctl" status -D "$cluster" >/dev/null 2>&1
}

random_port() {
    # Below the range from which the system hands out ports by itself.
    echo $((15000 + $(od -An -N2 -tu2 /dev/urandom | tr -d ' ') % 17000))
}

start() {
    require_programs
    choose_account
    mkdir -p "$folder"
    if [ -n "$account" ]; then chown "$account" "$folder"; fi
    cd "$folder"
    folder=$(pwd)
    cluster=$folder/cluster
    as_account test -w "$folder" ||
        fail "the account '$account', which runs Postgres, cannot reach $folder: choose a folder that others may enter."

    if is_running; then
        cat "$folder/url"
        return
    fi
    # What a machine that went down has left behind.
    rm -rf "$cluster"
    as_account "$programs/initdb" --pgdata="$cluster" --username=guildhall --auth=trust --encoding=UTF8 \
        --locale=C --no-sync >"$folder/log" 2>&1 || show_log_and_fail "initdb failed"
    as_account tee -a "$cluster/postgresql.conf" >/dev/null <<SETTINGS
listen_addresses = '127.0.0.1'
unix_socket_directories = '$folder'
max_connections = 400
shared_buffers = 64MB
fsync = off
full_page_writes = off
synchronous_commit = off
autovacuum = off
max_parallel_workers_per_gather = 0
jit = off
SETTINGS

    attempts=20
    while :; do
        port=$(random_port)
        if as_account "$programs/pg_ctl" start -w -t 60 -D "$cluster" -l "$cluster/server.log" -o "-p $port" \
            >>"$folder/log" 2>&1; then
            break
        fi
        cat "$cluster/server.log" >>"$folder/log" 2>/dev/null || true
        # A port that is taken is the one failure that another attempt mends.
        if ! grep -q 'Address already in use' "$cluster/server.log" || [ "$attempts" -le 1 ]; then
            show_log_and_fail "the server did not start"
        fi
        : >"$cluster/server.log"
        attempts=$((attempts - 1))
    done
    echo "postgres://guildhall@127.0.0.1:$port" >"$folder/url"
    cat "$folder/url"
}

show_log_and_fail() {
    tail -n 30 "$folder/log" >&2
    fail "$*"
}

stop() {
    [ -d "$folder" ] || return 0
    cd "$folder"
    folder=$(pwd)
    cluster=$folder/cluster
    if [ -d "$cluster" ]; then
        programs=$(find_programs)
        choose_account
        if [ -n "$programs" ] && is_running; then
            as_account "$programs/pg_ctl" stop -w -m immediate -D "$cluster" >/dev/null ||
                fail "the server in $folder did not stop"
        fi
    fi
    rm -rf "$cluster" "$folder/log" "$folder/url"
    cd /
    rmdir "$folder" 2>/dev/null || true
}

if [ $# -ne 2 ] || [ -z "$2" ]; then
    fail "usage: tests/postgres.sh start|stop DIR"
fi
folder=$2
case $1 in
start) start ;;
stop) stop ;;
*) fail "usage: tests/postgres.sh start|stop DIR" ;;
esac
