-- fluent-bit.sql: a table of the shape that Fluent Bit's pgsql output writes to, which works as inbox does. The
-- output runs CREATE TABLE IF NOT EXISTS when it starts. That needs the right to create tables, so the table has a
-- schema of its own.
CREATE ROLE fluentbit LOGIN;
CREATE SCHEMA fluentbit;
GRANT USAGE, CREATE ON SCHEMA fluentbit TO fluentbit;
CREATE TABLE fluentbit.fluentbit (tag varchar, time timestamp, data text);
GRANT INSERT ON fluentbit.fluentbit TO fluentbit;
CREATE TRIGGER inbox_row BEFORE INSERT ON fluentbit.fluentbit
    FOR EACH ROW EXECUTE FUNCTION transfer_detect.inbox_row('data', 'tag');
CREATE TRIGGER inbox_statement AFTER INSERT ON fluentbit.fluentbit
    FOR EACH STATEMENT EXECUTE FUNCTION transfer_detect.inbox_statement();
