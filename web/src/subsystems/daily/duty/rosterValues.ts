import type { DayKind, RosterBody } from "../../../api/contract";

export interface ShiftValues {
  key: string;
  name: string;
  from: string;
  to: string;
  days?: DayKind[];
}

export interface BlockValues {
  people: string[];
  length: number;
}

export interface RotationValues {
  days?: DayKind[];
  shifts?: string[];
  start: string;
  unit: RosterBody["positions"][number]["rotations"][number]["unit"];
  blocks: BlockValues[];
}

export interface PositionValues {
  key: string;
  name: string;
  seats: number;
  post_id?: string;
  qualifications?: string[];
  shifts?: string[];
  reserves?: string[];
  rotations: RotationValues[];
}

/** A day that differs from the calendar. */
export interface OwnDayValues {
  date: string;
  kind: DayKind;
  name?: string;
}

export interface RosterValues {
  name: string;
  unit_id: string;
  zone: string;
  calendar: RosterBody["calendar"];
  rest_hours_min: number;
  swap_approval: boolean;
  days: OwnDayValues[];
  shifts: ShiftValues[];
  positions: PositionValues[];
}

/** A turn of nobody yet. */
export const newBlock = { people: [], length: 1 };

/** A rotation that begins today, day by day. */
export function newRotation(day: string): Omit<RotationValues, "days" | "shifts"> {
  return { start: `${day}T08:00`, unit: "days", blocks: [newBlock] };
}

/** What the form of a new roster holds at first. */
export function blankRoster(day: string, zone: string, said: { shift: string; position: string }) {
  return {
    zone,
    calendar: "china" as const,
    rest_hours_min: 0,
    swap_approval: false,
    days: [],
    shifts: [{ key: "day", name: said.shift, from: "08:00", to: "08:00" }],
    positions: [{ key: "main", name: said.position, seats: 1, rotations: [newRotation(day)] }],
  };
}

/** What the form of a roster holds. */
export function valuesOf(roster: RosterBody): RosterValues {
  return {
    name: roster.name,
    unit_id: roster.unit_id,
    zone: roster.zone,
    calendar: roster.calendar,
    rest_hours_min: roster.rest_hours_min ?? 0,
    swap_approval: roster.swap_approval ?? false,
    days: roster.days ?? [],
    shifts: roster.shifts.map((shift) => ({ ...shift, days: shift.days ?? [] })),
    positions: roster.positions.map((position) => ({
      key: position.key,
      name: position.name,
      seats: position.seats ?? 1,
      ...(position.post_id ? { post_id: position.post_id } : {}),
      qualifications: position.qualifications ?? [],
      shifts: position.shifts ?? [],
      reserves: position.reserves ?? [],
      rotations: position.rotations.map((rotation) => ({
        days: rotation.days ?? [],
        shifts: rotation.shifts ?? [],
        start: rotation.start.replace(/:00$/, ""),
        unit: rotation.unit,
        blocks: rotation.blocks.map((block) => ({
          people: block.people,
          length: block.length ?? 1,
        })),
      })),
    })),
  };
}

/** A moment on the wall clock with its seconds: what is typed leaves them out. */
function withSeconds(start: string): string {
  return /T\d{2}:\d{2}$/.test(start) ? `${start}:00` : start;
}

/** How many units go by until the first has their turn again. */
export function roundOf(rotation: { blocks?: Partial<BlockValues>[] }): number {
  return (rotation.blocks ?? []).reduce((sum, block) => sum + (block?.length ?? 1), 0);
}

/** What is sent. */
export function bodyOf(values: RosterValues): RosterBody {
  return {
    name: values.name,
    unit_id: values.unit_id,
    zone: values.zone,
    calendar: values.calendar,
    days: (values.days ?? []).map((day) => ({ ...day, name: day.name ?? "" })),
    rest_hours_min: values.rest_hours_min ?? 0,
    swap_approval: values.swap_approval ?? false,
    shifts: (values.shifts ?? []).map((shift) => ({ ...shift, days: shift.days ?? [] })),
    positions: (values.positions ?? []).map((position) => ({
      key: position.key,
      name: position.name,
      seats: position.seats ?? 1,
      post_id: position.post_id || null,
      qualifications: position.qualifications ?? [],
      shifts: position.shifts ?? [],
      reserves: position.reserves ?? [],
      rotations: (position.rotations ?? []).map((rotation) => ({
        days: rotation.days ?? [],
        shifts: rotation.shifts ?? [],
        start: withSeconds(rotation.start),
        unit: rotation.unit,
        blocks: (rotation.blocks ?? []).map((block) => ({
          people: block.people ?? [],
          length: block.length ?? 1,
        })),
      })),
    })),
  };
}
