-- The machines that were short of memory or of processor in the last hour, the worst first.
WITH memory AS (
  SELECT host, site, role, max(used_percent_max) AS percent
  FROM collector.mem
  WHERE time > now() - interval '1 hour'
  GROUP BY 1, 2, 3
), processor AS (
  SELECT host, site, role, 100 - sum(usage_idle * span) / sum(span) AS percent
  FROM collector.cpu
  WHERE time > now() - interval '1 hour' AND cpu = 'cpu-total'
  GROUP BY 1, 2, 3
)
SELECT host, site, role,
       round(memory.percent::numeric, 1) AS memory_percent,
       round(processor.percent::numeric, 1) AS cpu_percent
FROM memory LEFT JOIN processor USING (host, site, role)
ORDER BY memory_percent DESC, cpu_percent DESC NULLS LAST;
