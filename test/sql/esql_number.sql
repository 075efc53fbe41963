--
-- ES|QL's arithmetic: null where PostgreSQL raises
--
SET search_path = transfer_detect, transfer_detect_internal, public;
\pset null null

-- the operators on each type, where nothing is special
SELECT esql_add(2, 3) AS add, esql_sub(2, 3) AS sub, esql_mul(2, 3) AS mul,
       esql_div(-7, 2) AS div, esql_mod(-7, 2) AS mod, esql_mod(7, -2) AS mod2,
       pg_typeof(esql_add(2, 3)) AS type;
SELECT esql_add(2::bigint, 3) AS add, esql_sub(2::bigint, 3) AS sub, esql_mul(2::bigint, 3) AS mul,
       esql_div(-7::bigint, 2) AS div, esql_mod(-7::bigint, 2) AS mod,
       pg_typeof(esql_add(2::bigint, 3)) AS type;
SELECT esql_add(0.1::float8, 0.2) AS add, esql_sub(1::float8, 2) AS sub,
       esql_mul(1.5::float8, -2) AS mul, esql_div(-7::float8, 2) AS div,
       esql_mod(-7.5::float8, 2) AS mod, pg_typeof(esql_add(1::float8, 1)) AS type;
SELECT esql_add(NULL, 1) AS null_argument;

-- overflow of integers: each of them is null, its neighbour is not
WITH v(least, greatest) AS (VALUES (-2147483648, 2147483647))
SELECT esql_add(greatest, 1) AS add, esql_add(greatest - 1, 1) AS add_ok,
       esql_sub(least, 1) AS sub, esql_sub(least + 1, 1) AS sub_ok,
       esql_mul(65536, 32768) AS mul, esql_mul(-65536, 32768) AS mul_ok,
       esql_div(least, -1) AS div, esql_div(least + 1, -1) AS div_ok,
       esql_mod(least, -1) AS mod,
       esql_neg(least) AS neg, esql_neg(greatest) AS neg_ok,
       esql_abs(least) AS abs, esql_abs(least + 1) AS abs_ok
FROM v;

-- and of longs
WITH v(least, greatest) AS (VALUES ((-9223372036854775808)::bigint, 9223372036854775807))
SELECT esql_add(greatest, 1) AS add, esql_add(greatest - 1, 1) AS add_ok,
       esql_sub(least, 1) AS sub, esql_sub(least + 1, 1) AS sub_ok,
       esql_mul(4294967296, 2147483648) AS mul, esql_mul(-4294967296, 2147483648) AS mul_ok,
       esql_div(least, -1) AS div, esql_div(least + 1, -1) AS div_ok,
       esql_mod(least, -1) AS mod,
       esql_neg(least) AS neg, esql_neg(greatest) AS neg_ok,
       esql_abs(least) AS abs, esql_abs(least + 1) AS abs_ok
FROM v \gx

-- division by zero
SELECT esql_div(1, 0) AS i, esql_mod(1, 0) AS i_mod, esql_div(0, 0) AS i0,
       esql_div(1::bigint, 0) AS l, esql_mod(1::bigint, 0) AS l_mod,
       esql_div(1::float8, 0) AS d, esql_mod(1::float8, 0) AS d_mod,
       esql_div(0::float8, 0) AS d0;

-- doubles that are not finite, as results and as arguments
SELECT esql_mul(1e308::float8, 10) AS mul, esql_add(1.7e308::float8, 1.7e308) AS add,
       esql_sub(-1.7e308::float8, 1.7e308) AS sub, esql_div(1e308::float8, 1e-10) AS div,
       esql_mul(1e-308::float8, 1e-308) AS underflow;
SELECT x AS argument, esql_add(x, 1) AS add, esql_sub(x, x) AS sub, esql_mul(x, 0) AS mul,
       esql_div(1::float8, x) AS div, esql_mod(1::float8, x) AS mod, esql_neg(x) AS neg,
       esql_abs(x) AS abs, esql_pow(x, 0) AS pow, esql_pow(1, x) AS pow1, esql_exp(x) AS exp,
       esql_sqrt(x) AS sqrt, esql_log(x) AS log, esql_log(x, 2) AS log_base,
       esql_log10(x) AS log10, esql_ceil(x) AS ceil, esql_floor(x) AS floor,
       esql_round(x) AS round, esql_round(x, 2) AS round2
