import type { Words } from "../../kit/say";

export const words = {
  more_than: { en: "more than {n}", zh: "超过 {n}" },
  metric: { en: "Metric", zh: "指标" },
  cardinality: { en: "Cardinality", zh: "序列基数" },
  cardinality_about: {
    en: "What makes the series many: those that had a sample in the last two hours.",
    zh: "分析序列数量的来源，统计最近两小时内有样本的序列。",
  },
  filter_metric: { en: "Filter by a part of the name", zh: "按名称过滤" },
  listed: { en: "So many of each", zh: "每类显示数量" },
  by_metric: { en: "Series by metric", zh: "各指标的序列数" },
  by_label: { en: "Values by label", zh: "各标签的取值数" },
  by_pair: { en: "Series by label and value", zh: "各标签取值的序列数" },
  by_bytes: { en: "Bytes by label", zh: "各标签的占用" },
  name: { en: "Name", zh: "名称" },
  series_count: { en: "Series", zh: "序列数" },
  values_count: { en: "Values", zh: "取值数" },
  bytes_count: { en: "Bytes", zh: "占用" },
  share: { en: "Share", zh: "占比" },
  nothing_counted: { en: "Nothing is like that.", zh: "没有符合条件的数据。" },
} satisfies Words;
