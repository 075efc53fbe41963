-- load.sql: where the rules go, and what they are compiled against.

CREATE EXTENSION transfer_detect;
CREATE TABLE given (rule text, query text);
CREATE TABLE documents (timestamp timestamptz, document jsonb);
