import { expect, it } from "vitest";
import { formatExact } from "../../kit/format";
import { say } from "../../kit/say";
import { isId, nameBeside, referenceOf } from "./references";
import { termOf } from "./useTerm";
import { contactOf, isEmpty, namedOf, plainWord, scopeOf, textIn } from "./valueWords";
import { words as own } from "./own/words";
import { words as values } from "./values/words";
import { catalogue } from "./catalogue";

const ID = "01a22411-46b1-79ec-aea2-3a993f0ab093";

it("fields are called in the reader's language, by their whole path", () => {
  const zh = { ...say(catalogue, "zh"), ...say(own, "zh") };
  const en = { ...say(catalogue, "en"), ...say(own, "en") };
  expect(termOf(zh, "resource", "withheld")).toBe("超出您的权限范围、未显示的字段");
  expect(termOf(zh, "unit", "name.en")).toBe("名称（英文）");
  expect(termOf(en, "unit", "parent_id")).toBe("Part of");
  expect(termOf(zh, "person", "name")).toBe("姓名");
  expect(termOf(zh, "relation", "from")).toBe("起点");
  expect(termOf(en, "check", "spec.port")).toBe("What is checked · Port");
  expect(termOf(zh, "resource", "attributes.port", () => "端口号")).toBe("端口号");
  expect(termOf(en, "resource", "attributes.rack_unit")).toBe("rack unit");
  expect(termOf(zh, "resource", "attributes.executable")).toBe("可执行文件");
  expect(termOf(en, "lamp", "lit_by_hand")).toBe("lit by hand");
  expect(termOf(zh, "ticket", "order")).toBe("督办序号");
  expect(termOf(zh, "chain", "order")).toBe("逐级发送");
});

it("an id names what its field says, within what the whole is about", () => {
  expect(referenceOf("unit_id", "resource")).toBe("unit");
  expect(referenceOf("parent_id", "region")).toBe("region");
  expect(referenceOf("parent", "unit")).toBe("unit");
  expect(referenceOf("to", "relation")).toBe("resource");
  expect(referenceOf("cause_id", "incident")).toBe("resource");
  expect(referenceOf("merged_into", "incident")).toBe("incident");
  expect(referenceOf("merged_into", "resource")).toBe("resource");
  expect(referenceOf("from", "tag")).toBeNull();
  expect(referenceOf("session_id", "session")).toBeNull();
  expect(isId(ID)).toBe(true);
  expect(isId("nb-db-01")).toBe(false);
  expect(nameBeside({ user_id: ID, user_name: "ada" }, "user_id")).toBe(true);
  expect(nameBeside({ gone: ID, gone_name: "" }, "gone")).toBe(false);
});

it("values are told in words", () => {
  const zh = say(values, "zh");
  const at = "2026-12-09T16:00:00Z";
  expect(plainWord(zh, "zh", "effective_at", at)).toBe(formatExact(at, "zh"));
  expect(plainWord(zh, "zh", "source", "manual")).toBe("手工录入");
  expect(plainWord(zh, "zh", "from", "critical")).toBe("严重");
  expect(plainWord(zh, "zh", "name", "web")).toBe("web");
  expect(plainWord(zh, "zh", "head", true)).toBe("是");
  expect(textIn({ en: "Head", zh: "" }, "zh")).toBe("Head");
  expect(textIn({ en: "Head", zh: "科长", more: 1 }, "zh")).toBeNull();
  expect(contactOf({ way: "mail", value: "a@b.cn" })).toEqual({ way: "mail", value: "a@b.cn" });
  expect([null, "", [], {}].every(isEmpty)).toBe(true);
  expect(isEmpty(0)).toBe(false);
  expect(namedOf({ id: ID, name: "ada" })).toBe("ada");
  expect(namedOf({ id: ID, name: "ada", kind: "user" })).toBeNull();
  expect(scopeOf({ kind: "region", ids: [ID] })).toEqual({ kind: "region", ids: [ID] });
  expect(scopeOf({ kind: "unit" })).toBeNull();
});
