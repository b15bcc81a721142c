import type { Words } from "../../kit/say";

export const words = {
  title: { en: "Jobs", zh: "后台任务" },
  about: {
    en: "What the server does by itself, and how it went",
    zh: "服务端自动执行的任务及其结果",
  },
  job: { en: "Job", zh: "任务" },
  state: { en: "Last outcome", zh: "上次结果" },
  last: { en: "Last run", zh: "上次执行" },
  next: { en: "Next run", zh: "下次执行" },
  interval: { en: "Every", zh: "间隔" },
  progress: { en: "Done / left", zh: "已处理 / 剩余" },
  message: { en: "Message", zh: "消息" },
  run: { en: "Run now", zh: "立即执行" },
  started: { en: "Started", zh: "开始时间" },
  took: { en: "Took", zh: "耗时" },
  never_ran: { en: "Not run yet", zh: "尚未执行" },
  runs: { en: "Runs", zh: "执行记录" },
  empty: { en: "The server has no jobs", zh: "没有后台任务" },
  empty_runs: { en: "No run is recorded yet", zh: "暂无执行记录" },
} satisfies Words;
