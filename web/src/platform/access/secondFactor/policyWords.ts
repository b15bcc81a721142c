import type { Words } from "../../../kit/say";

export const words = {
  title: { en: "Who must have a second factor", zh: "双因素认证要求" },
  about: {
    en: "Whoever lacks one once the days are over can sign in, and do nothing but set one up. API tokens go on working.",
    zh: "超过宽限期仍未启用的用户登录后只能设置双因素认证。API 令牌不受影响。",
  },
  required_of: { en: "Required of", zh: "适用对象" },
  nobody: { en: "Nobody", zh: "不要求" },
  administrators: { en: "Every administrator", zh: "所有管理员" },
  roles: { en: "These roles", zh: "指定角色" },
  everybody: { en: "Everybody", zh: "所有用户" },
  which: { en: "Roles", zh: "角色" },
  grace_days: { en: "Days to set one up", zh: "宽限天数" },
  since: { en: "Since", zh: "起始时间" },
  by: { en: "By", zh: "操作人" },
  change: { en: "Change", zh: "修改" },
  required: { en: "Please fill this in", zh: "此项必填" },
  lacking: { en: "Who lacks one", zh: "尚未启用的用户" },
  none_lacking: { en: "Everybody of whom it is required has one", zh: "要求范围内的用户均已启用" },
  user: { en: "User", zh: "用户" },
  name: { en: "Name", zh: "姓名" },
  last_sign_in: { en: "Last sign-in", zh: "上次登录" },
  due: { en: "Must have one by", zh: "截止时间" },
} satisfies Words;
