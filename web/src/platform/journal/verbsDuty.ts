import type { Words } from "../../kit/say";

/** The verbs of duty, as those of the others. */
export const words = {
  "roster.created": { en: "made roster", zh: "新建排班" },
  "roster.changed": { en: "changed roster", zh: "修改排班" },
  "roster.retired": { en: "gave up roster", zh: "停用排班" },
  "override.made": { en: "put somebody else on in", zh: "安排替班，排班" },
  "override.removed": { en: "took an override back in", zh: "撤销替班，排班" },
  "leave.asked": { en: "asked for leave for", zh: "申请请假" },
  "leave.decided": { en: "decided on the leave of", zh: "处理请假" },
  "swap.asked": { en: "asked for a swap in", zh: "申请换班，排班" },
  "swap.answered": { en: "answered a swap in", zh: "处理换班，排班" },
  "qualification.given": { en: "gave a qualification to", zh: "登记人员资质" },
  "qualification.removed": { en: "took a qualification from", zh: "取消人员资质" },
  "duty.served": { en: "settled a shift of", zh: "固化值班记录，排班" },
  "duty.problem_found": { en: "found something wrong ahead in", zh: "发现空岗或冲突，排班" },
  "duty.problem_cleared": { en: "found it mended in", zh: "空岗或冲突已消除，排班" },
  "duty_feed.made": { en: "made a calendar link", zh: "创建日历订阅" },
  "duty_feed.revoked": { en: "revoked a calendar link", zh: "撤销日历订阅" },
  "hand_over.begun": { en: "began a hand-over of", zh: "发起交接班" },
  "hand_over.changed": { en: "wrote a hand-over of", zh: "填写交接班" },
  "hand_over.given": { en: "signed and handed over", zh: "签字交班" },
  "hand_over.taken": { en: "signed and took over", zh: "签字接班" },
  "chain.created": { en: "made escalation chain", zh: "新建升级链" },
  "chain.changed": { en: "changed escalation chain", zh: "修改升级链" },
  "chain.simulated": { en: "simulated escalation chain", zh: "模拟演练升级链" },
  "chain.removed": { en: "removed escalation chain", zh: "删除升级链" },
  "call.started": { en: "began to call for", zh: "发起呼叫" },
  "call.stepped": { en: "called the next for", zh: "呼叫下一级" },
  "call.answered": { en: "answered the call", zh: "应答呼叫" },
  "call.exhausted": { en: "called all in vain for", zh: "呼叫无人应答" },
} satisfies Words;

/** All verbs of one noun of duty. */
export const nouns = {
  "roster.": { en: "Rosters: all", zh: "排班：全部" },
  "override.": { en: "Overrides: all", zh: "替班：全部" },
  "leave.": { en: "Leave: all", zh: "请假：全部" },
  "swap.": { en: "Swaps: all", zh: "换班：全部" },
  "qualification.": { en: "Qualifications: all", zh: "人员资质：全部" },
  "duty.": { en: "Duty: all", zh: "值班：全部" },
  "duty_feed.": { en: "Calendar links: all", zh: "日历订阅：全部" },
  "hand_over.": { en: "Hand-overs: all", zh: "交接班：全部" },
  "chain.": { en: "Escalation chains: all", zh: "升级链：全部" },
  "call.": { en: "Calls: all", zh: "呼叫：全部" },
} satisfies Words;
