import type { Words } from "../../../kit/say";

/** The fields of facts about incidents and of those who are told of them. */
export const words = {
  incident_id: { en: "Incident", zh: "故障" },
  cause_id: { en: "Cause", zh: "原因" },
  alerts: { en: "Alerts", zh: "告警" },
  more: { en: "Not named", zh: "未列出的数量" },
  opened_at: { en: "Opened", zh: "产生时间" },
  until: { en: "Until", zh: "截止时间" },
  assignee: { en: "Given to", zh: "负责人" },
  step: { en: "Correction", zh: "更正方式" },
  occasion: { en: "Occasion", zh: "通知原因" },
  recipients: { en: "Told", zh: "接收方数量" },
} satisfies Words;
