-- calls.sql: many single transfers in one session, each timed by itself,
-- without the commit.
--
-- Usage, in a database with the market of market.sql:
--
--     psql -X -f test/bench/plain/calls.sql
\set ON_ERROR_STOP 1
SET client_min_messages = warning;

CREATE UNLOGGED TABLE bench.call (n bigint, microseconds double precision);

-- Makes calls first to upto, in transactions of 1,000, and notes what each took.
CREATE PROCEDURE bench.make_calls(first bigint, upto bigint, seller bigint, sellers bigint, buyer bigint, buyers bigint)
    LANGUAGE plpgsql
    AS $$
DECLARE
    began timestamptz;
BEGIN
    FOR i IN first .. upto LOOP
        began := clock_timestamp();
        PERFORM FROM certledger.transfer_certificates('call ' || i, seller + i % sellers, buyer + (i::bigint * 7919) % buyers, 1 + (i::bigint * 104729) % 479,
                                                      price => 5, effective_on => '2026-07-01');
        INSERT INTO bench.call VALUES (i, 1e6 * extract(epoch FROM clock_timestamp() - began));
        IF i % 1000 = 0 THEN
            COMMIT;
        END IF;
    END LOOP;
END
$$;

-- Cuts pieces first to upto, of so many certificates, off the front of a run
-- of project and month, each in a transaction of its own, and gives the median
-- of the microseconds that a call took.
CREATE PROCEDURE bench.move_pieces(project_code text, month date, size bigint, first bigint, upto bigint, seller bigint, buyer bigint,
                                   INOUT microseconds double precision DEFAULT NULL)
    LANGUAGE plpgsql
    AS $$
DECLARE
    began timestamptz;
BEGIN
    TRUNCATE bench.call;
    COMMIT;
    FOR i IN first .. upto LOOP
        began := clock_timestamp();
        PERFORM FROM certledger.transfer_certificates('piece ' || size || '/' || i, seller, buyer, price => 5, effective_on => '2026-07-01',
            certificates => certledger.gecmultirange(certledger.make_gecrange(certledger.make_gec(project_code, month, 1 + i * size), size)));
        INSERT INTO bench.call VALUES (i, 1e6 * extract(epoch FROM clock_timestamp() - began));
        COMMIT;
    END LOOP;
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY c.microseconds) INTO microseconds FROM bench.call AS c;
END
$$;
