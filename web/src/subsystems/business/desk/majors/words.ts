import type { Words } from "../../../../kit/say";

export const words = {
  majors: { en: "Major incidents", zh: "重大事件" },
  majors_about: {
    en: "Tickets that are dealt with as major incidents now: who leads, and when those concerned are told next.",
    zh: "正在按重大事件处置的工单：牵头人及下次通报时间。",
  },
  majors_empty: {
    en: "Nothing major goes on. On the page of a ticket it is declared major.",
    zh: "当前没有重大事件。可在工单页面宣布重大事件。",
  },
  major: { en: "major", zh: "重大" },
  was_major: { en: "was major", zh: "曾为重大" },
  card: { en: "Major incident", zh: "重大事件处置" },
  declare: { en: "Declare major", zh: "宣布重大事件" },
  declare_about: {
    en: "Who leads is told at once, and reminded whenever an update is overdue.",
    zh: "系统将立即通知牵头人；通报超时时会再次提醒。",
  },
  lead: { en: "Who leads", zh: "牵头人" },
  every: { en: "Update every (minutes)", zh: "通报间隔（分钟）" },
  every_of: { en: "every {n} min", zh: "每 {n} 分钟" },
  interval: { en: "Updates", zh: "通报间隔" },
  next_update: { en: "Next update", zh: "下次通报" },
  overdue: { en: "overdue", zh: "超时" },
  declared: { en: "Declared", zh: "宣布" },
  ended: { en: "Ended", zh: "结束" },
  review: { en: "How it went", zh: "处置总结" },
  ticket: { en: "Ticket", zh: "工单" },
  update: { en: "Tell how it stands", zh: "通报进展" },
  update_text: { en: "How it stands", zh: "进展情况" },
  update_about: { en: "The time until the next update begins anew.", zh: "提交后重新计算下次通报时间。" },
  update_public: { en: "Who sees it", zh: "可见范围" },
  update_inside: { en: "Those who work on it", zh: "仅办理人员" },
  update_outside: { en: "The requester, too", zh: "诉求人也可见" },
  end: { en: "End the major incident", zh: "结束重大事件" },
  end_about: {
    en: "Say what happened, what was done, and what is to be better next time. The ticket itself stays as it is.",
    zh: "请说明事件经过、处置措施和改进要求。工单本身的状态不变。",
  },
  timeline: { en: "Timeline", zh: "处置时间线" },
  timeline_about: {
    en: "What the journal says of this ticket, the newest first.",
    zh: "日志中该工单的全部记录，最新在前。",
  },
} satisfies Words;
