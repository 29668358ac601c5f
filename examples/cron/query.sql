-- The last seven days, by day and interface.
SELECT date(time, 'unixepoch', 'localtime') AS day,
       interface,
       round(sum(bytes_recv) / 1e6, 1) AS received_mb,
       round(sum(bytes_sent) / 1e6, 1) AS sent_mb
FROM net
WHERE time > unixepoch('now', '-7 days')
GROUP BY day, interface;
