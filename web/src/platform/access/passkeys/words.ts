import type { Words } from "../../../kit/say";

export const words = {
  title: { en: "Passkeys", zh: "通行密钥" },
  about: {
    en: "A key on your phone, computer or security key. It signs you in without a password, or is your second step after it.",
    zh: "保存在手机、电脑或安全密钥中的密钥，可免密登录，也可作为密码之后的第二步验证。",
  },
  empty: {
    en: "You have no passkey yet: add one to sign in without a password",
    zh: "尚未添加通行密钥：添加后无需密码即可登录",
  },
  add: { en: "Add a passkey", zh: "添加通行密钥" },
  name: { en: "Name", zh: "名称" },
  name_why: {
    en: "What you will know it by, such as “Security key at my desk”",
    zh: "便于识别的名称，例如“办公桌上的安全密钥”",
  },
  required: { en: "Please fill this in", zh: "此项必填" },
  synced: { en: "Kept in", zh: "保存方式" },
  is_synced: { en: "An account, on several devices", zh: "随账户同步到多台设备" },
  is_bound: { en: "One device", zh: "仅在一台设备" },
  added: { en: "Added", zh: "添加时间" },
  used: { en: "Last used", zh: "上次使用" },
  remove: { en: "Remove", zh: "删除" },
  remove_title: { en: "Remove the passkey “{name}”?", zh: "删除通行密钥“{name}”？" },
  remove_what: {
    en: "It lets nobody in any more. Delete it in your device as well.",
    zh: "删除后不能再用它登录，请同时在设备中删除。",
  },
  done: { en: "The passkey is added", zh: "通行密钥已添加" },
} satisfies Words;
