import { expect, it } from "vitest";
import { plannedFields } from "./ChangeText";
import { changeOf } from "./PlannedDialog";

it("a planned change holds the description and the attributes that were filled in", () => {
  const change = changeOf({
    do: "change",
    resource: "r",
    description: "the second one",
    attributes: { cpu_count: 4, serial: "" },
  });
  expect(change).toEqual({
    do: "change",
    resource: "r",
    edit: { description: "the second one", attributes: { cpu_count: 4 }, tags_added: [] },
  });
});

it("every field of a planned change is listed, and nothing that stays", () => {
  const edit = { name: "db2", description: "x", tags_added: [], attributes: { cpu_count: 4 } };
  expect(plannedFields(edit)).toEqual([
    ["name", "db2"],
    ["description", "x"],
    ["attributes.cpu_count", 4],
  ]);
});
