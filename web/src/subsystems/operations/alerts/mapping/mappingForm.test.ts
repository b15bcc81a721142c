import { expect, it } from "vitest";
import type { EventMappingView } from "../../../../api/contract";
import { bodyOf, formOf, twiceIn } from "./mappingForm";

const MAPPING: EventMappingView = {
  severity_label: "severity",
  severities: { page: "critical", ticket: "warning", 严重: "critical" },
  severity_default: "warning",
  resource_labels: ["instance", "host"],
  resolve_timeout_s: 300,
};

it("what is not touched is sent as it came", () => {
  expect(formOf(MAPPING).severities).toEqual({
    critical: ["page", "严重"],
    warning: ["ticket"],
    info: [],
  });
  expect(bodyOf(formOf(MAPPING))).toEqual(MAPPING);
});

it("a value means one thing", () => {
  const severities = { critical: ["page"], warning: ["Page "], info: [] };
  expect(twiceIn(severities, "critical")).toBe("page");
  expect(twiceIn(severities, "warning")).toBe("Page ");
  expect(twiceIn(severities, "info")).toBeUndefined();
  expect(twiceIn(undefined, "info")).toBeUndefined();
});
