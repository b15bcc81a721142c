import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { RollupCard } from "./RollupCard";

afterEach(cleanup);

const DAY_MS = 86_400_000;

it("each step says what it takes and how long it is kept", () => {
  const span = { blocks: 6, bytes: 2048, fromTime: DAY_MS, toTime: 2 * DAY_MS };
  const none = { blocks: 0, bytes: 0, fromTime: null, toTime: null };
  render(
    <RollupCard
      rollups={[
        { step: "5m", made: true, keep: "400d", ...span },
        { step: "15m", made: false, keep: null, ...span },
        { step: "1h", made: true, keep: null, ...none },
      ]}
    />,
  );
  const [, ...rows] = screen.getAllByRole("row");
  const cells = rows.map((row) => [...row.children].map((cell) => cell.textContent));
  expect(cells.map(([step]) => step)).toEqual(["5 min", "15 min", "1 h"]);
  expect(cells.map((row) => row.at(-1))).toEqual([
    "400 d",
    "no longer made; what is there stays",
    "for ever",
  ]);
  expect(cells.map((row) => row[2])).toEqual(["6", "6", "0"]);
});

it("without roll-ups the card says so", () => {
  render(<RollupCard rollups={[]} />);
  expect(screen.queryByRole("table")).toBeNull();
  expect(screen.getByText("Past days are not rolled up.")).toBeTruthy();
});
