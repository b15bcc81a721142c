import type { Words } from "../../../kit/say";

export const words = {
  title: { en: "Second factor", zh: "双因素认证" },
  about: {
    en: "After your password, a code of an authenticator app or a passkey is asked for.",
    zh: "登录时，除密码外还需输入认证器应用显示的验证码，或使用通行密钥。",
  },
  off: { en: "Not set up", zh: "未启用" },
  on: { en: "Asked for", zh: "已启用" },
  since: { en: "Since", zh: "启用时间" },
  codes_left: { en: "Recovery codes left", zh: "剩余恢复码" },
  set_up: { en: "Set up", zh: "启用" },
  remove: { en: "Remove", zh: "停用" },
  remove_title: { en: "Remove the second factor?", zh: "停用双因素认证？" },
  remove_what: {
    en: "From then on your password alone lets you in, and the recovery codes work no more.",
    zh: "停用后仅凭密码即可登录，恢复码同时失效。",
  },
  removed: { en: "The second factor is removed", zh: "已停用双因素认证" },
  removed_passkey: { en: "The passkey is removed", zh: "通行密钥已删除" },
  must: { en: "Required of you", zh: "您的账号必须启用" },
  renew: { en: "New recovery codes", zh: "重新生成恢复码" },
  renew_what: {
    en: "The recovery codes that you have work no more.",
    zh: "现有的恢复码将全部失效。",
  },
  password: { en: "Password", zh: "密码" },
  password_why: {
    en: "Enter your password once more, so that nobody else does this at your desk.",
    zh: "请再次输入密码，以防他人冒用您的会话。",
  },
  go_on: { en: "Go on", zh: "继续" },
  scan: {
    en: "Scan this with your authenticator app, or type the secret in. Then enter what it shows.",
    zh: "请用认证器应用扫描二维码，或手动输入密钥，然后填写应用显示的验证码。",
  },
  secret: { en: "Secret", zh: "密钥" },
  qr: { en: "QR code for the authenticator app", zh: "认证器应用二维码" },
  code: { en: "Code", zh: "验证码" },
  confirm: { en: "Confirm", zh: "确认" },
  recovery_codes: { en: "Recovery codes", zh: "恢复码" },
  recovery_about: {
    en: "Each of them lets you in once when the app is not at hand. Keep them in a safe place.",
    zh: "无法使用认证器应用时，每个恢复码可登录一次，请妥善保管。",
  },
  done: { en: "Done", zh: "完成" },
  required: { en: "Please fill this in", zh: "此项必填" },
  reset: { en: "Reset second factor", zh: "重置双因素认证" },
  reset_title: { en: "Reset the second factor of {name}?", zh: "重置 {name} 的双因素认证？" },
  reset_what: {
    en: "App, passkeys and recovery codes of this user are removed: the password alone lets them in until they set one up again. Their sessions end.",
    zh: "该用户的认证器应用、通行密钥和恢复码将全部移除，重新设置之前仅凭密码即可登录，其所有会话将立即终止。",
  },
} satisfies Words;
