import type { Derive } from "../../../api/contract";
import type { Unit } from "../../../kit/format";
import type { words } from "./words";

/** One metric of a chart: a line for each value of `by`, or a single one. */
export interface ChartPart {
  metric: string;
  derive: Derive;
  /** The name of the line; `{label}` is the value of `by`. */
  word: keyof typeof words;
  by?: string;
  /** How series with the same label become one line. */
  fold?: "sum" | "average";
  /** More matchers, as they stand between the braces. */
  only?: string;
}

export interface HostChartDefinition {
  title: keyof typeof words;
  unit: Unit;
  low?: number;
  high?: number;
  parts: ChartPart[];
}

const REAL_DISKS = 'device!~"loop.*|ram.*|zram.*"';
const REAL_NETS = 'device!="lo"';

/** The charts of a host, in the order in which one looks for trouble (Gregg, USE method). */
export const HOST_CHARTS: HostChartDefinition[] = [
  {
    title: "chart_cpu",
    unit: "ratio",
    low: 0,
    parts: [
      {
        metric: "node_cpu_seconds_total",
        derive: "rate",
        word: "label",
        by: "mode",
        fold: "average",
        only: 'mode!="idle"',
      },
    ],
  },
  {
    title: "chart_load",
    unit: "count",
    low: 0,
    parts: [
      { metric: "node_load1", derive: "last", word: "load_1" },
      { metric: "node_load5", derive: "last", word: "load_5" },
      { metric: "node_load15", derive: "last", word: "load_15" },
    ],
  },
  {
    title: "chart_pressure",
    unit: "ratio",
    low: 0,
    parts: [
      { metric: "node_pressure_cpu_waiting_seconds_total", derive: "rate", word: "waiting_cpu" },
      { metric: "node_pressure_memory_waiting_seconds_total", derive: "rate", word: "waiting_memory" },
      { metric: "node_pressure_memory_stalled_seconds_total", derive: "rate", word: "stalled_memory" },
      { metric: "node_pressure_io_waiting_seconds_total", derive: "rate", word: "waiting_io" },
      { metric: "node_pressure_io_stalled_seconds_total", derive: "rate", word: "stalled_io" },
    ],
  },
  {
    title: "chart_memory",
    unit: "bytes",
    low: 0,
    parts: [
      { metric: "node_memory_MemTotal_bytes", derive: "last", word: "memory_total" },
      { metric: "node_memory_MemAvailable_bytes", derive: "last", word: "memory_available" },
      { metric: "node_memory_AnonPages_bytes", derive: "last", word: "memory_anonymous" },
      { metric: "node_memory_Cached_bytes", derive: "last", word: "memory_cached" },
      { metric: "node_memory_Buffers_bytes", derive: "last", word: "memory_buffers" },
    ],
  },
  {
    title: "chart_swap",
    unit: "ratio",
    low: 0,
    high: 1,
    parts: [
      { metric: "mainstay_memory_used_ratio", derive: "last", word: "used_memory" },
      { metric: "mainstay_swap_used_ratio", derive: "last", word: "used_swap" },
    ],
  },
  {
    title: "chart_disk",
    unit: "bytes_per_s",
    low: 0,
    parts: [
      { metric: "node_disk_read_bytes_total", derive: "rate", word: "read", by: "device", only: REAL_DISKS },
      { metric: "node_disk_written_bytes_total", derive: "rate", word: "written", by: "device", only: REAL_DISKS },
    ],
  },
  {
    title: "chart_disk_latency",
    unit: "seconds",
    low: 0,
    parts: [
      { metric: "mainstay_disk_latency_seconds", derive: "average", word: "label", by: "device", only: REAL_DISKS },
    ],
  },
  {
    title: "chart_disk_use",
    unit: "ratio",
    low: 0,
    high: 1,
    parts: [
      { metric: "mainstay_disk_utilisation_ratio", derive: "average", word: "label", by: "device", only: REAL_DISKS },
    ],
  },
  {
    title: "chart_file_systems",
    unit: "ratio",
    low: 0,
    high: 1,
    parts: [
      { metric: "mainstay_filesystem_used_ratio", derive: "last", word: "label", by: "mountpoint", fold: "average" },
    ],
  },
  {
    title: "chart_network",
    unit: "bytes_per_s",
    low: 0,
    parts: [
      { metric: "node_network_receive_bytes_total", derive: "rate", word: "received", by: "device", only: REAL_NETS },
      { metric: "node_network_transmit_bytes_total", derive: "rate", word: "sent", by: "device", only: REAL_NETS },
    ],
  },
  {
    title: "chart_network_faults",
    unit: "per_s",
    low: 0,
    parts: [
      { metric: "mainstay_network_errors_per_second", derive: "max", word: "errors", by: "device" },
      { metric: "mainstay_network_drops_per_second", derive: "max", word: "drops", by: "device" },
    ],
  },
  {
    title: "chart_sockets",
    unit: "count",
    low: 0,
    parts: [
      {
        metric: "node_tcp_connection_states",
        derive: "last",
        word: "label",
        by: "state",
        fold: "sum",
        // The reading also counts the bytes in queues, which are no connections.
        only: 'state!~".*_queued_bytes"',
      },
    ],
  },
  {
    title: "chart_processes",
    unit: "count",
    low: 0,
    parts: [{ metric: "node_processes_state", derive: "last", word: "label", by: "state", fold: "sum" }],
  },
  {
    title: "chart_consumers",
    unit: "ratio",
    low: 0,
    parts: [
      { metric: "mainstay_process_group_cpu_seconds_total", derive: "rate", word: "label", by: "group", fold: "sum" },
    ],
  },
];
