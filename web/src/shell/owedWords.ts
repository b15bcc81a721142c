import type { Words } from "../kit/say";

export const words = {
  password: { en: "Choose your own password", zh: "请设置自己的密码" },
  password_about: {
    en: "Somebody else has set the password with which you signed in. Replace it by one that only you know.",
    zh: "您登录所用的密码由他人设置，请改为只有您自己知道的密码。",
  },
  current: { en: "Current password", zh: "当前密码" },
  new: { en: "New password", zh: "新密码" },
  change: { en: "Change password", zh: "修改密码" },
  factor: { en: "Set up a second factor", zh: "请启用双因素认证" },
  factor_about: {
    en: "Your organisation requires one of you. Once it is set up you can go on.",
    zh: "您所在的组织要求您的账号启用双因素认证，完成设置后即可继续。",
  },
  app: { en: "Authenticator app", zh: "认证器应用" },
  passkey: { en: "Passkey", zh: "通行密钥" },
  sign_out: { en: "Sign out", zh: "退出登录" },
  required: { en: "Please fill this in", zh: "此项必填" },
} satisfies Words;
