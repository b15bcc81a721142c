# Prometheus that takes in samples up to two hours late: off unless it is set.
# shellcheck source=/dev/null
. "$SHARED_BENCH/servers/prometheus.sh"
prepare() { # DATA
	mkdir -p "$1"
	printf 'global: {scrape_interval: 15s}\nstorage: {tsdb: {out_of_order_time_window: 2h}}\n' >"$1.yml"
}
