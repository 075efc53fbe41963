--
-- ES|QL's conversions and addresses: null when unreadable
--
SET search_path = transfer_detect, transfer_detect_internal, public;
\pset null null
SET TimeZone = 'America/St_Johns';
SET DateStyle = 'German';

-- text to numbers
SELECT '[' || t || ']' AS text, esql_to_integer(t) AS integer, esql_to_long(t) AS long, esql_to_double(t) AS double
FROM unnest(ARRAY['12', '-12', '+12', '012', '2147483647', '2147483647.2', '2147483647.5', '2147483648',
                  '-2147483648', '-2147483648.4', '-2147483648.5', '-2147483648.6', '2.5', '-2.5', '-2.6',
                  '1e3', '1E-3', '.5', '5.', '9223372036854775807', '9223372036854775808',
                  '-9223372036854775808', '1e19', '1e308', '1e309', '-0', 'NaN', 'Infinity', '0x10',
                  '', ' ', '1 2', 'foo', '1,5', '12abc', '--1', '1e'])
     WITH ORDINALITY AS v(t, n) ORDER BY n;

-- numbers, booleans and dates to numbers
SELECT d AS double, esql_to_integer(d) AS integer, esql_to_long(d) AS long, esql_to_boolean(d) AS boolean,
       esql_to_string(esql_to_datetime(d)) AS datetime
FROM unnest('{0.5, -0.5, 2.5, -2.5, -2.51, 0.49999999999999994, 123.4, 2147483647.4, 2147483647.5,
              -2147483648.5, -2147483648.6, 9223372036854774784, 9223372036854775807, 1e19, -1e19,
              -9223372036854775808, -0, NaN, Infinity, -Infinity}'::float8[])
     WITH ORDINALITY AS v(d, n) ORDER BY n;
SELECT l AS long, esql_to_integer(l) AS integer, esql_to_double(l) AS double, esql_to_boolean(l) AS boolean,
       esql_to_string(esql_to_datetime(l)) AS datetime
FROM unnest('{0, 1, -1, 2147483647, 2147483648, -2147483649, 9007199254740993, 1704067200123,
              9223372036854775807, -9223372036854775808, 9224318015999999, 9224318016000000,
              -210866803200000, -210866803200001}'::bigint[])
     WITH ORDINALITY AS v(l, n) ORDER BY n;
SELECT i AS integer, esql_to_long(i) AS long, esql_to_double(i) AS double, esql_to_boolean(i) AS boolean,
       esql_to_string(esql_to_datetime(i)) AS datetime
FROM unnest('{0, -1, 2147483647, -2147483648}'::integer[]) WITH ORDINALITY AS v(i, n) ORDER BY n;
SELECT b AS boolean, esql_to_integer(b) AS integer, esql_to_long(b) AS long, esql_to_double(b) AS double,
       esql_to_string(b) AS string
FROM (VALUES (false), (true)) AS v(b) ORDER BY b;
SELECT esql_to_string(d) AS date, esql_to_integer(d) AS integer, esql_to_long(d) AS long, esql_to_double(d) AS double
FROM (VALUES (1, '1970-01-01T00:00:00Z'::timestamptz), (2, '1969-12-31T23:59:59.999999Z'),
             (3, '2024-02-29T12:34:56.789Z'), (4, '0001-01-01 00:00:00+00 BC'),
             (5, '294276-12-31T23:59:59.999Z'), (6, 'infinity'), (7, '-infinity')) AS v(n, d) ORDER BY n;
SELECT pg_typeof(esql_to_long(1)) AS long, pg_typeof(esql_to_double(1)) AS double,
       pg_typeof(esql_to_integer(1::bigint)) AS integer;

-- any text is a boolean
SELECT t AS text, esql_to_boolean(t) AS boolean
FROM unnest(ARRAY['true', 'TRUE', 'tRuE', 'false', 't', '1', 'yes', '', ' true'])
     WITH ORDINALITY AS v(t, n) ORDER BY n;

-- text to dates: strict ISO, UTC unless it says otherwise, whatever the session's settings
SELECT t AS text, esql_to_string(esql_to_datetime(t)) AS date
FROM unnest(ARRAY['2024-01-01', '2024-01-01T12:34:56.789Z', '2024-01-01T12:34:56.123456789Z',
                  '2024-02-29T00:00:00+02:00', '2023-02-29', '2024-01', '2024', '0000-01-01',
                  '1969-12-31T23:59:59.999Z', '01.02.2024', '2024-1-1', 'now', 'infinity', '', 'epoch',
                  '2024-01-01T25:00:00Z', '2024-13-01', '1704067200123', '2024-01-01 00:00:00'])
     WITH ORDINALITY AS v(t, n) ORDER BY n;

-- to text
SELECT esql_to_string(-2147483648) AS integer, esql_to_string((-9223372036854775808)::bigint) AS long;
SELECT esql_to_string(d) AS double
FROM unnest('{0, -0, 1, 0.1, 100, 1234567, 12345678, 1e10, 0.001, 0.0001, -1.5e-7, 1.7976931348623157e308,
              9007199254740993, NaN, Infinity}'::float8[]) WITH ORDINALITY AS v(d, n) ORDER BY n;

