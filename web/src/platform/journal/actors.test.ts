import { expect, it } from "vitest";
import { say } from "../../kit/say";
import { actorAsked, words } from "./actors";

it("a part of the server is found by what the page calls it", () => {
  const said = say(words, "zh");
  expect(actorAsked(said, "监测")).toBe("probe");
  expect(actorAsked(say(words, "en"), "Monitoring")).toBe("probe");
  expect(actorAsked(said, "probe")).toBe("probe");
  expect(actorAsked(said, "孙系统")).toBe("孙系统");
});
