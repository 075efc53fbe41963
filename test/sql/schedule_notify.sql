-- Settings of notifications, and consumers of the outbox. What comes when is in test/t/024_notify.pl.
SET search_path = transfer_detect, transfer_detect_internal, public;
\set SHOW_CONTEXT never
-- settings
INSERT INTO notify_settings (rule_id, mode) VALUES ('no-such-rule', 'each');
INSERT INTO notify_settings (mode) VALUES ('weekly');
BEGIN;
INSERT INTO notify_settings (rule_id, mode) VALUES ('unusual-file-transfer-utility-launched', 'digest'), (NULL, 'off');
SELECT * FROM notify_settings ORDER BY rule_id;
SAVEPOINT s;
INSERT INTO notify_settings (mode) VALUES ('each');
ROLLBACK TO s;
INSERT INTO notify_settings (rule_id) VALUES ('unusual-file-transfer-utility-launched');
ROLLBACK;

-- consumers
SELECT * FROM fetch_notifications('siem');
SELECT confirm_notifications('siem', 1);
INSERT INTO consumers (name) VALUES ('');
INSERT INTO consumers (name, position) VALUES ('siem', -1);
BEGIN;
DELETE FROM outbox;
INSERT INTO consumers (name) VALUES ('siem');
SELECT * FROM fetch_notifications('siem');
SELECT confirm_notifications('siem', 0);
SAVEPOINT s;
SELECT confirm_notifications('siem', 1);
ROLLBACK TO s;
SELECT confirm_notifications('siem', NULL);
ROLLBACK TO s;
SELECT * FROM fetch_notifications('siem', -1);
ROLLBACK TO s;
SELECT * FROM fetch_notifications('siem', NULL);
ROLLBACK TO s;
INSERT INTO outbox (kind, rule_id, created_at, payload) SELECT 'silent', 'r', now() - interval '31 days', to_jsonb(i) FROM generate_series(1, 5) AS i;
SELECT kind, payload FROM fetch_notifications('siem', 2);
SELECT confirm_notifications('siem', handed_out), confirmed_at = now() AS noted FROM consumers;
SELECT kind, payload FROM fetch_notifications('siem');
SELECT position = handed_out AS all_confirmed, confirmed_at = now() AS noted FROM consumers;

-- retention: what is old enough and confirmed by all
SELECT purge_notifications('32 days');
SELECT purge_notifications();
INSERT INTO consumers (name) VALUES ('laggard');
SELECT confirm_notifications('siem', handed_out) FROM consumers WHERE name = 'siem';
SELECT purge_notifications();
DELETE FROM consumers WHERE name = 'laggard';
SELECT purge_notifications();
ROLLBACK;

SELECT purge_notifications(NULL);
SELECT purge_notifications('-1 day');
