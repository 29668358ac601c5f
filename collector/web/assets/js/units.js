// Numbers for people: three significant digits, decimal prefixes. Amounts are in bytes, as bills are; rates in bits
// or bytes a second, as chosen. What the API gives as a text because it is beyond 2^53 stays exact where digits are
// shown in full.
const prefixes = ['', 'k', 'M', 'G', 'T', 'P', 'E'];

export const settings = { rate: 'bit' };

export const rateFactor = () => (settings.rate === 'bit' ? 8 : 1);
export const rateUnit = () => (settings.rate === 'bit' ? 'bit/s' : 'B/s');

// ["1.23", "M"] of 1230000: what is shown is never 1000 of anything.
export function scaled(number) {
  let value = Math.abs(Number(number) || 0);
  let prefix = 0;
  while (value >= 999.5 && prefix < prefixes.length - 1) {
    value /= 1000;
    ++prefix;
  }
  const sign = Number(number) < 0 ? '−' : '';
  return [sign + threeDigits(value, prefix > 0), prefixes[prefix]];
}

function threeDigits(value, isScaled) {
  if (value >= 99.95 || (!isScaled && Number.isInteger(value))) return value.toFixed(0);
  return value.toFixed(value >= 9.995 ? 1 : 2);
}

export function parts(number, unit) {
  const [value, prefix] = scaled(number);
  return [value, prefix + unit];
}

export const amountParts = number => parts(wholeBelowThousand(number), 'B');
export const amount = number => amountParts(number).join(' ');
export const rateParts = bytes => parts(bytes * rateFactor(), rateUnit());
export const rate = bytes => rateParts(bytes).join(' ');

// There is no half byte.
const wholeBelowThousand = number => (Math.abs(number) < 1000 ? Math.round(number) : number);

export const percent = share => `${Math.round(share * 100)} %`;

// All digits, in groups of three: for what must be exact.
export function exact(number) {
  const digits = BigInt(typeof number === 'string' ? number : Math.round(number ?? 0)).toString();
  return digits.replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

// For axes: no zeros that say nothing. "2.00 Mbit/s" is "2 Mbit/s" there.
export const plain = text => text.replace(/(\.\d*?)0+(?=\s|$)/, '$1').replace(/\.(?=\s|$)/, '');

// A gauge's value by the unit that the catalogue gives for it.
export function reading(value, unit) {
  if (value === null || value === undefined) return '–';
  if (unit === 'percent') return `${value.toFixed(value >= 9.95 || value === 0 ? 0 : value >= 0.95 ? 1 : 2)} %`;
  if (unit === 'celsius') return `${value.toFixed(value >= 99.5 ? 0 : 1)} °C`;
  if (unit === 'bytes') return amount(value);
  if (unit === 'bytes/second') return rate(value);
  return value >= 1000 ? parts(value, '').join(' ').trim() : String(Number(value.toPrecision(3)));
}

// "3 min", "2 h 5 min", "4 days": a length of time in seconds, two parts of it at most.
export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3570) return `${Math.round(whole / 60)} min`;
  if (whole < 172800) {
    const minutes = Math.round(whole / 60);
    return `${Math.floor(minutes / 60)} h${minutes % 60 ? ` ${minutes % 60} min` : ''}`;
  }
  return `${Math.round(whole / 86400)} days`;
}
