import { expect, it } from "vitest";
import type { RosterBody } from "../../../api/contract";
import { bodyOf, roundOf, valuesOf } from "./rosterValues";

/** All that the API knows of: blocks that differ, several posts in a shift, another zone. */
const ROSTER: RosterBody = {
  name: "Night desk",
  unit_id: "u",
  zone: "America/New_York",
  calendar: "weekdays",
  days: [{ date: "2026-10-01", kind: "holiday", name: "National Day" }],
  rest_hours_min: 11,
  swap_approval: true,
  shifts: [{ key: "night", name: "Night", from: "20:00", to: "08:00", days: ["workday"] }],
  positions: [
    {
      key: "lead",
      name: "Lead",
      seats: 1,
      post_id: "p",
      qualifications: ["DBA"],
      shifts: ["night"],
      reserves: ["c"],
      rotations: [
        {
          days: ["holiday"],
          shifts: ["night"],
          start: "2026-01-05T08:00:30",
          unit: "days",
          blocks: [
            { people: ["a"], length: 4 },
            { people: ["b"], length: 3 },
          ],
        },
      ],
    },
    {
      key: "crew",
      name: "Crew",
      seats: 2,
      post_id: null,
      qualifications: [],
      shifts: [],
      reserves: [],
      rotations: [
        {
          days: [],
          shifts: [],
          start: "2026-01-05T08:00:00",
          unit: "shifts",
          blocks: [{ people: ["a", "b"], length: 1 }],
        },
      ],
    },
  ],
};

it("all that the server knows of a roster comes back from the form as it was", () => {
  expect(bodyOf(valuesOf(ROSTER))).toEqual(ROSTER);
});

it("a turn that is typed begins with the minute", () => {
  const values = valuesOf(ROSTER);
  const [, crew] = values.positions;
  expect(crew?.rotations[0]?.start).toBe("2026-01-05T08:00");
});

it("a round takes the sum of its unequal turns", () => {
  const [lead] = valuesOf(ROSTER).positions;
  expect(roundOf(lead?.rotations[0] ?? {})).toBe(7);
  expect(roundOf({ blocks: [{}, { length: 2 }] })).toBe(3);
});
