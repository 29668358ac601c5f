// Numbers for people: three significant digits. Amounts are in bytes with decimal prefixes, as bills are; rates in bits or
// bytes a second, as chosen; as the third choice both are in bytes with binary prefixes. What the API gives as a text
// because it is beyond 2^53 stays exact where digits are shown in full.
const prefixes = ['', 'k', 'M', 'G', 'T', 'P', 'E'];
const binaryPrefixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

// Rates: bit (1000), byte (1000) or iec (bytes, 1024).
export const unitChoices = ['bit', 'byte', 'iec'];
export const settings = { rate: 'bit' };

export const isBinary = () => settings.rate === 'iec';
export const rateFactor = () => (settings.rate === 'bit' ? 8 : 1);
export const rateUnit = () => (settings.rate === 'bit' ? 'bit/s' : 'B/s');
// What the switch in the bar says.
export const unitName = () => ({ bit: 'bit/s', byte: 'B/s', iec: 'KiB/s' })[settings.rate];

// ["1.23", "M"] of 1230000: what is shown is never 1000 of anything.
export function scaled(number, isBinary = false) {
  const names = isBinary ? binaryPrefixes : prefixes;
  let value = Math.abs(Number(number) || 0);
  let prefix = 0;
  while (value >= 999.5 && prefix < names.length - 1) {
    value /= isBinary ? 1024 : 1000;
    ++prefix;
  }
  const sign = Number(number) < 0 ? '−' : '';
  return [sign + threeDigits(value, prefix > 0), names[prefix]];
}

function threeDigits(value, isScaled) {
  if (value >= 99.95 || (!isScaled && Number.isInteger(value))) return value.toFixed(0);
  return value.toFixed(value >= 9.995 ? 1 : 2);
}

export function parts(number, unit, isBinary = false) {
  const [value, prefix] = scaled(number, isBinary);
  return [value, prefix + unit];
}

export const amountParts = number => parts(wholeBelowThousand(number), 'B', isBinary());
export const amount = number => amountParts(number).join(' ');
export const rateParts = bytes => parts(bytes * rateFactor(), rateUnit(), isBinary());
export const rate = bytes => rateParts(bytes).join(' ');

// "1.05–1.13 TB": from one amount to another.
export function amountRange(low, high) {
  const [from, to] = [amountParts(low), amountParts(high)];
  return `${from[1] === to[1] ? from[0] : from.join(' ')}–${to.join(' ')}`;
}

// There is no half byte.
const wholeBelowThousand = number => (Math.abs(number) < 1000 ? Math.round(number) : number);

// Of things: "33", "1.2 M".
export const count = number => (Math.abs(number) < 10000 ? exact(Math.round(number)) : parts(number, '').join(' '));
// "1 day", "13 days".
export const plural = (number, word, of = number) => `${number} ${word}${of === 1 ? '' : 's'}`;

export const percent = share => `${Math.round(share * 100)} %`;

// All digits, in groups of three: for what must be exact.
export function exact(number) {
  const digits = BigInt(typeof number === 'string' ? number : Math.round(number ?? 0)).toString();
  return digits.replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

// For axes: no zeros that say nothing. "2.00 Mbit/s" is "2 Mbit/s" there.
export const plain = text => text.replace(/(\.\d*?)0+(?=\s|$)/, '$1').replace(/\.(?=\s|$)/, '');

// How long something takes: "224 µs", "1.06 ms", "2.50 s".
export function takes(seconds) {
  if (seconds < 0.0009995) return `${scaled(seconds * 1e6)[0]} µs`;
  return seconds < 0.9995 ? `${scaled(seconds * 1e3)[0]} ms` : `${scaled(seconds).join('')} s`;
}

// A gauge's value by the unit that the catalogue gives for it.
export function reading(value, unit) {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  if (unit === 'percent') return `${value.toFixed(value >= 9.95 || value === 0 ? 0 : value >= 0.95 ? 1 : 2)} %`;
  if (unit === 'celsius') return `${value.toFixed(value >= 99.5 ? 0 : 1)} °C`;
  if (unit === 'bytes') return amount(value);
  if (unit === 'bytes/second') return rate(value);
  return value >= 1000 ? parts(value, '').join(' ').trim() : String(Number(value.toPrecision(3)));
}

// "500 ms", "3 min", "2 h 5 min", "4 days": a length of time in seconds, two parts of it at most.
export function duration(seconds) {
  if (seconds > 0 && seconds < 0.9995) return `${Math.max(1, Math.round(seconds * 1000))} ms`;
  if (seconds > 1 && seconds < 9.95) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3570) return `${Math.round(whole / 60)} min`;
  if (whole < 172800) {
    const minutes = Math.round(whole / 60);
    return `${Math.floor(minutes / 60)} h${minutes % 60 ? ` ${minutes % 60} min` : ''}`;
  }
  return plural(Math.round(whole / 86400), 'day');
}
