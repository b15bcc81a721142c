import type { Words } from "../../../../kit/say";

export const words = {
  keys: { en: "Keys of this list", zh: "列表快捷键" },
  keys_about: {
    en: "They count while nothing is typed into a field and no dialog is open.",
    zh: "在未输入文字且未打开对话框时有效。",
  },
  key: { en: "Key", zh: "按键" },
  does: { en: "Does", zh: "作用" },
  key_j: { en: "to the next ticket", zh: "下一张工单" },
  key_k: { en: "to the one before", zh: "上一张工单" },
  key_enter: { en: "open the ticket", zh: "打开工单" },
  key_x: { en: "choose the ticket, or choose it no more", zh: "选择或取消选择该工单" },
  key_help: { en: "show these keys", zh: "显示快捷键说明" },
  close: { en: "Close", zh: "关闭" },
} satisfies Words;
