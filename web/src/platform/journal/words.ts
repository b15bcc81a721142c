import type { Words } from "../../kit/say";

export const words = {
  title: { en: "Journal", zh: "操作与变更日志" },
  about: { en: "Everything that happened, newest first", zh: "全部操作与变更记录，最新在前" },
  time: { en: "Time", zh: "时间" },
  actor: { en: "Who", zh: "操作者" },
  fact: { en: "What happened", zh: "事件" },
  subject: { en: "On what", zh: "对象" },
  source: { en: "From", zh: "来源" },
  seq: { en: "Number", zh: "序号" },
  request: { en: "Request", zh: "请求编号" },
  cause: { en: "Caused by", zh: "起因" },
  detail: { en: "Detail", zh: "详情" },
  filter_actor: { en: "Who", zh: "操作者" },
  filter_verb: { en: "What happened", zh: "事件类型" },
  filter_period: { en: "Period", zh: "时段" },
  filter_clear: { en: "Clear filters", zh: "清除筛选" },
  filtered_to: { en: "Only about one thing", zh: "仅显示单个对象" },
  empty: { en: "Nothing was recorded here yet", zh: "暂无记录" },
  empty_filtered: { en: "No fact matches these filters", zh: "没有符合筛选条件的记录" },
  system: { en: "the server", zh: "系统" },
} satisfies Words;
