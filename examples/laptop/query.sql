-- Network use of the last 24 hours, by hour and interface.
SELECT strftime('%d. %H:00', time, 'unixepoch', 'localtime') AS hour,
       interface,
       round(sum(bytes_recv) / 1e6, 1) AS received_mb,
       round(sum(bytes_sent) / 1e6, 1) AS sent_mb,
       round(max(bytes_recv_peak) * 8 / 1e6, 1) AS received_peak_mbit_s
FROM net
WHERE time > unixepoch('now', '-1 day')
GROUP BY hour, interface
ORDER BY min(time);
