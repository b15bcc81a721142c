import type { Words } from "../../kit/say";

/** The verbs of the store of series, as those of the others. */
export const words = {
  "series.deleted": { en: "deleted samples of", zh: "删除样本" },
  "series.deletion_failed": { en: "failed to delete samples of", zh: "删除样本失败" },
  "series.room_reclaimed": { en: "reclaimed the room of deleted samples", zh: "回收已删除样本的空间" },
  "series.snapshot_taken": { en: "took snapshot of the samples", zh: "创建样本快照" },
} satisfies Words;

/** Its nouns. */
export const nouns = {
  "series.": { en: "Stored series: all", zh: "时序存储：全部" },
} satisfies Words;
