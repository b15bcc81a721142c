# Mainstay, for a benchmark that sources such a file for each server.
# MAINSTAY_BIN: the binary (default: from PATH); MAINSTAY_ARGS: more arguments, such as
# "--set series.query_samples_max=500000000". This machine is not watched and no services are
# looked for, so that the samples are the benchmark's alone.
NAME=mainstay
PORT=19200
prepare() { mkdir -p "$1"; } # DATA
start() { # DATA: replaces the shell with the server
	# shellcheck disable=SC2086
	exec "${MAINSTAY_BIN:-mainstay}" serve --data "$1" --listen 127.0.0.1:19201 --series-listen "127.0.0.1:$PORT" \
		--set host.watch=false --set discovery.automatic=false --set log.level=warn ${MAINSTAY_ARGS:-}
}
WRITE_URL=http://127.0.0.1:$PORT/api/v1/write
QUERY_URL=http://127.0.0.1:$PORT
READY_URL=http://127.0.0.1:$PORT/-/ready
# Answers are not kept.
QUERY_PARAMS=
# Memory to blocks, and blocks of days that are over together. A request is given up after half a
# minute while its work goes on: the next one waits for that, and finds nothing left to do.
flush_command() { # DATA
	echo "i=0; until curl -fsS -XPOST http://127.0.0.1:$PORT/-/flush; do i=\$((i+1)); [ \$i -lt 40 ] || exit 1; sleep 1; done"
}
disk_dirs() { echo "$1/series"; } # DATA: what to measure after the flush; log and head files are there too
