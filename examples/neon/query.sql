-- By day and interface, of every machine that delivers here.
SELECT date_trunc('day', time)::date AS day,
       host,
       interface,
       pg_size_pretty(sum(bytes_recv)) AS received,
       pg_size_pretty(sum(bytes_sent)) AS sent
FROM collector.net
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3;
