"""The page of grpcurl lines, and the same lines as a script: both are made from grpcurl_examples.txt.

    grpcurl_page.py page      prints docs/grpcurl.md
    grpcurl_page.py script    prints a script for bash that runs every line and tells which ones do not do what they should
    grpcurl_page.py rpcs      prints the RPCs that have a line

A line of the examples is an RPC (without `guildhall.`), who calls (`nobody`, `service`, or the variable that holds an access token
or a key), the message, and, for a line that shows how the call ends when there is nothing to work on, the code. Variables that
are taken out of the answer follow in the next line, each with where it stands.
"""

import re
import sys
from pathlib import Path

FIXTURE = Path(__file__).with_name("grpcurl_examples.txt")
LINE = re.compile(r"^(?P<rpc>\S+) (?P<who>\w+) (?P<message>\{.*\})(?: !(?P<code>\w+))?$")
VARIABLE = re.compile(r"\$\([^)]*\)|\$[A-Z_]+")
# What grpcurl ends with: 64 and the number of the code.
EXIT = {"DeadlineExceeded": 68, "NotFound": 69, "FailedPrecondition": 73}
WORDS = {
    "DeadlineExceeded": "a stream without an end; `-max-time` ends it",
    "NotFound": "answers NOT_FOUND while nothing waits in quarantine",
    "FailedPrecondition": "answers BILLING_NOT_CONFIGURED where Stripe is not set up",
}

INTRODUCTION = """# Every call with grpcurl

One line for each RPC, in an order in which all of them work. `grpcurl` needs no files: the product describes itself by reflection, to
everybody in development, elsewhere (`GUILDHALL_REFLECTION=authenticated`) to whoever shows an access token, which the lines do with
`-H "authorization: …"` anyway; a call without one needs `-reflect-header "authorization: Bearer $TOKEN"` there.

This page is made from `tests/tools/grpcurl_examples.txt` by `tests/grpcurl.sh page`; `tests/grpcurl.sh` runs every line of it against a new
product, and fails when an RPC has none.

```sh
# In one terminal:
GUILDHALL_ADMIN_EMAIL=admin@example.com GUILDHALL_ADMIN_PASSWORD=a-demo-password-for-nobody \\
    GUILDHALL_SERVICE_SECRETS=a-secret-that-services-show-each-other guildhall dev

# In another one, with jq at hand:
GRPC=127.0.0.1:50051
HTTP=http://127.0.0.1:8080
SECRET=a-secret-that-services-show-each-other
PASSWORD=a-demo-password-for-nobody
OTHER_PASSWORD='seven violet otters carry lanterns'
uuid() { cat /proc/sys/kernel/random/uuid; }
JOIN=$(uuid)
STRANGER=$(uuid)
```

Links that are mailed are in the mailbox of development. This prints the secret of the newest one to an address:

```sh
MAILED
```
"""

MAILED = """mailed() {
    local found=
    until [ -n "$found" ]; do
        found=$(curl -s "$HTTP/dev/mail.json" | jq -r --arg to "$1" --arg link "$2" \\
            '[.[] | select(.to == $to) | select(.text | contains($link))] | sort_by(.created_at) | last
                | .text // "" | split($link) | .[1] // "" | capture("^(?<secret>[A-Za-z0-9_-]+)").secret')
        [ -n "$found" ] || sleep 0.1
    done
    echo "$found"
}"""


def steps():
    """Headings as texts; lines as dictionaries."""
    found_so_far, last = [], None
    for number, line in enumerate(FIXTURE.read_text().splitlines(), 1):
        if not line:
            continue
        if line.startswith("== "):
            found_so_far.append(line[3:])
        elif line.startswith("  "):
            last["taken"] += [part.split("=", 1) for part in line.split()]
        else:
            found = LINE.match(line)
            if not found:
                sys.exit(f"{FIXTURE}:{number}: not a line of the kind that is described in {__file__}")
            last = {**found.groupdict(), "taken": []}
            found_so_far.append(last)
    return found_so_far


def call(step):
    """The command for a shell."""
    message = VARIABLE.sub(lambda found: "'\"" + found[0] + "\"'", step["message"])
    who = {"nobody": "", "service": '-H "guildhall-service-credential: $SECRET" '}
    header = who.get(step["who"], f'-H "authorization: Bearer ${step["who"]}" ')
    limit = "-max-time 2 " if step["code"] == "DeadlineExceeded" else ""
    return f"grpcurl -plaintext {limit}{header}-d '{message}' \"$GRPC\" \\\n    guildhall.{step['rpc']}"


def page():
    parts = [INTRODUCTION.replace("MAILED", MAILED)]
    for step in steps():
        if isinstance(step, str):
            parts.append(f"\n## {step}\n")
            continue
        note = f": {WORDS[step['code']]}" if step["code"] else ""
        lines = [f"`{step['rpc']}`{note}\n", "```sh"]
        if step["taken"]:
            lines.append(f"ANSWER=$({call(step)})")
            lines += [f"{name}=$(jq -r '{path}' <<< \"$ANSWER\")" for name, path in step["taken"]]
        else:
            lines.append(call(step))
        parts.append("\n".join([*lines, "```\n"]))
    return "\n".join(parts)


def script():
    lines = ["set -uo pipefail", "passed=0 failed=0", "OTHER_PASSWORD='seven violet otters carry lanterns'"]
    lines += ["uuid() { cat /proc/sys/kernel/random/uuid; }", "JOIN=$(uuid) STRANGER=$(uuid)", MAILED]
    for step in steps():
        if isinstance(step, str):
            continue
        wanted = EXIT[step["code"]] if step["code"] else 0
        lines.append(f"{call(step)} > \"$ANSWER\" 2>&1")
        lines.append(f"code=$?; said=$(cat \"$ANSWER\")")
        ok = [f"[ $code -eq {wanted} ]"]
        for name, path in step["taken"]:
            lines.append(f"{name}=$(jq -r '{path}' \"$ANSWER\" 2>/dev/null)")
            ok.append(f'[ -n "${name}" ] && [ "${name}" != null ]')
        lines.append(f"if {' && '.join(ok)}; then passed=$((passed + 1)); else failed=$((failed + 1)); echo \"FAILED: {step['rpc']} ended with $code: $said\"; fi")
    lines.append('echo "grpcurl: $passed lines do what the page says, $failed do not"')
    lines.append("[ $failed -eq 0 ]")
    return "\n".join(lines)


def rpcs():
    return "\n".join(sorted({f"guildhall.{step['rpc']}" for step in steps() if not isinstance(step, str)}))


if __name__ == "__main__":
    what = {"page": page, "script": script, "rpcs": rpcs}.get(sys.argv[1] if len(sys.argv) == 2 else "")
    if not what:
        sys.exit(__doc__)
    print(what())
