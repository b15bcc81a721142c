import type { Words } from "../../../kit/say";

export const words = {
  title: { en: "Who has the duties now", zh: "三项职责的现任人员" },
  about: {
    en: "A duty always keeps somebody who counts: who has all its permissions over everything, granted without an end, with a password here. The last one can be neither disabled nor lose it.",
    zh: "每项职责须始终有人计为承担者：在全部范围内拥有该职责的全部权限，由授权长期获得，并有本系统密码。最后一人不能停用，其授权也不能终止。",
  },
  about_before: {
    en: "As it will count once the duties are separated: who has all the permissions of a duty over everything, granted without an end, with a password here. Roles that unite duties are left out.",
    zh: "按启用三员分立之后的规则计算：在全部范围内拥有该职责的全部权限，由授权长期获得，并有本系统密码。合并多项职责的角色不计在内。",
  },
  duty_system: { en: "System administration", zh: "系统管理" },
  duty_security: { en: "Security administration", zh: "安全管理" },
  duty_audit: { en: "Audit administration", zh: "审计管理" },
  figures: { en: "{held} have it, {counting} count", zh: "现任 {held} 人，其中 {counting} 人计为承担者" },
  more: { en: "and {more} more", zh: "另有 {more} 人" },
  counts: { en: "counts", zh: "计为承担者" },
  counts_not: { en: "does not count: {why}", zh: "不计：{why}" },
  shortfall_part: { en: "lacks {lacks}", zh: "缺少 {lacks}" },
  shortfall_scope: { en: "not over everything", zh: "不是全部范围" },
  shortfall_lent: { en: "passed on, or for an emergency", zh: "来自转授或应急授权" },
  shortfall_ends: { en: "the grant has an end", zh: "授权有截止时间" },
  shortfall_vouched_for: {
    en: "no password here, or linked by somebody else",
    zh: "没有本系统密码，或外部账号由他人关联",
  },
  shortfall_conflicting: { en: "has two duties", zh: "同时承担两项职责" },
  held_by_nobody: { en: "Nobody has this duty.", zh: "无人承担此项职责。" },
  kept_by_nobody: {
    en: "Nobody counts for this duty: grant it in full, over everything and without an end.",
    zh: "此项职责没有计为承担者的人：请在全部范围内完整、长期地授予。",
  },
  kept_by_one: {
    en: "Only one counts for this duty: who is away or leaves cannot be replaced. Grant it to a second person.",
    zh: "此项职责只有一人计为承担者，其缺席或离职时无人可替。请再授予一人。",
  },
  comma: { en: ", ", zh: "、" },
} satisfies Words;
