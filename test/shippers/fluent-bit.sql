-- fluent-bit.sql: a table of the shape that Fluent Bit's pgsql output writes to, which works as inbox does. Its
-- output checks at the start that the table is there by CREATE TABLE IF NOT EXISTS, which asks for the right to
-- create one, hence a schema of its own.
CREATE ROLE fluentbit LOGIN;
CREATE SCHEMA fluentbit;
GRANT USAGE, CREATE ON SCHEMA fluentbit TO fluentbit;
CREATE TABLE fluentbit.fluentbit (tag varchar, time timestamp, data text);
GRANT INSERT ON fluentbit.fluentbit TO fluentbit;
CREATE TRIGGER inbox_row BEFORE INSERT ON fluentbit.fluentbit
    FOR EACH ROW EXECUTE FUNCTION transfer_detect.inbox_row('data', 'tag');
CREATE TRIGGER inbox_statement AFTER INSERT ON fluentbit.fluentbit
    FOR EACH STATEMENT EXECUTE FUNCTION transfer_detect.inbox_statement();
