import type { Words } from "../kit/say";

export const words = {
  product: { en: "Mainstay", zh: "砥柱" },
  sign_in: { en: "Sign in with a passkey", zh: "使用通行密钥登录" },
  use: { en: "Use a passkey", zh: "使用通行密钥" },
  unsupported: {
    en: "This browser makes no passkeys here. They need a secure page (https://) and a browser of today.",
    zh: "当前浏览器或页面不支持通行密钥，请使用 https:// 网址和较新的浏览器。",
  },
  elsewhere: {
    en: "Passkeys work at {origin} only. Open that address.",
    zh: "通行密钥仅可在 {origin} 使用，请打开该网址。",
  },
  insecure: {
    en: "The browser takes no passkey at this address.",
    zh: "浏览器拒绝在当前网址使用通行密钥。",
  },
  cancelled: {
    en: "Nothing was signed: it was cancelled, took too long, or there is no passkey for this site.",
    zh: "未完成验证：操作已取消、超时，或没有本站的通行密钥。",
  },
  known: {
    en: "This authenticator has a passkey of yours for this site already.",
    zh: "该验证器中已有您在本站的通行密钥。",
  },
} satisfies Words;
