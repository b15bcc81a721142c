import type { Words } from "../../kit/say";

export const words = {
  title: { en: "Settings", zh: "系统设置" },
  about: {
    en: "What the server runs with. Change it in the configuration file, the environment or by flags.",
    zh: "服务当前使用的配置，可通过配置文件、环境变量或启动参数修改。",
  },
  server: { en: "This server", zh: "服务端" },
  version: { en: "Version", zh: "版本" },
  started: { en: "Started", zh: "启动时间" },
  data: { en: "Data on disk", zh: "数据占用" },
  series: { en: "Series", zh: "时间序列" },
  samples: { en: "Samples kept", zh: "样本总数" },
  setting: { en: "Setting", zh: "配置项" },
  value: { en: "Value", zh: "值" },
  source: { en: "Comes from", zh: "来源" },
  source_default: { en: "Built-in default", zh: "内置默认值" },
  source_file: { en: "Configuration file", zh: "配置文件" },
  source_environment: { en: "Environment", zh: "环境变量" },
  source_flag: { en: "Flag", zh: "启动参数" },
  not_set: { en: "not set", zh: "未设置" },
  empty: { en: "There are no settings", zh: "没有配置项" },
} satisfies Words;
