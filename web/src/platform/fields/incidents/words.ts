import type { Words } from "../../../kit/say";

/** The fields of facts about incidents and of those who are told of them. */
export const words = {
  incident_id: { en: "Incident", zh: "故障" },
  cause_id: { en: "Cause", zh: "根因" },
  alerts: { en: "Alerts in all parts", zh: "告警数（全部范围）" },
  ready: { en: "What the cause rests on was asked", zh: "根因所依赖的资源已核实" },
  more: { en: "Not named", zh: "未列出的数量" },
  opened_at: { en: "Opened", zh: "产生时间" },
  until: { en: "Until", zh: "截止时间" },
  assignee: { en: "Given to", zh: "负责人" },
  step: { en: "Correction", zh: "更正方式" },
  occasion: { en: "Occasion", zh: "通知原因" },
  recipients: { en: "Told", zh: "接收方数量" },
  chain_id: { en: "Chain of escalation", zh: "升级链" },
  chain_name: { en: "Name of the chain", zh: "升级链名称" },
  policy: { en: "Policy", zh: "通知策略" },
  page_id: { en: "Entry in who was told", zh: "通知记录编号" },
  from_incident_id: { en: "Incident before", zh: "原故障" },
  "incident merged_into": { en: "Merged into", zh: "并入的故障" },
  merged_into_closed: { en: "That one is over, too", zh: "并入的故障已关闭" },
  merged_into_acknowledged_by: { en: "Who cares for that one", zh: "并入的故障的确认人" },
  by_acknowledgement: { en: "By acknowledging the incident", zh: "通过确认故障应答" },
  answered_by: { en: "Answered by", zh: "应答人" },
} satisfies Words;
