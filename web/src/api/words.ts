import type { Words } from "../kit/say";

export const words = {
  unreachable: { en: "The server cannot be reached", zh: "无法连接服务器" },
  unreachable_detail: {
    en: "No answer came back. Check the network and whether the service is running.",
    zh: "没有收到应答，请检查网络以及服务是否在运行。",
  },
  unreadable: { en: "The answer could not be read", zh: "无法解析服务器的应答" },
} satisfies Words;
