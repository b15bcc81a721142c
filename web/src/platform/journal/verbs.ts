import type { Words } from "../../kit/say";

/** Every verb of the journal, as it reads in a sentence about its subject. */
export const words = {
  "user.signed_in": { en: "signed in", zh: "登录" },
  "user.signed_out": { en: "signed out", zh: "退出登录" },
  "user.sign_in_failed": { en: "failed to sign in", zh: "登录失败" },
  "user.created": { en: "created user", zh: "创建用户" },
  "user.changed": { en: "changed user", zh: "修改用户" },
  "user.password_changed": { en: "changed password", zh: "修改密码" },
  "session.ended": { en: "ended session", zh: "终止会话" },
  "token.created": { en: "created API token", zh: "创建 API 令牌" },
  "token.revoked": { en: "revoked API token", zh: "吊销 API 令牌" },
  "resource.created": { en: "created resource", zh: "新增资源" },
  "resource.changed": { en: "changed resource", zh: "修改资源" },
  "resource.retired": { en: "retired resource", zh: "停用资源" },
  "relation.created": { en: "added relation", zh: "新增关系" },
  "relation.removed": { en: "removed relation", zh: "移除关系" },
  "check.created": { en: "created check", zh: "新增检查" },
  "check.changed": { en: "changed check", zh: "修改检查" },
  "check.removed": { en: "removed check", zh: "删除检查" },
  "check.state_changed": { en: "check changed state", zh: "检查状态变化" },
  "service.discovered": { en: "discovered service", zh: "发现服务" },
  "service.accepted": { en: "accepted service", zh: "采纳服务" },
  "service.dismissed": { en: "dismissed service", zh: "忽略服务" },
  "service.lost": { en: "service went away", zh: "服务消失" },
  "service.returned": { en: "service came back", zh: "服务恢复" },
  "alert.raised": { en: "raised alert", zh: "产生告警" },
  "alert.updated": { en: "updated alert", zh: "更新告警" },
  "alert.acknowledged": { en: "acknowledged alert", zh: "确认告警" },
  "alert.unacknowledged": { en: "took back acknowledgement", zh: "取消确认告警" },
  "alert.closed": { en: "closed alert", zh: "关闭告警" },
  "alert_rule.created": { en: "created alert rule", zh: "新增告警规则" },
  "alert_rule.changed": { en: "changed alert rule", zh: "修改告警规则" },
  "alert_rule.removed": { en: "removed alert rule", zh: "删除告警规则" },
  "job.failed": { en: "job failed", zh: "后台任务失败" },
  "server.started": { en: "server started", zh: "服务启动" },
  "server.stopped": { en: "server stopped", zh: "服务停止" },
  "access.denied": { en: "was denied", zh: "访问被拒绝" },
  "clock.jumped": { en: "clock jumped", zh: "时钟跳变" },
} satisfies Words;

/** The nouns before the dot, to filter a whole family of verbs. */
export const nouns = {
  "user.": { en: "Users: all", zh: "用户：全部" },
  "session.": { en: "Sessions: all", zh: "会话：全部" },
  "token.": { en: "API tokens: all", zh: "API 令牌：全部" },
  "resource.": { en: "Resources: all", zh: "资源：全部" },
  "relation.": { en: "Relations: all", zh: "关系：全部" },
  "check.": { en: "Checks: all", zh: "检查：全部" },
  "service.": { en: "Services: all", zh: "服务：全部" },
  "alert.": { en: "Alerts: all", zh: "告警：全部" },
  "alert_rule.": { en: "Alert rules: all", zh: "告警规则：全部" },
  "job.": { en: "Jobs: all", zh: "后台任务：全部" },
  "server.": { en: "Server: all", zh: "服务端：全部" },
  "access.": { en: "Access: all", zh: "访问控制：全部" },
} satisfies Words;

/** The wording of a verb; one that this page does not know yet is shown as it is. */
export function verbWord(said: Record<string, string>, verb: string): string {
  return said[verb] ?? verb;
}
