import type { Words } from "../../../kit/say";

/** The fields of facts about messages and their ways. */
export const words = {
  from_way: { en: "Way before", zh: "原途径" },
  to_way: { en: "Way now", zh: "转入途径" },
  because: { en: "Why", zh: "原因" },
  turns: { en: "Ways one after another", zh: "逐级发送" },
  urgent_turns: { en: "Ways one after another, when urgent", zh: "紧急消息逐级发送" },
  order: { en: "Ways one after another", zh: "逐级发送" },
  zone: { en: "Time zone", zh: "时区" },
} satisfies Words;
