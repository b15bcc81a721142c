import type { Words } from "../../../kit/say";

export const words = {
  as: { en: "Look at it as", zh: "视图" },
  as_table: { en: "Table", zh: "列表" },
  as_board: { en: "Board", zh: "看板" },
  as_calendar: { en: "Calendar", zh: "日历" },
  board: { en: "Board of tickets", zh: "工单看板" },
  about: {
    en: "Drag a ticket to a state that a way leads to, or use “Move”.",
    zh: "将工单拖到可流转到的状态，或使用“流转”按钮。",
  },
  about_phases: {
    en: "By phase, as there are several types: choose a type to see its states. Drag a ticket, or use “Move”.",
    zh: "按阶段显示；选择一个类型可按其状态显示。可拖动工单，或使用“流转”按钮。",
  },
  phase_new: { en: "New", zh: "未受理" },
  phase_active: { en: "In hand", zh: "处理中" },
  phase_paused: { en: "Waiting", zh: "暂停" },
  phase_resolved: { en: "Resolved", zh: "已解决" },
  phase_closed: { en: "Closed", zh: "已关闭" },
  none: { en: "none", zh: "无" },
  nobody: { en: "nobody yet", zh: "暂无负责人" },
  overdue: { en: "overdue", zh: "超期" },
  move: { en: "Move", zh: "流转" },
  move_of: { en: "Move {number}", zh: "流转 {number}" },
  which: { en: "{number}: how?", zh: "{number}：选择流转" },
  not_permitted: {
    en: "{number}: your permissions do not reach so far.",
    zh: "{number}：您没有此操作的权限。",
  },
  moved_meanwhile: {
    en: "{number}: somebody has moved it meanwhile.",
    zh: "{number}：其他人已将其流转，请查看最新状态。",
  },
  calendar: { en: "Tickets by due date", zh: "工单到期日历" },
  before: { en: "The month before", zh: "上个月" },
  after: { en: "The month after", zh: "下个月" },
  today: { en: "This month", zh: "本月" },
  earlier: { en: "Due earlier and still open: {n}", zh: "更早到期、仍未结：{n}" },
  beyond: {
    en: "Only the first {n} by due date are shown.",
    zh: "仅显示按到期时间排序的前 {n} 张。",
  },
  month_free: { en: "No ticket is due in this month.", zh: "本月没有到期的工单。" },
  more_of_day: { en: "{n} more", zh: "另有 {n} 张" },
  calendar_about: {
    en: "Each ticket stands on the day on which its solution is due. Tickets whose clock stands still have none.",
    zh: "按解决时限到期日显示；暂停计时的工单没有到期日。",
  },
} satisfies Words;
