import type { Words } from "../../../kit/say";

/** What is said of machines. */
export const words = {
  machines: { en: "Machines", zh: "终端" },
  machines_empty: {
    en: "No machine matches. They are listed once the campaign is started.",
    zh: "没有符合条件的终端。任务启动后显示终端清单。",
  },
  find: { en: "Find a machine", zh: "查找终端" },
  every_state: { en: "All", zh: "全部" },
  planned: { en: "to do", zh: "待处理" },
  in_progress: { en: "in progress", zh: "处理中" },
  done: { en: "done", zh: "已完成" },
  failed: { en: "failed", zh: "失败" },
  skipped: { en: "skipped", zh: "已跳过" },
  state: { en: "State", zh: "状态" },
  reason: { en: "Reason", zh: "原因" },
  note: { en: "Note", zh: "备注" },
  ticket_owed: { en: "A ticket is being opened", zh: "正在创建工单" },
  ticket: { en: "Ticket {number}", zh: "工单 {number}" },
  choose_shown: { en: "Choose all that are shown", zh: "选择已显示的全部终端" },
  choose_of: { en: "Choose {name}", zh: "选择 {name}" },
  chosen: { en: "{n} chosen", zh: "已选 {n} 台" },
  bulk: { en: "What is said of those that are chosen", zh: "批量更新所选终端" },
  say: { en: "Set state", zh: "更新状态" },
  say_of: { en: "{n} machines", zh: "更新 {n} 台终端" },
  say_one: { en: "Set state of {name}", zh: "更新 {name} 的状态" },
  set: { en: "Set", zh: "更新" },
  set_done: { en: "Done", zh: "完成" },
  set_done_of: { en: "{name} is done", zh: "{name} 已完成" },
  clear: { en: "Choose none", zh: "取消选择" },
  refused: {
    en: "{n} were changed by somebody else meanwhile and left as they are: {names}",
    zh: "{n} 台终端已被他人更新，未作修改：{names}",
  },
  failed_opens: {
    en: "A failure opens one ticket for each machine.",
    zh: "失败时为每台终端创建一张工单。",
  },
  required: { en: "Needed", zh: "必填" },
} satisfies Words;
