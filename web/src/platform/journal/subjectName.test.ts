import { expect, test } from "vitest";
import { subjectName } from "./subjectName";

const alert = {
  subject: { kind: "alert", id: "1", name: "http is critical" },
  detail: { title: { en: "http is critical", zh: "http：严重" } },
};
const relation = {
  subject: { kind: "relation", id: "1", name: "nginx runs on web1" },
  detail: {
    from_name: "nginx",
    to_name: "web1",
    sentence: "nginx runs on web1",
    sentence_zh: "nginx 运行于 web1",
  },
};

test("a subject is called in the reader's language where the fact has both wordings", () => {
  expect(subjectName(alert, "en")).toBe("http is critical");
  expect(subjectName(alert, "zh")).toBe("http：严重");
  expect(subjectName(relation, "en")).toBe("nginx runs on web1");
  expect(subjectName(relation, "zh")).toBe("nginx 运行于 web1");
});

test("older facts and plain names stay readable", () => {
  const { sentence_zh: _, ...older } = relation.detail;
  expect(subjectName({ ...relation, detail: older }, "zh")).toBe("nginx → web1");
  const host = { subject: { kind: "resource", id: "7", name: "web1" }, detail: { name: "web1" } };
  expect(subjectName(host, "zh")).toBe("web1");
  expect(subjectName({ subject: { kind: "user", id: "7", name: "" } }, "en")).toBe("7");
});

test("what is to be renamed later goes by the name that it has", () => {
  const renamed = {
    subject: { kind: "unit", id: "1", name: "网络中心" },
    at: "2026-11-28T21:30:41Z",
    before: { name: { en: "Network", zh: "网络处" } },
    detail: { effective_at: "2027-05-01T00:00:00Z" },
  };
  expect(subjectName(renamed, "zh")).toBe("网络处");
  expect(subjectName(renamed, "en")).toBe("Network");
  const past = { ...renamed, detail: { effective_at: "2026-01-01T00:00:00Z" } };
  expect(subjectName(past, "zh")).toBe("网络中心");
  expect(subjectName({ ...renamed, before: { name: "db1" } }, "zh")).toBe("db1");
});
