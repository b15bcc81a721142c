import type { Language } from "../../api/contract";
import type { Shade } from "../../kit/theme";
import type { Heat } from "./heat";
import { clockMarks, formatMark } from "./sampleFormat";
import { niceStep } from "./spans";

const COLOURS: Record<Shade, { text: string; cell: string }> = {
  light: { text: "#55646c", cell: "#0f6b7c" },
  dark: { text: "#a3b3bb", cell: "#5cc3cf" },
};
export const HEAT_HEIGHT_PX = 320;
const LEFT_PX = 66;
const BOTTOM_PX = 26;
const TOP_PX = 8;
const MARK_EVERY_PX = 22;
const CLOCK_EVERY_PX = 110;

/** How dark a cell is, from 0 to 255: by the root, so that few are still seen beside many. */
export function darkness(count: number, highest: number): number {
  if (count <= 0 || highest <= 0) return 0;
  return Math.round(25 + 230 * Math.sqrt(count / highest));
}

/** The cell under a place on the drawing; null beside them. */
export function cellAt(
  heat: Heat,
  width_px: number,
  x_px: number,
  y_px: number,
): { row: number; at: number } | null {
  const [wide, high] = [width_px - LEFT_PX, HEAT_HEIGHT_PX - BOTTOM_PX - TOP_PX];
  const at = Math.floor(((x_px - LEFT_PX) / wide) * heat.times_s.length);
  const row = heat.rows.length - 1 - Math.floor(((y_px - TOP_PX) / high) * heat.rows.length);
  const inside = at >= 0 && at < heat.times_s.length && row >= 0 && row < heat.rows.length;
  return inside ? { row, at } : null;
}

/** Draws the cells, the bounds of the rows at the left and the times below. */
export function drawHeat(
  canvas: HTMLCanvasElement,
  heat: Heat,
  width_px: number,
  look: { shade: Shade; language: Language },
): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.round(width_px * scale);
  canvas.height = Math.round(HEAT_HEIGHT_PX * scale);
  context.scale(scale, scale);
  context.clearRect(0, 0, width_px, HEAT_HEIGHT_PX);
  const { times_s, rows, cells, highest } = heat;
  const wide = (width_px - LEFT_PX) / times_s.length;
  const high = (HEAT_HEIGHT_PX - BOTTOM_PX - TOP_PX) / rows.length;
  // Edges lie on whole pixels: cells neither overlap nor leave seams.
  const topOf = (row: number) => Math.round(TOP_PX + (rows.length - 1 - row) * high);
  const leftOf = (at: number) => Math.round(LEFT_PX + at * wide);
  const { text, cell } = COLOURS[look.shade];
  cells.forEach((line, row) => {
    line.forEach((count, at) => {
      if (count === null || count <= 0) return;
      const alpha = darkness(count, highest).toString(16).padStart(2, "0");
      context.fillStyle = `${cell}${alpha}`;
      const [left, top] = [leftOf(at), topOf(row)];
      context.fillRect(left, top, leftOf(at + 1) - left, topOf(row - 1) - top);
    });
  });
  context.fillStyle = text;
  context.font = "12px system-ui, sans-serif";
  context.textAlign = "right";
  context.textBaseline = "middle";
  const everyRow = Math.max(1, Math.ceil(MARK_EVERY_PX / high));
  for (let row = 0; row < rows.length; row += everyRow) {
    const mark = formatMark(rows[row]?.upper ?? 0, look.language);
    context.fillText(mark, LEFT_PX - 6, topOf(row) + high / 2);
  }
  context.textAlign = "center";
  const marked = clockMarksOf(times_s, wide);
  const marks = clockMarks(
    marked.map(({ at_s }) => at_s),
    marked.length > 1 ? (marked[1]?.at_s ?? 0) - (marked[0]?.at_s ?? 0) : 1,
    look.language,
  );
  marked.forEach(({ at }, index) => {
    const x = leftOf(at);
    // A mark that would be cut off at an end is left out.
    if (x < LEFT_PX + 12 || x > width_px - 24) return;
    context.fillText(marks[index] ?? "", x, HEAT_HEIGHT_PX - BOTTOM_PX / 2);
  });
}

/** The columns with which a round time begins, as many as have room. */
function clockMarksOf(times_s: number[], wide_px: number): { at_s: number; at: number }[] {
  const length_s = (times_s.at(-1) ?? 0) - (times_s[0] ?? 0);
  const room = Math.max(1, Math.floor((wide_px * times_s.length) / CLOCK_EVERY_PX));
  const every_s = niceStep(length_s / room);
  return times_s
    .map((at_s, at) => ({ at_s: Math.floor(at_s / every_s) * every_s, at }))
    .filter(({ at_s }, at, all) => at > 0 && all[at - 1]?.at_s !== at_s);
}
