import type { Words } from "../../../../kit/say";

export const words = {
  mapping: { en: "Alerts of others", zh: "外部告警映射" },
  about: {
    en: "How labels of alerts that other systems send are read: how bad they are, and which resource they are about.",
    zh: "如何解读其他系统所发告警的标签：级别，以及涉及的资源。",
  },
  severity: { en: "How bad it is", zh: "级别" },
  severity_label: { en: "Label that says so", zh: "表示级别的标签" },
  critical: { en: "Critical", zh: "严重" },
  warning: { en: "Warning", zh: "警告" },
  info: { en: "Information", zh: "提示" },
  values_of: { en: "Values that mean “{severity}”", zh: "表示“{severity}”的取值" },
  values_about: { en: "Capital or small letters make no difference.", zh: "不区分大小写。" },
  severity_default: { en: "Without the label, or with another value", zh: "没有该标签或取值未列出时" },
  resource: { en: "Which resource it is about", zh: "涉及的资源" },
  resource_labels: { en: "Labels that name it, the first first", zh: "指明资源的标签（按先后顺序）" },
  resource_about: {
    en: "By id, name or host; also without a port and without a domain.",
    zh: "可为资源的编号、名称或主机名；带端口或域名也可识别。",
  },
  end: { en: "When it is over", zh: "结束" },
  resolve_timeout_s: { en: "Over when not sent again for (s)", zh: "未再次收到即视为结束（秒）" },
  twice: { en: "“{value}” is in two lists", zh: "“{value}”同时出现在两个列表中" },
  required: { en: "Please fill this in", zh: "此项必填" },
  saved: { en: "Saved: the next alerts are read like that.", zh: "已保存，后续告警将按此解读。" },
  history: { en: "What was changed", zh: "变更记录" },
} satisfies Words;
