SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS certledger;
RESET client_min_messages;
SET search_path = certledger, public;
SET datestyle = ISO;

--
-- Ranges: held as [first, end)
--
SELECT make_gecrange('10000000000000000240100000000111', 5);
SELECT gecrange('10000000000000000240100000000111', '10000000000000000240100000000511', b) AS r,
       quantity(gecrange('10000000000000000240100000000111', '10000000000000000240100000000511', b))
FROM unnest(ARRAY['[)', '[]', '(]', '()']) AS b;
SELECT gecrange('10000000000000000240100000000111', '10000000000000000240100000000111', b) AS r
FROM unnest(ARRAY['[)', '[]', '(]', '()']) AS b;
SELECT '(10000000000000000240100000000111,10000000000000000240100000000211)'::gecrange AS no_certificate_between;
SELECT '[10000000000000000240100000000111,10000000000000000240199999999911]'::gecrange AS to_the_end_of_the_run;
SELECT '(,10000000000000000240100000000111]'::gecrange, '(10000000000000000240100000000111,)'::gecrange, '(,)'::gecrange, 'empty'::gecrange;
SELECT '[10000000000000000240100000000211,10000000000000000240100000000111)'::gecrange;
\echo :LAST_ERROR_SQLSTATE
SELECT '[99999999999999999999999999999998,99999999999999999999999999999999]'::gecrange;
\echo :LAST_ERROR_SQLSTATE
SELECT '(99999999999999999999999999999999,)'::gecrange;
\echo :LAST_ERROR_SQLSTATE
SELECT '[99999999999999999999999999999998,99999999999999999999999999999999)'::gecrange;
SELECT '[10000000000000000240100000000111,1)'::gecrange;
\echo :LAST_ERROR_SQLSTATE
SELECT make_gecrange('10000000000000000240100000000111', 0);
\echo :LAST_ERROR_SQLSTATE
SELECT make_gecrange('10000000000000000240100000000111', -1);
\echo :LAST_ERROR_SQLSTATE
SELECT make_gecrange('99999999999999999999999999999999', 1);
\echo :LAST_ERROR_SQLSTATE

-- counting and energy
SELECT quantity(r), wh(energy(r)) AS wh
FROM (VALUES (make_gecrange('10000000000000000240100000000111', 1)),
             (make_gecrange('10000000000000000240100000000111', 196000000)),
             ('empty'),
             (make_gecrange('10000000000000000240100000000111', 9223372036854))) AS v(r);
SELECT quantity('(,10000000000000000240100000000111)'::gecrange);
\echo :LAST_ERROR_SQLSTATE
SELECT quantity('[10000000000000000240100000000111,)'::gecrange);
\echo :LAST_ERROR_SQLSTATE
SELECT energy('(,)'::gecrange);
\echo :LAST_ERROR_SQLSTATE
SELECT quantity(make_gecrange('10000000000000000240100000000111', 9223372036854775807));
SELECT quantity('[00000000000000000000000000000000,99999999999999999999999999999999)'::gecrange);
\echo :LAST_ERROR_SQLSTATE
SELECT energy(make_gecrange('10000000000000000240100000000111', 9223372036855));
\echo :LAST_ERROR_SQLSTATE
SELECT quantity(m), wh(energy(m)) AS wh
FROM (VALUES ('{}'::gecmultirange),
             (gecmultirange(make_gecrange('10000000000000000240100000000111', 7))),
             (gecmultirange(make_gecrange('10000000000000000240100000000111', 7),
                            make_gecrange('10000000000000000240200000000111', 3)))) AS v(m);
SELECT quantity('{(,10000000000000000240100000000111)}'::gecmultirange);
\echo :LAST_ERROR_SQLSTATE
SELECT quantity(gecmultirange(make_gecrange('10000000000000000240100000000111', 9223372036854775807),
                              make_gecrange('30000000000000000240100000000111', 1)));
\echo :LAST_ERROR_SQLSTATE
SELECT energy('{[10000000000000000240100000000111,30000000000000000240100000000111)}'::gecmultirange);
\echo :LAST_ERROR_SQLSTATE

-- one run: one project, month, volume class, trade class; serials from 1
SELECT is_run(r), what
FROM (VALUES
    (make_gecrange('10000000000000000240100000000111', 1), 'one certificate'),
    (make_gecrange('10000000000000000240100000000111', 999999999), 'the longest run'),
    (make_gecrange('10000000000000000240199999999911', 1), 'its last serial'),
    (make_gecrange('10000000000000000999999999999999', 1), 'the last serial of a project'),
    (make_gecrange('10000000000000000240100000000111', 1000000000), 'over into trade class 2'),
    (make_gecrange('10000000000000000240100000000011', 2), 'serial 0'),
    (make_gecrange('10000000000000000240199999999999', 3), 'over into the next month'),
    ('[10000000000000000240100000000111,10000000000000001240100000000111)', 'two projects'),
    ('[99999999999999999999999999999899,99999999999999999999999999999999)', 'up to the very last code'),
    ('[99999999999999999999999999999998,99999999999999999999999999999999)', 'two trade classes'),
    ('empty', 'empty'),
    ('[10000000000000000240100000000111,)', 'no upper bound'),
    ('(,10000000000000000240100000000111)', 'no lower bound'),
    (NULL, 'null')) AS v(r, what);

