import { expect, it } from "vitest";
import type { ChannelField } from "../../api/contract";
import { formOf, objectOf, settingsOf } from "./channelSettings";

const field = (name: string, shape: ChannelField["shape"]): ChannelField => ({
  name,
  shape,
  title: { en: name, zh: name },
  choices: [],
  required: false,
});
const FIELDS = [
  field("url", "text"),
  field("port", "number"),
  field("headers", "texts"),
  field("secrets", "secrets"),
  field("success", "object"),
];

it("settings come back from the form as they went in", () => {
  const settings = {
    url: "https://sms.example.org",
    port: 443,
    headers: { "X-App": "ops" },
    secrets: { key: "0190" },
    success: { pointer: "/code", equals: 0 },
  };
  expect(settingsOf(FIELDS, formOf(FIELDS, settings))).toEqual(settings);
});

it("what was left empty is left out", () => {
  const form = { url: "", port: null, headers: [{ name: "a" }, {}], secrets: [], success: "" };
  expect(settingsOf(FIELDS, form)).toEqual({});
});

it("only an object counts as one", () => {
  expect(objectOf('{"pointer": "/code"}')).toEqual({ pointer: "/code" });
  expect(objectOf("[1]")).toBeNull();
  expect(objectOf("{")).toBeNull();
});