-- text to addresses
SELECT t AS text, esql_to_ip(t) AS ip, esql_to_string(esql_to_ip(t)) AS string, esql_ip_key(esql_to_ip(t)) AS key
FROM unnest(ARRAY['1.2.3.4', '255.255.255.255', '0.0.0.0', '1.2.3', '1.2.3.256', '01.2.3.4', '1.2.3.4/32',
                  '1.2.3.4 ', '::1', '::', 'FE80::1', '2001:0db8:0000:0000:0001:0000:0000:0001',
                  '1:0:0:2:0:0:0:3', '1:0:2:3:4:5:6:7', '::ffff:1.2.3.4', '::ffff:102:304', '::1.2.3.4',
                  '::ffff:0:1.2.3.4', '1::2::3', '12345::', '1:2:3:4:5:6:7', 'fe80::1%eth0', '::1/128', '',
                  'host', '1:2:3:4:5:6:7::', repeat('1', 60)])
     WITH ORDINALITY AS v(t, n) ORDER BY n;

-- normal form, key and back
SELECT a AS inet, esql_ip(a) AS ip, esql_to_string(a) AS string, esql_key_ip(esql_ip_key(a)) = esql_ip(a) AS inverse
FROM unnest('{10.1.2.3/8, 10.1.2.3, 0.0.0.0/0, ::ffff:10.1.2.3, ::ffff:10.1.2.3/100, 2001:db8::1/32, ::/0}'::inet[])
     WITH ORDINALITY AS v(a, n) ORDER BY n;
-- ::1 < IPv4 < fe80::1, unlike inet's own order
SELECT string_agg(a::text, ' ' ORDER BY esql_ip_key(a) COLLATE "C") AS esql, string_agg(a::text, ' ' ORDER BY a) AS inet
FROM unnest('{fe80::1, 10.0.0.2, ::1, 10.0.0.10, 255.1.1.1}'::inet[]) AS v(a);
SELECT esql_key_ip('') AS empty, esql_key_ip(repeat('g', 32)) AS letters, esql_key_ip(repeat('0', 31)) AS short,
       esql_key_ip(repeat('0', 33)) AS long, esql_key_ip(repeat('0', 32)) AS zero;

-- blocks
SELECT t AS block, esql_is_cidr(t) AS is_cidr
FROM unnest(ARRAY['10.0.0.0/8', '10.1.2.3/8', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/-1', '10.0.0/8', '10.0.0.1',
                  '::/0', '::1/128', '::1/129', '::ffff:10.0.0.0/104', 'x', '', '/', '10.0.0.0/8/8', '10.0.0.0/0008'])
     WITH ORDINALITY AS v(t, n) ORDER BY n;
SELECT a AS ip, b AS block, esql_cidr_match(a::inet, b) AS match
FROM (VALUES
    (1, '10.1.2.3', '10.0.0.0/8'), (2, '11.1.2.3', '10.0.0.0/8'), (3, '10.1.2.3/8', '10.1.2.3'),
    (4, '10.1.2.4', '10.1.2.3'), (5, '10.1.2.3', '10.255.0.0/8'), (6, '127.255.255.255', '127.0.0.0/9'),
    (7, '127.127.255.255', '127.0.0.0/9'), (8, '::ffff:10.1.2.3', '10.0.0.0/8'),
    (9, '10.1.2.3', '::ffff:10.0.0.0/104'), (10, '10.1.2.3', '0.0.0.0/0'), (11, '::1', '0.0.0.0/0'),
    (12, '10.1.2.3', '::/0'), (13, '2001:db8:1::1', '2001:db8::/32'), (14, '2001:db9::1', '2001:db8::/32'),
    (15, '2001:db8::', '2001:db8::/33'), (16, '2001:db8:8000::', '2001:db8::/33'), (17, '::1', '::1'))
    AS v(n, a, b) ORDER BY n;
SELECT esql_cidr_match('10.1.2.3', '192.168.0.0/16', '10.0.0.0/8') AS any_block,
       esql_cidr_match('11.1.2.3', '192.168.0.0/16', '10.0.0.0/8') AS no_block,
       esql_cidr_match('10.1.2.3', 'rubbish', '10.0.0.0/8') AS beside_rubbish,
       esql_cidr_match('11.1.2.3', 'rubbish', '10.0.0.0/8') AS perhaps,
       esql_cidr_match('11.1.2.3', NULL, '10.0.0.0/8') AS null_block,
       esql_cidr_match(NULL, '10.0.0.0/8') AS null_address,
       esql_cidr_match('10.1.2.3', VARIADIC '{}'::text[]) AS none;
-- the blocks may change from row to row
SELECT b AS block, esql_cidr_match('10.1.2.3', VARIADIC b) AS match
FROM (VALUES (1, '{10.0.0.0/8}'::text[]), (2, '{11.0.0.0/8}'), (3, '{11.0.0.0/8}'), (4, '{11.0.0.0/8,10.1.0.0/16}'),
             (5, '{10.0.0.0/8}')) AS v(n, b) ORDER BY n;

-- prefixes
SELECT a AS ip, b4, b6, esql_ip_prefix(a::inet, b4, b6) AS prefix
FROM (VALUES (1, '1.2.3.255', 24, 128), (2, '1.2.3.255', 25, 0), (3, '1.2.3.255', 0, 0), (4, '1.2.3.255', 32, 0),
             (5, '1.2.3.255', 33, 0), (6, '1.2.3.255', -1, 0), (7, '1.2.3.255', 8, 129),
             (8, 'fe80::cae2:65ff:fece:feb9', 0, 64), (9, 'fe80::cae2:65ff:fece:feb9', 0, 100),
             (10, 'fe80::cae2:65ff:fece:feb9', 0, 128), (11, 'fe80::cae2:65ff:fece:feb9', 0, 0),
             (12, '::ffff:1.2.3.4', 16, 0), (13, 'fe80::1', 0, -1)) AS v(n, a, b4, b6) ORDER BY n;
