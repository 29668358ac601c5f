// The layout of closed periods: a step of the file's migrations. It has been released once a version has;
// then it is never edited.
#pragma once

namespace collector::history {

// Costs are in the currency's smallest unit, percentiles in bytes of 300 s: exact. The view says the same in
// units that people use; the digits of currencies are those of money.cpp.
inline constexpr const char* billing_periods = R"sql(
CREATE TABLE billing_period_data(
  plan TEXT NOT NULL, start INTEGER NOT NULL, ends INTEGER NOT NULL, zone TEXT NOT NULL, closed INTEGER NOT NULL,
  terms TEXT NOT NULL, counts TEXT NOT NULL, received INTEGER NOT NULL, sent INTEGER NOT NULL,
  free_received INTEGER NOT NULL, free_sent INTEGER NOT NULL, used INTEGER NOT NULL, quota INTEGER, cost INTEGER,
  currency TEXT, p95_received INTEGER, p95_sent INTEGER, p95_both INTEGER, slots INTEGER NOT NULL,
  known INTEGER NOT NULL, parts INTEGER NOT NULL, missing TEXT NOT NULL, stale INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY(plan, start)) WITHOUT ROWID;
CREATE VIEW billing_period AS SELECT plan, start, ends, zone, closed, counts, received, sent, free_received,
  free_sent, used, quota,
  CASE WHEN currency IN ('BIF','CLP','DJF','GNF','ISK','JPY','KMF','KRW','PYG','RWF','UGX','UYI','VND','VUV',
                         'XAF','XOF','XPF') THEN cost
       WHEN currency IN ('BHD','IQD','JOD','KWD','LYD','OMR','TND') THEN cost / 1000.0
       ELSE cost / 100.0 END AS cost, currency,
  p95_received * 8 / 300.0 AS p95_received, p95_sent * 8 / 300.0 AS p95_sent, p95_both * 8 / 300.0 AS p95_both,
  slots, known, parts, missing ->> 'missing' AS missing, terms
  FROM billing_period_data;
INSERT INTO field(measurement, role, name, statistic, "column", unit, kind, sentence) VALUES
  ('billing_period', 'period', 'plan', '', 'plan', '', 'text', 'Name of the plan, as `plans:` had it'),
  ('billing_period', 'period', 'start', '', 'start', 'unixtime', 'integer', 'Where the cycle begins'),
  ('billing_period', 'period', 'ends', '', 'ends', 'unixtime', 'integer', 'Where it ends, and the next one begins'),
  ('billing_period', 'period', 'zone', '', 'zone', '', 'text', 'Time zone that it was cut in'),
  ('billing_period', 'period', 'closed', '', 'closed', 'unixtime', 'integer', 'When these figures were worked out, for the last time'),
  ('billing_period', 'period', 'counts', '', 'counts', '', 'text', 'What counts: both, in, out or larger'),
  ('billing_period', 'period', 'received', '', 'received', 'bytes', 'integer', 'Received, free hours included'),
  ('billing_period', 'period', 'sent', '', 'sent', 'bytes', 'integer', 'Sent, free hours included'),
  ('billing_period', 'period', 'free_received', '', 'free_received', 'bytes', 'integer', 'Received in free hours'),
  ('billing_period', 'period', 'free_sent', '', 'free_sent', 'bytes', 'integer', 'Sent in free hours'),
  ('billing_period', 'period', 'used', '', 'used', 'bytes', 'integer', 'What counted'),
  ('billing_period', 'period', 'quota', '', 'quota', 'bytes', 'integer', 'How much was included; NULL: no limit was agreed'),
  ('billing_period', 'period', 'cost', '', 'cost', '', 'real', 'What it cost, in the currency; NULL: no price was agreed'),
  ('billing_period', 'period', 'currency', '', 'currency', '', 'text', 'Currency of the cost, ISO 4217'),
  ('billing_period', 'period', 'p95_received', '', 'p95_received', 'bits/second', 'real', '95th percentile of the 5-minute slots, received; NULL: no slot was known'),
  ('billing_period', 'period', 'p95_sent', '', 'p95_sent', 'bits/second', 'real', '95th percentile of the 5-minute slots, sent'),
  ('billing_period', 'period', 'p95_both', '', 'p95_both', 'bits/second', 'real', '95th percentile of the 5-minute slots, received and sent together'),
  ('billing_period', 'period', 'slots', '', 'slots', '1', 'integer', '5-minute slots in the cycle'),
  ('billing_period', 'period', 'known', '', 'known', '1', 'integer', 'Slots that were measured'),
  ('billing_period', 'period', 'parts', '', 'parts', '1', 'integer', 'Slots of them that were not observed all the time'),
  ('billing_period', 'period', 'missing', '', 'missing', '', 'text', 'Slots that were not measured: [start, end] of the longest hundred stretches, Unix seconds, as JSON'),
  ('billing_period', 'period', 'terms', '', 'terms', '', 'text', 'What was agreed, as JSON: prices in millionths of the currency, free hours in minutes after midnight');
)sql";

}  // namespace collector::history
