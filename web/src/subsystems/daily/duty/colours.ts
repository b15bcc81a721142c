/** Hues far enough apart to be told from each other; the name stands beside them always. */
const HUES = [205, 28, 140, 285, 0, 175, 55, 320, 235, 90];

/** The hue of a person among those of a roster: the same wherever they are shown. */
export function hueOf(person: string, people: readonly { id: string }[]): number {
  const at = people.findIndex((one) => one.id === person);
  return HUES[(at < 0 ? 0 : at) % HUES.length] ?? 0;
}
