-- The least that a hot row can cost: every client updates the same one.
UPDATE bench.hot SET n = n + 1 WHERE id = 1;
