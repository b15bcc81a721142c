import { expect, it } from "vitest";
import { shownDetail, withheldOf } from "./shownDetail";

const ID = "01a22411-46b1-79ec-aea2-3a993f0ab093";
const OTHER = "01a22411-46b1-79ec-aea2-3a993f0ab094";

it("what the line of a fact says already is not said again", () => {
  const detail = {
    resource: ID,
    name: "db1",
    title: { en: "db1", zh: "数据库" },
    source: "manual",
    gone: OTHER,
    gone_name: "db2",
    unit_id: OTHER,
    replaced_plans: [],
    sentence: "db1 runs on web1",
  };
  const subject = { kind: "resource", id: ID, name: "db1" };
  expect(shownDetail({ detail, subject, before: null }, "db1").map(([field]) => field)).toEqual([
    "source",
    "gone_name",
    "unit_id",
  ]);
});

it("a name is said again only where it changes", () => {
  const subject = { kind: "unit", id: ID, name: "接入科" };
  const before = { name: { en: "Access", zh: "接入科" } };
  const fields = (name: string) =>
    shownDetail({ detail: { name }, subject, before }, "Access").map(([field]) => field);
  expect(fields("接入科")).toEqual([]);
  expect(fields("接入处")).toEqual(["name"]);
});

it("the fields that were taken out are named", () => {
  expect(withheldOf({ detail: { withheld: ["unit_id"] } })).toEqual(["unit_id"]);
  expect(withheldOf({ detail: {} })).toEqual([]);
});
