#!/usr/bin/env bash
# Runs a command beside a PostgreSQL of its own, which goes away with it:
# `scripts/with-postgres.sh cargo nextest run -p journal`.
#
# The command finds it by MAINSTAY_TEST_POSTGRES. Nothing is kept: the server does not even wait
# for the disk. A PostgreSQL that the system itself runs is not touched.
set -euo pipefail

programs=
for folder in /usr/lib/postgresql/*/bin; do
    if [ -x "$folder/initdb" ]; then
        programs=$folder # the newest version comes last
    fi
done
if [ -z "$programs" ]; then
    echo "no PostgreSQL in /usr/lib/postgresql: apt-get install postgresql" >&2
    exit 1
fi

# PostgreSQL refuses to run as root.
as_user=()
owner=$(id -un)
if [ "$(id -u)" -eq 0 ]; then
    owner=nobody
    if id -u postgres > /dev/null 2>&1; then
        owner=postgres
    fi
    as_user=(runuser -u "$owner" --)
fi

# Each test makes a database of its own, a thousand files: in memory that takes half of the time.
folder=/tmp
if [ -w /dev/shm ] && [ "$(df --output=avail -k /dev/shm | tail -n 1)" -gt 4000000 ]; then
    folder=/dev/shm
fi
place=$(mktemp -d "$folder/mainstay-postgres.XXXXXX")
chown "$owner" "$place"

remove() {
    "${as_user[@]}" "$programs/pg_ctl" stop -D "$place/data" -m immediate -s > /dev/null 2>&1 || true
    rm -rf "$place"
}
trap remove EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

cd "$place"
"${as_user[@]}" "$programs/initdb" -D "$place/data" -U mainstay -A trust \
    --encoding UTF8 --locale C --no-sync > "$place/initdb.log"
# Only by a socket in the directory of its own: no port to collide with anybody's.
"${as_user[@]}" "$programs/pg_ctl" start -D "$place/data" -w -s -l "$place/server.log" -o "\
    -c listen_addresses= -c unix_socket_directories=$place -c max_connections=300 \
    -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c autovacuum=off \
    -c shared_buffers=64MB -c max_wal_size=2GB" || {
    cat "$place/server.log" >&2
    exit 1
}
cd "$OLDPWD"

status=0
MAINSTAY_TEST_POSTGRES="postgres://mainstay@localhost/postgres?host=$place" "$@" || status=$?
exit "$status"
