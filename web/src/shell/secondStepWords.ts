import type { Words } from "../kit/say";

export const words = {
  title: { en: "One more step", zh: "双因素认证" },
  about_code: {
    en: "Enter the 6 digits that your authenticator app shows now.",
    zh: "请输入认证器应用当前显示的 6 位数字。",
  },
  about_recovery: {
    en: "Enter one of the recovery codes that you kept. It works once.",
    zh: "请输入您保存的恢复码，每个恢复码只能使用一次。",
  },
  code: { en: "Code", zh: "验证码" },
  recovery_code: { en: "Recovery code", zh: "恢复码" },
  use_recovery: { en: "Use a recovery code", zh: "使用恢复码" },
  use_code: { en: "Use the app", zh: "使用认证器应用" },
  go_on: { en: "Go on", zh: "继续" },
  back: { en: "Begin again", zh: "重新登录" },
  required: { en: "Please fill this in", zh: "此项必填" },
} satisfies Words;