--
-- Defect 1: splits.  Every range of 1 to 64 certificates at every point, also
-- across the end of a run and of a project, by ranges with either bound.
--
CREATE TABLE gec_split AS
SELECT s.first, n, k,
       gecrange(s.first, s.first + n) AS whole,
       gecrange(s.first, s.first + k) AS part1,
       gecrange(s.first + k, s.first + n) AS part2,
       CASE WHEN k = 0 THEN 'empty' ELSE gecrange(s.first, s.first + (k - 1), '[]') END AS closed1,
       gecrange(s.first + (k - 1), s.first + (n - 1), '(]') AS closed2
FROM (VALUES ('10000000000000000240100000000111'::gec),
             ('10000000000000000240199999997011'),
             ('10000000000000000999999999997099'),
             ('00000000000000000000000000000100')) AS s(first),
     generate_series(1, 64) AS n, generate_series(0, n) AS k;
SELECT count(*) AS splits,
       count(*) FILTER (WHERE quantity(part1) = k AND quantity(part2) = n - k
                          AND quantity(part1) + quantity(part2) = quantity(whole)) AS counts,
       count(*) FILTER (WHERE NOT part1 && part2) AS disjoint,
       count(*) FILTER (WHERE part1 + part2 = whole) AS cover,
       count(*) FILTER (WHERE whole - part1 = part2 AND whole - part2 = part1) AS minus,
       count(*) FILTER (WHERE whole * part1 = part1 AND whole * part2 = part2) AS inside,
       count(*) FILTER (WHERE isempty(part1) OR isempty(part2) OR part1 -|- part2) AS adjacent,
       count(*) FILTER (WHERE closed1 = part1 AND closed2 = part2) AS bounds
FROM gec_split;
-- every certificate is in exactly one part
SELECT count(*) AS certificates,
       count(*) FILTER (WHERE (part1 @> (first + i)) <> (part2 @> (first + i))
                          AND (part1 @> (first + i)) = (i < k)) AS in_one_part,
       count(*) FILTER (WHERE whole @> (first + i)) AS in_whole
FROM gec_split, generate_series(0, n - 1) AS i;
-- the ones beside the range are in none
SELECT count(*) FROM gec_split
WHERE whole @> (first - 1) OR whole @> (first + n)
   OR part1 @> (first - 1) OR part2 @> (first + n);
-- as sets: what is taken out of the middle leaves two ranges; together again, one
SELECT count(*) AS cuts,
       count(*) FILTER (WHERE quantity(rest) = n - q) AS counts,
       count(*) FILTER (WHERE rest + taken = gecmultirange(whole)) AS whole,
       count(*) FILTER (WHERE NOT rest && taken) AS disjoint
FROM (SELECT whole, n, q, gecmultirange(make_gecrange(first + k, q)) AS taken,
             gecmultirange(whole) - gecmultirange(make_gecrange(first + k, q)) AS rest
      FROM gec_split, generate_series(1, n - k) AS q
      WHERE n <= 24 AND k < n) AS s;
SELECT '{[10000000000000000240100000000111,10000000000000000240100000010111)}'::gecmultirange
       - '{[10000000000000000240100000000511,10000000000000000240100000000711]}'::gecmultirange AS rest;
-- range_agg merges neighbours, and only those
SELECT count(*) AS merges,
       count(*) FILTER (WHERE m = gecmultirange(whole)) AS one_range
FROM (SELECT first, n, k, whole,
             (SELECT range_agg(p) FROM (VALUES (part2), (part1)) AS v(p)) AS m
      FROM gec_split) AS s;
SELECT range_agg(make_gecrange(make_gec('10000000000000000', '2024-01-01', i), 1)) AS odd_ones
FROM generate_series(1, 7, 2) AS i;
SELECT range_agg(make_gecrange(make_gec('10000000000000000', '2024-01-01', i), 2)) AS all_of_them
FROM generate_series(1, 7, 2) AS i;
SELECT range_intersect_agg(make_gecrange(make_gec('10000000000000000', '2024-01-01', i), 10)) AS common
FROM generate_series(1, 7, 2) AS i;

DROP TABLE gec_split;
