// What the cards of the first screen show, from the one answer that has all of it.
import { kindWords } from './kinds.js';

const whole = value => Number(value ?? 0);

export function modelOf(answer) {
  return {
    now: answer.time,
    explain: answer.explain,
    rates: answer.now && [answer.now.received, answer.now.sent],
    counted: countedOf(answer),
    today: answer.today && todayOf(answer.today),
    period: answer.period && periodOf(answer.period),
    week: answer.week && { weeks: answer.week.weeks, hours: answer.week.mean.map(mean => (mean === null ? null : Number(mean))) },
    interfaces: (answer.interfaces ?? []).map(interfaceOf),
    ledger: answer.ledger && ledgerOf(answer.ledger),
    sinks: (answer.sinks ?? []).map(sink => ({ ...sink, state: sink.state === 'late' ? 'warn' : sink.state })),
    strip: answer.strip && stripOf(answer.strip),
  };
}

// Names of the interfaces that count no byte twice: those of the present, else of the history; null: not known. They
// may be none.
function countedOf(answer) {
  const told = answer.now?.interfaces ?? answer.interfaces ?? [];
  return told.length ? told.filter(each => each.counts).map(each => each.interface) : null;
}

function todayOf(today) {
  return {
    down: whole(today.received), up: whole(today.sent),
    usualByNow: today.usual_by_now === null ? null : whole(today.usual_by_now),
    hours: today.hours.map(hour => ({
      start: hour.start, end: hour.end, down: whole(hour.received), up: whole(hour.sent),
      usual: hour.usual === null ? null : whole(hour.usual),
    })),
  };
}

function periodOf(period) {
  const { forecast } = period;
  return {
    plan: period.plan, from: period.from, to: period.to, used: whole(period.used),
    quota: period.quota === null ? null : whole(period.quota),
    daysLeft: period.days_left, leftPerDay: period.left_per_day === null ? null : whole(period.left_per_day),
    cost: period.cost, currency: period.currency,
    forecast: forecast && { expected: whole(forecast.expected), low: whole(forecast.low), high: whole(forecast.high) },
    tooLittle: period.too_little_history,
    course: period.course.map(([time, bytes]) => [time, Number(bytes)]),
  };
}

// What runs inside another interface is in that one already, and has no share.
function interfaceOf(each) {
  return {
    name: each.interface, isCounted: each.counts, inside: each.inside, down: whole(each.received), up: whole(each.sent),
    share: each.share, about: kindWords(each.interface, each.kind, each.inside), spark: each.spark.map(whole),
  };
}

function ledgerOf(ledger) {
  const refused = BigInt(ledger.dropped ?? 0) + BigInt(ledger.refused ?? 0);
  return {
    moved: ledger.moved, stored: ledger.stored, setAside: ledger.set_aside, refused: refused.toString(), imported: ledger.imported ?? 0,
    uncounted: ledger.uncounted, sentences: [...(ledger.sentences ?? []), ...(ledger.off ?? [])],
  };
}

// Both directions together, all above the line.
function stripOf(strip) {
  return {
    edges: Array.from({ length: strip.count + 1 }, (_, index) => strip.start + index * strip.step),
    seen: strip.seen, above: { sum: strip.sum.map(sum => (sum === null ? null : Number(sum))) }, below: null, marks: [],
  };
}
