import type { Words } from "../../kit/say";

/** The verbs of the service desk, as those of the others. */
export const words = {
  "ticket.opened": { en: "opened ticket", zh: "创建工单" },
  "ticket.moved": { en: "moved on ticket", zh: "流转工单" },
  "ticket.assigned": { en: "assigned ticket", zh: "分派工单" },
  "ticket.changed": { en: "changed ticket", zh: "修改工单" },
  "ticket.commented": { en: "wrote on ticket", zh: "填写工单备注或回复" },
  "ticket.assist_asked": { en: "asked a unit to help with", zh: "发起协办，工单" },
  "ticket.assist_given": { en: "helped with", zh: "反馈协办，工单" },
  "ticket.supervised": { en: "ordered supervision of", zh: "督办工单" },
  "ticket.supervision_reported": { en: "reported on the supervision of", zh: "反馈督办，工单" },
  "ticket.extension_asked": { en: "asked for more time for", zh: "申请延期，工单" },
  "ticket.extension_decided": { en: "decided on more time for", zh: "审批延期，工单" },
  "ticket.linked": { en: "linked ticket", zh: "关联工单" },
  "ticket.unlinked": { en: "unlinked ticket", zh: "取消关联工单" },
  "ticket.warned": { en: "warned of the service level of", zh: "服务级别时限预警，工单" },
  "ticket.mail_bounced": { en: "was told that a mail did not arrive, about", zh: "收到退信，工单" },
  "ticket_type.created": { en: "made ticket type", zh: "新建工单类型" },
  "ticket_type.changed": { en: "changed ticket type", zh: "修改工单类型" },
  "sla_policy.created": { en: "made service level", zh: "新建服务级别" },
  "sla_policy.changed": { en: "changed service level", zh: "修改服务级别" },
  "sla_policy.retired": { en: "gave up service level", zh: "停用服务级别" },
  "mailbox.created": { en: "made mailbox", zh: "新建邮箱" },
  "mailbox.changed": { en: "changed mailbox", zh: "修改邮箱" },
  "mailbox.removed": { en: "removed mailbox", zh: "删除邮箱" },
  "mailbox.failed": { en: "cannot read mailbox", zh: "邮箱收取失败" },
  "mailbox.recovered": { en: "can read again mailbox", zh: "邮箱恢复收取" },
  "mail.set_aside": { en: "set aside mail", zh: "搁置邮件，待处理" },
  "mail.dismissed": { en: "dismissed mail", zh: "忽略邮件" },
} satisfies Words;

/** All verbs of one noun of the desk. */
export const nouns = {
  "ticket.": { en: "Tickets: all", zh: "工单：全部" },
  "ticket_type.": { en: "Ticket types: all", zh: "工单类型：全部" },
  "mailbox.": { en: "Mailboxes: all", zh: "邮箱：全部" },
  "mail.": { en: "Mails: all", zh: "邮件：全部" },
  "sla_policy.": { en: "Service levels: all", zh: "服务级别：全部" },
} satisfies Words;
