import type { Words } from "../../../../kit/say";

export const words = {
  publications: { en: "Published answers", zh: "答复选登" },
  about: {
    en: "Answers that everybody reads, as copies without what tells who asked. Somebody else than who redacted one publishes it.",
    zh: "向公众公开的答复，为去除个人信息后的副本。须由脱敏编辑人之外的人员审核后公开。",
  },
  empty: {
    en: "No answer was proposed. Open a ticket that is answered and propose its answer for publication.",
    zh: "暂无选登内容。可在已答复工单的办理过程中提交选登。",
  },
  propose: { en: "Propose for publication", zh: "提交选登" },
  propose_about: {
    en: "This copy is published, not the ticket. Take out what tells who asked: names, numbers, addresses.",
    zh: "公开的是此副本，原工单不变。请删除姓名、电话、地址等可识别诉求人的内容。",
  },
  original: { en: "As it was", zh: "原文" },
  redacted: { en: "As everybody will read it", zh: "公开稿" },
  question: { en: "Question", zh: "诉求" },
  answer: { en: "Answer", zh: "答复" },
  title: { en: "Title", zh: "标题" },
  text: { en: "Question and answer, redacted", zh: "公开内容（脱敏后）" },
  preview: { en: "Preview", zh: "预览" },
  leaks: { en: "It still says who asked: {what}", zh: "仍含有诉求人信息：{what}" },
  proposed_done: {
    en: "Proposed. Somebody else publishes it, under “Published answers”.",
    zh: "已提交，请由他人在“答复选登”中审核。",
  },
  state: { en: "State", zh: "状态" },
  every_state: { en: "All", zh: "全部" },
  proposed: { en: "proposed", zh: "待审核" },
  published: { en: "published", zh: "已公开" },
  withdrawn: { en: "withdrawn", zh: "已撤回" },
  ticket: { en: "Ticket", zh: "工单" },
  redacted_by: { en: "Redacted by", zh: "脱敏编辑人" },
  approved_by: { en: "Approved by", zh: "审核人" },
  withdrawn_by: { en: "Withdrawn by", zh: "撤回人" },
  compare: { en: "Compare", zh: "对照" },
  compare_of: { en: "Compare “{title}” with the original", zh: "对照“{title}”与原文" },
  approve: { en: "Publish", zh: "审核公开" },
  withdraw: { en: "Withdraw", zh: "撤回" },
  by_another: {
    en: "Who redacted it does not publish it.",
    zh: "脱敏编辑人不能审核自己的公开稿。",
  },
  original_unseen: {
    en: "The entry is not among the first of its ticket; open the ticket to see it.",
    zh: "该记录不在工单最初的记录中，请打开工单查看。",
  },
  close: { en: "Close", zh: "关闭" },
} satisfies Words;
