#!/usr/bin/env bash
# Installs the named Debian packages where one is missing, without starting their services.
set -euo pipefail

installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2> /dev/null)" = installed ]
}

if ! command -v apt-get > /dev/null; then
    echo "no apt-get here: tests that need one of these are skipped: $*" >&2
    # On a laptop that is a warning; where a change is judged nothing may be skipped.
    [ -z "${CI:-}" ]
    exit
fi

missing=()
for package in "$@"; do
    installed "$package" || missing+=("$package")
done
if [ "${#missing[@]}" -eq 0 ]; then
    exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    as_root=(sudo)
fi

# Tests start the servers themselves, on ports of their own; Debian would start them at once.
# policy-rc.d is Debian's switch against that. One that is there already is left alone.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" > /dev/null
    "${as_root[@]}" chmod 755 "$policy"
    trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi

echo "installing ${missing[*]}"
"${as_root[@]}" apt-get update -q
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install --no-install-recommends -y -q "${missing[@]}"
