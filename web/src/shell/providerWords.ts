import type { Words } from "../kit/say";

export const words = {
  sign_in_by: { en: "Sign in with {name}", zh: "使用 {name} 登录" },
  coming_back: { en: "Signing in", zh: "正在登录" },
  coming_back_about: {
    en: "Looking at what the identity provider says of you.",
    zh: "正在核对身份提供方返回的信息。",
  },
  failed: { en: "You are not signed in", zh: "登录未完成" },
  failed_about: {
    en: "The identity provider sent you back, but that was not enough to let you in.",
    zh: "身份提供方已将您送回，但未能完成登录。",
  },
  again: { en: "Back to signing in", zh: "返回登录页" },
} satisfies Words;
