# Mainstay, for a benchmark that sources such a file for each server.
# MAINSTAY_BIN: the binary (default: from PATH). This machine is not watched, so that the samples
# are the benchmark's alone.
NAME=mainstay
PORT=19200
prepare() { mkdir -p "$1"; } # DATA
start() { # DATA: replaces the shell with the server
	exec "${MAINSTAY_BIN:-mainstay}" serve --data "$1" --listen 127.0.0.1:19201 --series-listen "127.0.0.1:$PORT" \
		--set host.watch=false --set log.level=warn
}
WRITE_URL=http://127.0.0.1:$PORT/api/v1/write
QUERY_URL=http://127.0.0.1:$PORT
READY_URL=http://127.0.0.1:$PORT/-/ready
# Answers are not kept.
QUERY_PARAMS=
# Memory to blocks, and blocks of days that are over together.
flush_command() { # DATA
	echo "curl -fsS -XPOST http://127.0.0.1:$PORT/-/flush"
}
disk_dirs() { echo "$1/series"; } # DATA: what to measure after the flush; log and head files are there too
