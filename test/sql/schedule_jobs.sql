-- What schedule() gives to pg_cron, and that it wants pg_cron for it. The rest is in test/t/020_cron.pl, since pg_cron
-- has to be preloaded.
SET search_path = transfer_detect, transfer_detect_internal, public;
\set SHOW_CONTEXT never

SELECT cron_job_name('unusual-file-transfer-utility-launched');
SELECT cron_job_name(NULL);
SELECT cron_command('unusual-file-transfer-utility-launched');
SELECT cron_command(NULL);
SELECT cron_command('it''s');
-- names of 63 bytes at most, and different for different rules
SELECT length(n), n FROM cron_job_name(repeat('a', 47)) AS n;
SELECT length(n), n FROM cron_job_name(repeat('a', 48)) AS n;
SELECT length(n), n FROM cron_job_name(repeat('a', 49)) AS n;

-- the arguments are looked at first
SELECT schedule('no-such-rule');
SELECT schedule(cron => NULL);
\set VERBOSITY sqlstate
-- not installed, not preloaded or elsewhere: which of them depends on the server
SELECT schedule();
SELECT unschedule();
\set VERBOSITY default
