import { expect, it } from "vitest";
import { foundName } from "./useFoundName";

it("only what discovery named itself is said in other words", () => {
  expect(foundName("Unknown service :2024", "未知服务")).toBe("未知服务 :2024");
  expect(foundName("Unknown service desk", "未知服务")).toBe("Unknown service desk");
  expect(foundName("nginx :80", "未知服务")).toBe("nginx :80");
});