FROM (VALUES ('NaN'::float8), ('Infinity'), ('-Infinity')) AS v(x);

-- minus zero stays what it is
SELECT esql_neg(0::float8) AS neg, esql_mul(-1::float8, 0) AS mul, esql_abs('-0'::float8) AS abs,
       esql_add('-0'::float8, 0) AS add, esql_ceil(-0.5) AS ceil, esql_mod(-4::float8, 2) AS mod;

-- functions
SELECT esql_pow(2, 10) AS pow, esql_pow(-8, 1.0 / 3) AS not_real, esql_pow(10, 309) AS too_large,
       esql_pow(0, -1) AS pole, esql_pow(0, 0) AS zero, esql_pow(2, -1074) > 0 AS tiny;
SELECT esql_sqrt(2) AS sqrt, esql_sqrt(-1) AS negative, esql_sqrt(0) AS zero,
       esql_exp(1) AS exp, esql_exp(710) AS too_large, esql_exp(-1000) AS underflow;
SELECT esql_log(1) AS one, esql_log(0) AS zero, esql_log(-1) AS negative,
       esql_log10(1000) AS log10, esql_log10(0) AS log10_zero,
       esql_log(2, 8) AS base, esql_log(1, 8) AS base_one, esql_log(1, 1) AS ones,
       esql_log(-2, 8) AS base_negative, esql_log(2, -8) AS value_negative, esql_log(0, 8) AS base_zero;
SELECT esql_ceil(1.2) AS ceil, esql_floor(-1.2) AS floor;

-- rounding: halves go away from zero, unlike PostgreSQL's round(double)
SELECT x, esql_round(x) AS round
FROM unnest('{0.5, 1.5, 2.5, -0.5, -2.5, 0.49999999999999994, -0.4, 2251799813685249.5,
              9007199254740993, 1e300}'::float8[]) WITH ORDINALITY AS v(x, n) ORDER BY n;
SELECT x, d, esql_round(x, d) AS round
FROM (VALUES (1, 123.456::float8, 2), (2, 2.675, 2), (3, 1.005, 2), (4, -1234567, -2),
             (5, 150, -2), (6, 49, -2), (7, 1e300, 10), (8, 1e-300, 308), (9, 1.5, 400),
             (10, 1.5, -400), (11, 1.5, 2147483647), (12, 1.5, -2147483648),
             (13, 1.7e308, -308), (14, 123.456, 0), (15, 1e22, -3)) AS v(n, x, d) ORDER BY n;
SELECT x, d, esql_round(x, d) AS round
FROM (VALUES (1, 1234::bigint, 5), (2, 1250, -2), (3, -1250, -2), (4, 1249, -2), (5, 5, -1),
             (6, -5, -1), (7, 4, -1), (8, 9223372036854775807, -1), (9, 9223372036854775807, -2),
             (10, -9223372036854775808, -1), (11, -9223372036854775808, -2),
             (12, 4999999999999999999, -19), (13, 5000000000000000000, -19),
             (14, -5000000000000000000, -19), (15, 9223372036854775807, -18),
             (16, 9223372036854775807, -20), (17, 9223372036854775807, -2147483648),
             (18, 0, -19)) AS v(n, x, d) ORDER BY n;
SELECT x, d, esql_round(x, d) AS round, pg_typeof(esql_round(x, d)) AS type
FROM (VALUES (1, 15, -1), (2, 2147483647, -1), (3, 2147483647, -9), (4, 2147483647, 3),
             (5, -2147483648, -1), (6, 2147483644, -1), (7, 1, -10)) AS v(n, x, d) ORDER BY n;

-- a sum of longs is a long again, if it can
SELECT s, esql_sum_to_long(s) AS long
FROM (VALUES (1, 9223372036854775807::numeric), (2, 9223372036854775808),
             (3, -9223372036854775808), (4, -9223372036854775809), (5, 'NaN'), (6, 0),
             (7, 12345678901234567890123)) AS v(n, s) ORDER BY n;
SELECT esql_sum_to_long(sum(x)) AS overflow
FROM (VALUES (9223372036854775807), (1)) AS v(x);
