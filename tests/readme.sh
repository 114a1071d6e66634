#!/bin/bash
# Follows the README as a new user would: starts the product and runs its `sh test` blocks in order.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD

cargo build --quiet --bin guildhall --bin offline-verifier
folder=$(mktemp -d)
product=
cleanup() {
    [ -z "$product" ] || kill "$product" 2>/dev/null || true
    [ -z "$product" ] || wait "$product" 2>/dev/null || true
    rm -rf "$folder"
}
trap cleanup EXIT

GUILDHALL_DATA_DIR="$folder/data" GUILDHALL_LOG=warn "$root/target/debug/guildhall" dev > "$folder/banner" &
product=$!
for _ in $(seq 600); do
    grep -q '"event":"ready"' "$folder/banner" && break
    kill -0 "$product" || { echo "the product did not start"; exit 1; }
    sleep 0.1
done
cat "$folder/banner"

blocks='^```sh test$'
if [ -x "$root/target/tools/bin/grpcurl" ]; then
    export PATH="$root/target/tools/bin:$PATH"
    blocks='^```sh test( grpcurl)?$'
fi
awk -v begin="$blocks" '$0 ~ begin {inside=1; next} /^```$/ {inside=0} inside' README.md > "$folder/commands.sh"

# cargo must find the workspace while the files that the commands leave land in the folder.
export CARGO_TARGET_DIR="$root/target"
sed -i "s|cargo run -q|cargo run --manifest-path $root/Cargo.toml -q|" "$folder/commands.sh"
# A person reads the mail when it is there; so does this.
sed -i 's|^curl -s \(.*\)/dev/mail.json > mails.json|until curl -s \1/dev/mail.json \| tee mails.json \| grep -q alice@example.com; do sleep 0.1; done|' "$folder/commands.sh"
(cd "$folder" && bash -euo pipefail commands.sh) > "$folder/output" 2>&1 || { cat "$folder/output"; exit 1; }
cat "$folder/output"

for expected in '"slug":"umbrella"' '"is_personal":true' '"email_verified":true' '"valid":true'; do
    grep -q "$expected" "$folder/output" || { echo "the README's commands did not print $expected"; exit 1; }
done
if [ -x "$root/target/tools/bin/grpcurl" ]; then
    grep -q 'guildhall.identity.v1.AuthenticationService' "$folder/output"
    grep -q 'the caller becomes its owner' "$folder/output"
    grep -q '"slug": "umbrella"' "$folder/output"
fi
echo "the README's commands work"
