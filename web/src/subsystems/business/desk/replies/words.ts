import type { Words } from "../../../../kit/say";

export const words = {
  replies: { en: "Canned replies", zh: "常用回复" },
  about: {
    en: "Replies that are written once and used often, in both languages. On a ticket those that fit it are inserted, filled in.",
    zh: "预先编写、反复使用的中英文回复。办理工单时可插入适用的回复，占位符自动填入。",
  },
  empty: {
    en: "No canned reply. Make one for what is answered often.",
    zh: "暂无常用回复，可为经常答复的内容新建一条。",
  },
  new_reply: { en: "New canned reply", zh: "新建常用回复" },
  change: { en: "Change", zh: "修改" },
  change_of: { en: "Change “{name}”", zh: "修改“{name}”" },
  remove: { en: "Delete", zh: "删除" },
  remove_of: { en: "Delete the canned reply “{name}”?", zh: "删除常用回复“{name}”？" },
  remove_about: {
    en: "Nobody can insert it any more. What was replied with it stays.",
    zh: "删除后不能再插入；已发出的回复不受影响。",
  },
  name: { en: "Name", zh: "名称" },
  name_en: { en: "Name (English)", zh: "名称（英文）" },
  name_zh: { en: "Name (Chinese)", zh: "名称（中文）" },
  text: { en: "Reply", zh: "回复内容" },
  text_en: { en: "Reply (English)", zh: "回复内容（英文）" },
  text_zh: { en: "Reply (Chinese)", zh: "回复内容（中文）" },
  placeholders: {
    en: "{{number}}, {{name}} and {{subject}} stand for the number, the requester's name and the subject of the ticket.",
    zh: "{{number}}、{{name}}、{{subject}} 分别代表工单编号、诉求人姓名和标题。",
  },
  for_which: { en: "For", zh: "适用范围" },
  every_ticket: { en: "every ticket", zh: "全部工单" },
  only_type: { en: "Only for tickets of the type", zh: "仅适用的工单类型" },
  only_unit: { en: "Only for the unit, with those below", zh: "仅适用的单位（含下级）" },
  unseen_unit: { en: "a unit that you do not see", zh: "无权查看的单位" },
  changed: { en: "Changed", zh: "修改时间" },
  actions: { en: "Actions", zh: "操作" },
  insert: { en: "Insert a canned reply", zh: "插入常用回复" },
  insert_language: { en: "Language of the reply", zh: "回复语言" },
  english: { en: "English", zh: "英文" },
  chinese: { en: "Chinese", zh: "中文" },
  required: { en: "Fill this in.", zh: "请填写。" },
} satisfies Words;
