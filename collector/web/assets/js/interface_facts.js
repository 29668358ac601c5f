// What is said of an interface beside its charts.
import { exact, plural } from './units.js';

// Bytes a second of the collector's 95th percentile (/api/v1/percentile); null: no slot is known.
export function percentileOf({ rows }, of) {
  const value = rows.find(row => row.of === of)?.value ?? null;
  return value === null ? null : Number(value) / 300;
}

// What it is of: hours and days, as they are imported, have no slots of five minutes.
export function percentileWords({ slots, known }) {
  const words = 'The 95th percentile, by which lines are billed, ';
  if (!known) return `${words}needs 5-minute rows; there are none of this time.`;
  return `${words}is of ${plural(exact(known), 'slot', known)} of five minutes${known < slots ? `; ${exact(slots - known)} are not known` : ''}.`;
}
