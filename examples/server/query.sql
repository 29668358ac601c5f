-- The last hour, by core: mean use, and the least that was idle in one second.
SELECT cpu,
       round(100 - sum(usage_idle * span) / sum(span), 1) AS used_percent,
       round(max(usage_iowait_max), 1) AS iowait_max
FROM cpu
WHERE time > unixepoch('now', '-1 hour')
GROUP BY cpu
ORDER BY used_percent DESC;
