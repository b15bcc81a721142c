/**
 * How wide a table is: as wide as its place, its cells breaking their lines; only where not even
 * the longest words have room does it move within its place.
 */
export const FITTED: { x: true } = { x: true };
