import type { Words } from "../../../kit/say";

export const words = {
  action: { en: "Sign-in", zh: "登录" },
  title: { en: "Signing in by “{name}”", zh: "通过“{name}”登录" },
  about: {
    en: "People type their name and password of this directory. The source must use ldaps:// or StartTLS. Whoever changes where it leads switches this off, unless they may change identity providers.",
    zh: "用户使用该目录的用户名和密码登录。来源须使用 ldaps:// 或 StartTLS。无权修改身份提供方的人更改来源地址后，此项会自动关闭。",
  },
  enabled: { en: "People sign in by it", zh: "允许用它登录" },
  attribute: { en: "Attribute that people type", zh: "登录名取自属性" },
  attribute_about: {
    en: "uid; with Active Directory sAMAccountName or userPrincipalName",
    zh: "uid；Active Directory 使用 sAMAccountName 或 userPrincipalName",
  },
  creates_users: { en: "People without an account get one", zh: "为没有账号的人自动创建账号" },
  links_by_name: {
    en: "Whoever has a user's name there is that user here",
    zh: "按用户名自动关联已有用户",
  },
  links_about: {
    en: "Otherwise only the user of the same person of the directory is linked.",
    zh: "未启用时，只关联组织目录中同一人员的用户。",
  },
  required: { en: "Please fill this in", zh: "此项必填" },
  on: { en: "Signs people in", zh: "用于登录" },
} satisfies Words;
