import type { Words } from "../../kit/say";

export const words = {
  coming: { en: "Coming changes", zh: "预定变更" },
  coming_about: {
    en: "What was told for a later day and has not come true yet.",
    zh: "已登记、将在以后生效的变更。",
  },
  of_resources: { en: "Resources", zh: "资源" },
  of_organisation: { en: "Organisation", zh: "组织机构" },
  whose: { en: "Whose", zh: "预定人" },
  everybodys: { en: "Everybody’s", zh: "全部" },
  mine: { en: "Mine", zh: "我的" },
  until: { en: "Come true until", zh: "生效截至" },
  none: { en: "Nothing is to come.", zh: "暂无预定变更。" },
  at: { en: "From", zh: "生效时间" },
  about: { en: "What", zh: "对象" },
  changes: { en: "Becomes", zh: "变更内容" },
  told_by: { en: "Told by", zh: "预定人" },
  somebody: { en: "not known", zh: "未知" },
  begins: { en: "comes to be", zh: "开始存在" },
  ends: { en: "ends", zh: "终止" },
  hidden: { en: "outside of your scope", zh: "在您的权限范围以外" },
  cancel: { en: "Call off", zh: "撤销预定" },
  cancel_of: { en: "Call off what is to become of {name}?", zh: "撤销“{name}”的预定变更？" },
  cancel_change: {
    en: "“{name}” stays as it is before {at}. What was told for later stands.",
    zh: "“{name}”在 {at} 之后保持原状，更晚的预定变更不受影响。",
  },
  cancel_begins: {
    en: "“{name}” does not come to be, nor does what was told of it for later.",
    zh: "“{name}”将不会产生，之后的预定变更一并撤销。",
  },
  cancel_ends: {
    en: "“{name}” goes on after {at} without an end.",
    zh: "“{name}”在 {at} 之后继续有效，不再有终止日期。",
  },
  not_whole: {
    en: "It leads beyond your scope: who holds both places calls it off",
    zh: "该变更涉及您权限范围以外的位置，须由同时拥有两处权限的人撤销",
  },
  noun_unit: { en: "unit", zh: "单位" },
  noun_region: { en: "region", zh: "区域" },
  noun_site: { en: "site", zh: "地点" },
  noun_post: { en: "post", zh: "岗位" },
  noun_person: { en: "person", zh: "人员" },
  noun_holding: { en: "holding", zh: "任职" },
} satisfies Words;
