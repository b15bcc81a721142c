import type { Page } from "@playwright/test";
import { change, make } from "./things";

/** Ids of what the pages of the directory and of access are looked at with. */
export interface Organisation {
  unit: string;
  person: string;
  user: string;
  group: string;
  review: string;
  ticket: string;
  inspection: string;
  round: string;
}

const FROM = "2025-01-01";

/** Names as long as offices have them, for which there must be room. */
async function longNames(page: Page, region_id: string): Promise<void> {
  const unit_id = await make(page, "/units", {
    code: "330200-NET-SECURITY",
    name: {
      en: "Office for the operation of networks and the security of information",
      zh: "网络运行与信息安全保障办公室（市大数据中心联合值守组）",
    },
    kind: "办公室",
    region_id,
    from: FROM,
  });
  const post_id = await make(page, "/posts", {
    code: "NET-SECURITY-DEPUTY",
    title: { en: "Deputy head for backbone networks", zh: "骨干网络运行副主任（兼安全值守负责人）" },
    unit_id,
    from: FROM,
  });
  const person_id = await make(page, "/people", {
    number: "330200199001011234",
    name: "Alexandra Konstantinopoulou",
    unit_id,
    contacts: [
      { way: "mail", value: "alexandra.konstantinopoulou@operations.example.cn" },
      { way: "mobile", value: "+86 138 0000 0000" },
    ],
    from: FROM,
  });
  await make(page, "/holdings", { person_id, post_id, kind: "part-time", from: FROM });
}

/** An enquiry with an answer of its form, and one with all that a form does not ask for. */
async function aTicket(page: Page, unit_id: string): Promise<string> {
  const levels = { impact: "medium", urgency: "high" };
  await make(page, "/tickets", {
    type: "request",
    unit_id,
    channel: "portal",
    content: {
      subject: "An account for remote work with a second factor, before the end of the month",
      ...levels,
    },
  });
  return make(page, "/tickets", {
    type: "enquiry",
    unit_id,
    channel: "letter",
    content: {
      subject: "道路照明投诉",
      text: "人民路 12 号门前路灯三天未亮。",
      requester: { name: "陈先生", contact: "139 0000 0000" },
      fields: { kind: "complaint" },
      ...levels,
    },
  });
}

/** A plan of inspections all day long, and its first round. */
async function anInspection(page: Page, unit_id: string, post_id: string) {
  const inspection = await make(page, "/duty/inspections", {
    name: "机房巡检（一号机房与配电间）",
    unit_id,
    by: { post_id },
    ticket_type: "incident",
    grace_minutes: 30,
    schedule: {
      zone: "Asia/Shanghai",
      calendar: "china",
      from: FROM,
      every: "day",
      windows: [{ from: "00:00", to: "00:00" }],
    },
    items: [
      { key: "door", name: "Door is locked", place: "Machine room 1", kind: "yes_no", photo: true },
      { key: "temperature", name: "机房温度", kind: "number", unit: "℃", min: 18, max: 27 },
      {
        key: "ups",
        name: "UPS panel",
        kind: "choice",
        choices: [{ name: "green" }, { name: "red", abnormal: true }],
      },
    ],
  });
  const round = await page.evaluate(async (id) => {
    const answer = await fetch(`/api/v1/duty/rounds?inspection_id=${id}&limit=1`);
    return (await answer.json()).items[0].id;
  }, inspection);
  await make(page, "/duty/work-items", {
    unit_id,
    period: "month",
    day: new Date().toISOString().slice(0, 10),
    title: "Renew the certificates of the mail gateways",
    description: "Three of them end this quarter.",
  });
  return { inspection, round };
}

/** Makes a small organisation, and rights in it. */
export async function organisation(page: Page): Promise<Organisation> {
  const name = { en: "Beijing", zh: "北京市" };
  const region_id = await make(page, "/regions", { code: "11", name, from: FROM });
  await make(page, "/sites", {
    code: "DC1",
    name: { en: "Machine room 1", zh: "一号机房" },
    region_id,
    from: FROM,
  });
  const unit = await make(page, "/units", {
    code: "NET",
    name: { en: "Network", zh: "网络科" },
    kind: "科",
    region_id,
    from: FROM,
  });
  const post_id = await make(page, "/posts", {
    code: "HEAD",
    title: { en: "Head", zh: "科长" },
    unit_id: unit,
    head: true,
    from: FROM,
  });
  const person = await make(page, "/people", {
    number: "1001",
    name: "王小明",
    unit_id: unit,
    contacts: [{ way: "mail", value: "wang@example.cn" }],
    from: FROM,
  });
  await make(page, "/holdings", { person_id: person, post_id, from: FROM, to: "2031-01-01" });
  await change(page, `/people/${person}`, { name: "王晓明", from: "2030-01-01" });
  await change(page, `/units/${unit}`, { name: { en: "Networks", zh: "网络处" }, from: "2030-01-01" });
  await longNames(page, region_id);
  await make(page, "/directory/sources", {
    name: "Active Directory",
    settings: { url: "ldap://127.0.0.1:9", base: "dc=example,dc=cn", enabled: false },
  });
  const user = await make(page, "/users", { name: "bob", password: "seven quiet herons fly" });
  const group = await make(page, "/groups", { name: "On call", description: "7×24" });
  for (const holder of [
    { kind: "user", id: user },
    { kind: "group", id: group },
  ]) {
    await make(page, "/grants", {
      holder,
      role: "operator",
      scope: { kind: "unit", ids: [unit] },
      reason: "The roster of this year",
    });
  }
  await make(page, "/emergencies", {
    user_id: user,
    role: "operator",
    scope: { kind: "everything" },
    hours_max: 4,
    reason: "Nights",
  });
  const review = await make(page, "/reviews", {
    title: "Review of this year",
    reviewer_id: user,
    due_at: "2099-01-01T00:00:00Z",
  });
  const ticket = await aTicket(page, unit);
  const planned = await anInspection(page, unit, post_id);
  return { unit, person, user, group, review, ticket, ...planned };
}
