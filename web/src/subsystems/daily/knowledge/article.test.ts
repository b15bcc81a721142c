import { expect, it } from "vitest";
import { differencesOf } from "../../../kit/difference";
import { bodyOf, soughtOf, textsOf } from "./article";

const body = { title: "打印机", audience: "staff" as const, unit_id: "u1" };

it("an article is sent as a whole: what is left empty is emptied", () => {
  const sent = bodyOf({ ...body, owner_id: "", review_on: "" });
  expect(sent).toEqual({
    ...body,
    symptom: "",
    answer: "",
    keywords: [],
    category: "",
    resource_ids: [],
    owner_id: null,
    review_on: null,
  });
});

it("states of an article differ in what is read of them alone", () => {
  const [one, other] = [textsOf(body), textsOf({ ...body, answer: "重启", owner_id: "p1" })];
  expect(differencesOf(one, other).map(({ path }) => path)).toEqual(["answer"]);
});

it("a subject is looked for first, and no more than the server takes", () => {
  expect(soughtOf(" VPN ", "")).toBe("VPN");
  expect(soughtOf("VPN", "x".repeat(500))).toHaveLength(400);
  expect(soughtOf("VPN", "x".repeat(500)).startsWith("VPN ")).toBe(true);
});
