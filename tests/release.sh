#!/usr/bin/env bash
# Shows that a release build has nothing of what lets tests stop a process at a chosen place or move its clock: neither a
# word of it in the binary nor the settings. The build takes minutes.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build --quiet --bin guildhall
cargo build --quiet --release --bin guildhall
folder=${CARGO_TARGET_DIR:-target}
debug=$folder/debug/guildhall
release=$folder/release/guildhall

for word in fail_point FailPoint clock_ahead 'dies here because a test'; do
    # Looked for in the other build as well, lest a word that has changed be missed for ever.
    if ! grep --quiet --text --fixed-strings "$word" "$debug"; then
        echo "release: nothing in a debug build says '$word' any more; look for another word" >&2
        exit 1
    fi
    if grep --quiet --text --fixed-strings "$word" "$release"; then
        echo "release: the release build says '$word'" >&2
        exit 1
    fi
done

for setting in GUILDHALL_FAIL_POINT=AddMember/commit:abort GUILDHALL_CLOCK_AHEAD_SECONDS=1; do
    if said=$(env -i "$setting" "$release" dev 2>&1); then
        echo "release: ${setting%%=*} is accepted" >&2
        exit 1
    fi
    case $said in
    *"unknown setting ${setting%%=*}"*) ;;
    *)
        echo "release: ${setting%%=*} is refused otherwise than as an unknown setting: $said" >&2
        exit 1
        ;;
    esac
done
echo "release: nothing of it is there"
