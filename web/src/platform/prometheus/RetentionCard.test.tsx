import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { RetentionCard } from "./RetentionCard";

afterEach(cleanup);

const MIB = 1_048_576;

it("each rule says how long its series are kept, what they take and what they may", () => {
  render(
    <RetentionCard
      usual="31d"
      rules={[
        { selector: '{env="test"}', keep: "7d", bytesMax: null, bytes: 2 * MIB },
        { selector: '{site="east"}', keep: null, bytesMax: 20 * MIB, bytes: 19 * MIB },
        { selector: '{env="lab"}', keep: "7d", bytesMax: null, bytes: null },
      ]}
      bytesMax={null}
      blockDays={3}
    />,
  );
  const [, ...rows] = screen.getAllByRole("row");
  const cells = rows.map((row) => [...row.children].map((cell) => cell.textContent));
  expect(cells.map((row) => row[2])).toEqual(["7 d", "31 d", "7 d"]);
  expect(cells.map((row) => row[4])).toEqual(["no limit", "20 MiB", "no limit"]);
  expect(cells.map((row) => row[3])).toEqual(["2 MiB", "19 MiB", "–"]);
});

it("without rules the card says so", () => {
  render(<RetentionCard usual="31d" rules={[]} bytesMax={5 * MIB} blockDays={3} />);
  expect(screen.queryByRole("table")).toBeNull();
  expect(screen.getByText(/^No rule keeps some series for another time/u)).toBeTruthy();
  expect(screen.getByText("5 MiB")).toBeTruthy();
});
