#!/bin/bash
# Follows the README as a new user would: starts the product, runs its `sh test` blocks in order, starts it
# again as five processes, and for real.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD

tests/build.sh
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
wait_until_ready() {
    for _ in $(seq 600); do
        ! grep -q '"event":"ready"' "$1" || return 0
        kill -0 "$product" || break
        sleep 0.1
    done
    echo "the product did not get ready"
    exit 1
}
wait_until_ready "$folder/banner"
cat "$folder/banner"

blocks='^```sh test$'
if [ -x "$root/target/tools/bin/grpcurl" ]; then
    export PATH="$root/target/tools/bin:$PATH"
    blocks='^```sh test( grpcurl)?$'
fi
awk -v begin="$blocks" '$0 ~ begin {inside=1; next} /^```$/ {inside=0} inside' README.md > "$folder/commands.sh"

# The commands run in a folder of their own, for the files that they leave, and what cargo would run is built.
sed -E -i "s#cargo run -q (-p|--bin) (guildhall|offline-verifier) --#$root/target/debug/\2#" "$folder/commands.sh"
# A person reads the mail when it is there; so does this.
sed -i 's|^curl -s \(.*\)/dev/mail.json > mails.json|until curl -s \1/dev/mail.json \| tee mails.json \| grep -q alice@example.com; do sleep 0.1; done|' "$folder/commands.sh"
(cd "$folder" && timeout 300 bash -euo pipefail commands.sh) > "$folder/output" 2>&1 || { cat "$folder/output"; exit 1; }
cat "$folder/output"

for expected in '"slug":"umbrella"' '"is_personal":true' '"email_verified":true' '"valid":true' '"balance":70'; do
    grep -q "$expected" "$folder/output" || { echo "the README's commands did not print $expected"; exit 1; }
done
if [ -x "$root/target/tools/bin/grpcurl" ]; then
    grep -q 'guildhall.identity.v1.AuthenticationService' "$folder/output"
    grep -q 'the caller becomes its owner' "$folder/output"
    grep -q '"slug": "umbrella"' "$folder/output"
fi

# The same as five processes, which takes Postgres.
kill "$product"
wait "$product"
GUILDHALL_LOG=warn tests/run-services.sh "$root/target/debug/guildhall" > "$folder/services" &
product=$!
wait_until_ready "$folder/services"
curl -s http://127.0.0.1:8080/api/v1/auth/login -H 'content-type: application/json' \
    -d '{"email":"owner@acme.test","password":"a-demo-password-for-nobody"}' > "$folder/login"
grep -q '"access_token"' "$folder/login" || { cat "$folder/login"; exit 1; }
kill "$product"
wait "$product" || [ $? -eq 130 ] || { echo "the five processes did not stop in order"; exit 1; }
product=

# Running it for real, with settings from a file and a secret from another.
head -c 32 /dev/urandom | base64 > "$folder/key"
cat > "$folder/guildhall.toml" <<SETTINGS
public_url = "http://127.0.0.1:8080"
mail = "smtp://127.0.0.1:25"
mail_from = "Guildhall <no-reply@example.com>"
data_dir = "$folder/served"
log = "warn"
SETTINGS
export GUILDHALL_ENCRYPTION_KEY_FILE=$folder/key
guildhall=("$root/target/debug/guildhall" --config "$folder/guildhall.toml")
"${guildhall[@]}" serve all &
product=$!
status_of() { curl -s -o /dev/null -w '%{http_code}' "$1" || true; }
readyz_becomes() {
    until [ "$(status_of http://127.0.0.1:9090/readyz)" = "$1" ]; do
        kill -0 "$product"
        sleep 0.1
    done
}
readyz_becomes 503
curl -s http://127.0.0.1:9090/readyz > "$folder/missing"
grep -q 'run `guildhall migrate up` first' "$folder/missing" || { cat "$folder/missing"; exit 1; }
"${guildhall[@]}" config check
"${guildhall[@]}" migrate up
"${guildhall[@]}" migrate verify
readyz_becomes 200
[ "$(status_of http://127.0.0.1:8080/openapi.json)" = 200 ] || { echo "the gateway does not answer"; exit 1; }
for page in /dev/mail /dev/mail.json /docs; do
    [ "$(status_of "http://127.0.0.1:8080$page")" = 404 ] || { echo "$page is for development alone"; exit 1; }
done
kill "$product"
wait "$product"
product=
echo "the README's commands work"
