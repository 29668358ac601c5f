-- The last seven days, by day and interface.
SELECT date(time, 'unixepoch', 'localtime') AS day, interface, sum(bytes_recv), sum(bytes_sent)
FROM net
WHERE time > unixepoch('now', '-7 days')
GROUP BY 1, 2;
