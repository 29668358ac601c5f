-- The machines that were short of memory or of processor in the last hour, the worst first.
SELECT mem.host, mem.site, mem.role,
       round(max(mem.used_percent_max)::numeric, 1) AS memory_percent,
       round((100 - sum(cpu.usage_idle * cpu.span) / sum(cpu.span))::numeric, 1) AS cpu_percent
FROM collector.mem
JOIN collector.cpu ON cpu.host = mem.host AND cpu.time = mem.time AND cpu.cpu = 'cpu-total'
WHERE mem.time > now() - interval '1 hour'
GROUP BY 1, 2, 3
ORDER BY memory_percent DESC, cpu_percent DESC;
