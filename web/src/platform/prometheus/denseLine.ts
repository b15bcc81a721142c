/** Where lines are drawn to: a `Path2D`, or a test that writes down what it is told. */
export type Pen = Pick<Path2D, "moveTo" | "lineTo">;

/** Part of an axis: its values, and the pixels that they are drawn on. */
export interface Stretch {
  min: number;
  max: number;
  /** Where `min` is drawn, and how far from there `max` is: negative upwards. */
  from_px: number;
  length_px: number;
}

/** What of a line falls on one column of pixels, in pixels. */
interface Fallen {
  x: number;
  first: number;
  last: number;
  /** The ends of the stroke that all its points make; `low <= high`. */
  low: number;
  high: number;
}

/**
 * Whether two strokes cover what joins their columns: the half of it on each side lies on one of
 * them. A stroke shorter than a pixel is less than a line across is thick, and covers none.
 */
function isHidden(before: Fallen, after: Fallen): boolean {
  if (after.x !== before.x + 1) return false;
  const middle = (before.last + after.first) / 2;
  const within = ({ low, high }: Fallen) => high - low >= 1 && low <= middle && middle <= high;
  return within(before) && within(after);
}

/** Draws what fell on a column, and what joins it to the column before, as far as it is seen. */
function draw(pen: Pen, before: Fallen | null, now: Fallen, alone: boolean): void {
  const { x, first, low, high } = now;
  if (before !== null && !isHidden(before, now)) {
    pen.moveTo(before.x, before.last);
    pen.lineTo(x, first);
    if (low === high) return;
    // The stroke goes on from the end at which the joint arrived.
    if (first === low || first === high) {
      pen.lineTo(x, first === low ? high : low);
      return;
    }
  }
  if (low < high) {
    pen.moveTo(x, low);
    pen.lineTo(x, high);
  } else if (alone) {
    // A point without neighbours has no length: a pixel shows that it is there.
    pen.moveTo(x, low - 0.5);
    pen.lineTo(x, low + 0.5);
  }
}

/**
 * Draws a line of which many points fall on each column of pixels: of those in a column the lowest
 * and the highest make a stroke, which is what all of them together would cover. What joins two
 * columns is left out where their strokes cover it.
 *
 * `times` rise; `first` and `last` are the places of the points between which to draw; null is a
 * gap, seen where no other point falls on its column.
 */
export function drawDense(
  pen: Pen,
  times: ArrayLike<number>,
  column: ArrayLike<number | null | undefined>,
  [first, last]: [number, number],
  { x, y }: { x: Stretch; y: Stretch },
): void {
  const wide = x.length_px / (x.max - x.min);
  const tall = y.length_px / (y.max - y.min);
  const yOf = (value: number) => y.from_px + (value - y.min) * tall;
  let before: Fallen | null = null;
  let waiting: Fallen | null = null;
  let at = first;
  // One column behind: only the next one tells whether a point is alone.
  const put = (next: Fallen | null) => {
    if (waiting !== null) draw(pen, before, waiting, before === null && next === null);
    before = waiting;
    waiting = next;
  };
  while (at <= last) {
    const column_px = Math.round(x.from_px + ((times[at] ?? 0) - x.min) * wide);
    const end = x.min + (column_px + 0.5 - x.from_px) / wide;
    let [low, high, begun, ended] = [Infinity, -Infinity, NaN, NaN];
    // The first belongs to the column whatever the rounding of its end says.
    do {
      const value = column[at];
      if (value !== null && value !== undefined) {
        if (low === Infinity) begun = value;
        ended = value;
        if (value < low) low = value;
        if (value > high) high = value;
      }
      at += 1;
    } while (at <= last && (times[at] ?? 0) < end);
    if (low === Infinity) {
      put(null);
      continue;
    }
    const [one, other] = [yOf(low), yOf(high)];
    put({
      x: column_px,
      first: yOf(begun),
      last: yOf(ended),
      low: Math.min(one, other),
      high: Math.max(one, other),
    });
  }
  put(null);
}
