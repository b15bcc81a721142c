import type { Words } from "../../../../kit/say";

export const words = {
  merge: { en: "Merge", zh: "合并工单" },
  merge_how: { en: "What is merged", zh: "合并方式" },
  merge_into: { en: "This ticket into another", zh: "将本工单合并到其他工单" },
  merge_others: { en: "Others into this one", zh: "将其他工单合并到本工单" },
  master: { en: "The ticket that goes on", zh: "主工单" },
  others: { en: "The tickets that are closed", zh: "被合并的工单" },
  what_happens: { en: "What will happen", zh: "合并后的结果" },
  is_closed: {
    en: "{number} ({state}) is closed as a duplicate of {master}.",
    zh: "{number}（{state}）将作为 {master} 的重复工单关闭。",
  },
  closed_already: {
    en: "{number} is closed already and cannot be merged.",
    zh: "{number} 已关闭，不能合并。",
  },
  entries_stay: {
    en: "Their entries stay with them, and are shown in one order with those of {master}.",
    zh: "办理记录保留在原工单，并在 {master} 中按时间合并显示。",
  },
  all_told: {
    en: "Whoever asked sees what is replied to {master}.",
    zh: "各诉求人可看到 {master} 的公开答复。",
  },
  undone: {
    en: "It can be undone on the page of each merged ticket: that one is again where it was.",
    zh: "可在被合并工单的页面撤销合并，工单将恢复到合并前的状态。",
  },
  merged_into: { en: "Merged into {master}", zh: "已合并到 {master}" },
  merged_unseen: { en: "Merged into a ticket that you do not see", zh: "已合并到您无权查看的工单" },
  merged_about: {
    en: "What is replied to that one is told to the requester of this one.",
    zh: "主工单的公开答复会告知本工单的诉求人。",
  },
  open_master: { en: "Open {master}", zh: "打开 {master}" },
  unmerge: { en: "Undo the merge", zh: "撤销合并" },
  of_ticket: { en: "of {number}", zh: "来自 {number}" },
  split: { en: "Split off", zh: "拆分" },
  split_of: { en: "Split off entry {n}", zh: "拆分第 {n} 条记录" },
  split_title: { en: "A ticket of its own", zh: "拆分为新工单" },
  split_about: {
    en: "The entry stays where it is; the new ticket begins with its text and is linked to this one.",
    zh: "原记录保留不变；新工单以其内容为详细描述，并与本工单关联。",
  },
  entry_text: { en: "The entry", zh: "记录内容" },
  similar: { en: "Open tickets that say about the same", zh: "内容相近的未结工单" },
  similar_hot: { en: "five or more within a day", zh: "一天内已有五张及以上（热点问题）" },
  similar_none: { en: "No open ticket says about the same.", zh: "没有内容相近的未结工单。" },
  likeness: { en: "{n} % alike", zh: "相似度 {n}%" },
  this_one: { en: "It is this one", zh: "就是这张" },
  this_one_of: { en: "It is {number}: write there instead", zh: "就是 {number}，改为在该工单补充" },
} satisfies Words;
