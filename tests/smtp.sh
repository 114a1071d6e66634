#!/bin/bash
# Mail for real: the product sends through a mail server of its own, encrypted and with a password, and nothing is
# lost while that server is away.
set -euo pipefail
cd "$(dirname "$0")/.."
python=$PWD/target/tools/bin/python3
"$python" -c 'import aiosmtpd, trustme' 2>/dev/null || { echo "the mail server is missing: run make tools"; exit 1; }

tests/build.sh
folder=$(mktemp -d)
product=
server=
cleanup() {
    for process in $product $server; do
        kill "$process" 2>/dev/null || true
        wait "$process" 2>/dev/null || true
    done
    rm -rf "$folder"
}
trap cleanup EXIT

fail() {
    echo "FAILED: $*"
    cat "$folder/log"
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

"$python" tests/tools/mail_server.py certificates "$folder"
# start_server [its ports]
start_server() {
    rm -f "$folder/ports"
    "$python" tests/tools/mail_server.py serve "$folder" "$@" 2>> "$folder/log" &
    server=$!
    until_true "the mail server listens" [ -s "$folder/ports" ]
    read -r submission submissions < "$folder/ports"
}
stop() {
    kill "$1"
    wait "$1" || true
}

# start_product "the mail server's URL" [settings...]
start_product() {
    env GUILDHALL_DATA_DIR="$folder/data" GUILDHALL_LOG=warn GUILDHALL_DEMO=off GUILDHALL_HTTP_LISTEN=127.0.0.1:0 \
        GUILDHALL_GRPC_LISTEN=127.0.0.1:0 GUILDHALL_OPS_LISTEN=127.0.0.1:0 GUILDHALL_PUBLIC_URL=https://guildhall.test \
        GUILDHALL_MAIL_FROM='Guildhall <no-reply@guildhall.test>' GUILDHALL_MAIL="$1" "${@:2}" \
        target/debug/guildhall dev > "$folder/banner" 2>> "$folder/log" &
    product=$!
    until_true "the product is ready" grep -q '"event":"ready"' "$folder/banner"
    api=$(sed -nE 's/.*"http":"([^"]*)".*/\1/p' "$folder/banner" | tail -n 1)/api/v1
}
post() { curl -s "$api/$1" -H 'content-type: application/json' -d "$2"; }
register() { post auth/register "{\"email\":\"$1\",\"password\":\"a long phrase of mine\"}" > "$folder/$1"; }
mails_to() { { grep -l "^To: $1" "$folder"/mails/*.eml 2>/dev/null || true; } | wc -l; }
has_mails() { [ "$(mails_to "$1")" -eq "$2" ]; }
# as_alice path [body]
as_alice() {
    curl -s "$api/$1" -H "authorization: Bearer $access_token" ${2:+-H 'content-type: application/json' -d "$2"}
}
# mail_is "invited address" "what its JSON holds"
mail_is() { as_alice "orgs/$team/invitations" | grep -q "\"email\":\"$1\"[^{]*\"mail\":{[^}]*$2"; }
credentials=guildhall:pass%40word%3A%20of%20the%20mail%20server
ca=$folder/ca.pem

start_server
echo "── STARTTLS, with a password"
start_product "smtp://$credentials@localhost:$submission?tls=required" GUILDHALL_MAIL_CA_FILE="$ca"
register alice@example.com
until_true "Alice's mail arrives" has_mails alice@example.com 1
token=$(tr -d '\r' < "$folder/mails/0.eml" | sed -e ':a' -e 'N' -e '$!ba' -e 's/=\n//g' -e 's/=3D/=/g' \
    | grep -o 'https://guildhall.test/verify-email?token=[A-Za-z0-9_-]*' | head -n 1 | cut -d = -f 2)
post auth/verify-email "{\"token\":\"$token\"}" | grep -q '"email_verified":true' || fail "the link in the mail verifies"

access_token=$(sed -nE 's/.*"access_token":"([^"]*)".*/\1/p' "$folder/alice@example.com")
team=$(as_alice me/orgs '{"name":"Acme"}' | sed -nE 's/^\{"id":"([^"]*)".*/\1/p')
[ -n "$team" ] || fail "Alice makes a team"

echo "── a mailbox that is greylisted, one that is gone"
register slow@example.com
register gone@example.com
until_true "the greylisted mail is sent again" has_mails slow@example.com 1
until_true "the lost mail is told" grep -q '550 5.1.1' "$folder/log"
as_alice "orgs/$team/invitations" '{"email":"gone.erin@example.com"}' | grep -q '"token"' || fail "Erin is invited"
until_true "the organization sees that Erin has no mailbox" mail_is gone.erin@example.com '"reason":"no_such_mailbox"'

echo "── the mail server is away, and back"
stop "$server"
register bob@example.com
grep -q '"access_token"' "$folder/bob@example.com" || fail "signing up needs no mail server"
as_alice "orgs/$team/invitations" '{"email":"dave@example.com"}' | grep -q '"token"' || fail "inviting needs no mail server"
until_true "a failure is told" grep -q 'could not be reached' "$folder/log"
until_true "the organization sees that Dave's mail waits" mail_is dave@example.com '"status":"queued","last_error":"unreachable"'
start_server "$submission" "$submissions"
until_true "Bob's mail arrives" has_mails bob@example.com 1
until_true "Dave's mail arrives" has_mails dave@example.com 1
until_true "the organization sees that it was sent" mail_is dave@example.com '"status":"sent"'
grep -h '^From: ' "$(grep -l '^To: dave@' "$folder"/mails/*.eml)" | grep -q '"Acme via Guildhall" <no-reply@guildhall.test>' \
    || fail "an invitation comes in the organization's name"
stop "$product"

echo "── TLS from the first byte, by a certificate of nobody that is known"
start_product "smtps://$credentials@localhost:$submissions"
register carol@example.com
until_true "the certificate is refused" grep -q 'No encrypted connection' "$folder/log"
has_mails carol@example.com 0 || fail "a mail left to a server that nobody vouches for"
stop "$product"

echo "── the same, by a certificate that is trusted"
start_product "smtps://$credentials@localhost:$submissions" GUILDHALL_MAIL_CA_FILE="$ca"
until_true "Carol's mail arrives" has_mails carol@example.com 1

for somebody in alice slow bob carol dave; do
    has_mails "$somebody@example.com" 1 || fail "$somebody has $(mails_to "$somebody@example.com") mails"
done
if grep -qF -e "$token" -e 'pass@word' -e 'pass%40word' "$folder/log"; then fail "the log holds a secret"; fi
echo "smtp: mails arrive, encrypted, once each"
