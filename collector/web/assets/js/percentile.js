// The 95th percentile as lines are billed by it: of the slots that are known the highest 5 % are left out, and the next
// one counts: the nearest rank, a slot that there was. Null: no slot is known.
export function percentile95(slots) {
  const known = slots.filter(bytes => bytes !== null && bytes !== undefined).map(Number).sort((a, b) => a - b);
  if (known.length === 0) return null;
  return known[Math.ceil((95 * known.length) / 100) - 1];
}
