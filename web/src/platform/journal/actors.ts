import type { FactView } from "../../api/contract";
import type { Words } from "../../kit/say";

/** The parts of the server that act by themselves, as they read before a verb. */
export const words = {
  server: { en: "Mainstay", zh: "砥柱" },
  discovery: { en: "discovery", zh: "自动发现" },
  probe: { en: "monitoring", zh: "监测" },
  alerts: { en: "alerting", zh: "告警" },
  jobs: { en: "the scheduler", zh: "任务调度" },
  journal: { en: "the journal", zh: "日志" },
  vault: { en: "the vault", zh: "密钥库" },
  notify: { en: "notification", zh: "消息通知" },
  resources: { en: "the register", zh: "资源库" },
  "directory.sync": { en: "directory synchronisation", zh: "目录同步" },
  "access.reviews": { en: "access review", zh: "权限复核" },
} satisfies Words;

/** What the server is asked for when `text` is looked for: a part's name in words is its id there. */
export function actorAsked(said: Record<string, string>, text: string): string {
  const part = Object.entries(said).find(([, word]) => word.toLowerCase() === text.toLowerCase());
  return part?.[0] ?? text;
}

/** Who did it, for people; a part that this page does not know yet goes by its own name. */
export function actorName(said: Record<string, string>, actor: FactView["actor"]): string {
  if (actor.kind !== "system") return actor.name;
  return said[actor.id] ?? actor.name;
}
