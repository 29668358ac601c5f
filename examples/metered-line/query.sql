-- The month so far by interface, and where it is heading.
WITH month AS (
  SELECT unixepoch('now', 'localtime', 'start of month', 'utc') AS first,
         unixepoch('now', 'localtime', 'start of month', '+1 month', 'utc') AS next
)
SELECT interface,
       sum(bytes_recv) AS received,
       sum(bytes_sent) AS sent,
       round(sum(bytes_recv + bytes_sent) / 1e9, 3) AS total_gb,
       round(sum(bytes_recv + bytes_sent) / 1e9 * (next - first) / (unixepoch() - first), 1) AS gb_by_end_of_month
FROM net, month
WHERE time >= first
GROUP BY interface
ORDER BY total_gb DESC;
