#!/usr/bin/env bash
# Runs a command that can start S3-compatible stores of its own:
# `scripts/with-s3.sh cargo nextest run -p vault`.
#
# The command finds the program by MAINSTAY_TEST_S3: moto's server, installed once into the target
# directory from the Python package index.
set -euo pipefail

version=5.2.5
folder="${CARGO_TARGET_DIR:-target}/tools/moto-$version"
program="$folder/bin/moto_server"
if [ ! -x "$program" ]; then
    echo "installing moto $version into $folder"
    rm -rf "$folder"
    if ! { python3 -m venv "$folder" && "$folder/bin/pip" install -q "moto[s3]==$version" flask flask-cors; }; then
        rm -rf "$folder"
        echo "no S3-compatible store to test with: those tests are skipped" >&2
        # On a laptop that is a warning; where a change is judged nothing may be skipped.
        [ -z "${CI:-}" ] || exit 1
        exec "$@"
    fi
fi
MAINSTAY_TEST_S3=$(realpath "$program") exec "$@"
