import type { Words } from "../../../../kit/say";

export const words = {
  back_test: { en: "What would it have done?", zh: "历史回测" },
  back_test_about: {
    en: "Plays the rule on what is stored, with silences and policies as they are now. Nothing is saved, nobody is told.",
    zh: "用已存储的数据回放该规则，静默和通知策略按当前设置计算。不保存任何内容，也不发送通知。",
  },
  span: { en: "Over", zh: "时间范围" },
  span_hour: { en: "the last hour", zh: "最近 1 小时" },
  span_day: { en: "the last day", zh: "最近 1 天" },
  span_week: { en: "the last 7 days", zh: "最近 7 天" },
  span_month: { en: "the last 30 days", zh: "最近 30 天" },
  run: { en: "Back-test", zh: "回测" },
  outcome: {
    en: "{alerts} alerts, {silenced} of them silenced; {pages} messages",
    zh: "{alerts} 条告警，其中 {silenced} 条被静默；{pages} 条通知",
  },
  saved: {
    en: "The saved rule: {alerts} alerts, {pages} messages. {added} alerts are new, {gone} are gone, {same} are the same.",
    zh: "已保存的规则：{alerts} 条告警，{pages} 条通知。新增 {added} 条，减少 {gone} 条，相同 {same} 条。",
  },
  too_many: { en: "too many to tell", zh: "过多，无法计算" },
  step: { en: "Looked at every {seconds} s", zh: "每 {seconds} 秒计算一次" },
  alerts: { en: "Alerts", zh: "告警" },
  pages: { en: "Messages", zh: "通知" },
  from_to: { en: "{from} to {to}", zh: "{from} 至 {to}" },
  still_open: { en: "still open", zh: "未关闭" },
  silenced: { en: "silenced", zh: "已静默" },
  page: { en: "{at}: {recipient}, by {policy}", zh: "{at}：{recipient}（策略 {policy}）" },
  shown: { en: "the first {n}", zh: "仅列出前 {n} 条" },
} satisfies Words;
