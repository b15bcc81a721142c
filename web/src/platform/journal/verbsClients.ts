import type { Words } from "../../kit/say";

/** The verbs of client software, as those of the others. */
export const words = {
  "campaign.created": { en: "planned campaign", zh: "新建客户端任务" },
  "campaign.changed": { en: "changed campaign", zh: "修改客户端任务" },
  "campaign.started": { en: "started campaign", zh: "启动客户端任务" },
  "campaign.machine_changed": { en: "set the state of a machine of", zh: "更新终端状态，客户端任务" },
  "campaign.ticket_opened": {
    en: "opened a ticket for a failure in",
    zh: "为失败的终端创建工单，客户端任务",
  },
  "campaign.finished": { en: "finished campaign", zh: "完成客户端任务" },
  "campaign.cancelled": { en: "gave up campaign", zh: "取消客户端任务" },
} satisfies Words;

/** All verbs of one noun of client software. */
export const nouns = {
  "campaign.": { en: "Campaigns: all", zh: "客户端任务：全部" },
} satisfies Words;
