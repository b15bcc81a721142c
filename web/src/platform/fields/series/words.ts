import type { Words } from "../../../kit/say";

/** What the fields of what happens to stored samples are called. */
export const words = {
  selectors: { en: "Selectors", zh: "选择器" },
  series: { en: "Series", zh: "时间序列数" },
  samples_from: { en: "Samples from", zh: "样本起始时间" },
  samples_until: { en: "Samples until", zh: "样本截止时间" },
  blocks: { en: "Blocks", zh: "数据块数" },
  snapshot: { en: "Snapshot", zh: "快照" },
  skip_head: { en: "Without the newest hours", zh: "不含最近数小时" },
} satisfies Words;
