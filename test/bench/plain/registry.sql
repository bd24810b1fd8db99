-- registry.sql: a registry of certificates without certledger, as a competent
-- database administrator would write it in SQL and PL/pgSQL, twice: with a
-- row for each certificate, and with a row for each bundle of neighbours that
-- have one holder, which is split when a part of it is sold.
--
-- Usage, in a database with the market of market.sql:
--
--     psql -X -f test/bench/plain/registry.sql
--
-- Both do less than the ledger does, never more: they know trade only, no
-- classes, routes, listings, freezes or rules; a certificate names its last
-- transfer instead of having a line in a journal; and no foreign keys point
-- from certificates to accounts, because the functions lock and check those;
-- the lock of the seller is all the locking there is.  What they do keep is what a registry cannot do without: unique references
-- (a repeated call posts nothing), locks in one order so that calls neither
-- oversell nor deadlock, oldest validity first, checks, and an error when
-- there is not enough.
--
-- Codes are numeric: 17 digits of the project, 4 of the month, 9 of the
-- serial number, 2 of the classes, so that neighbours differ by 100.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;

CREATE SCHEMA plain;
SET search_path = plain;

CREATE TABLE account (
    account_id bigint PRIMARY KEY,
    name       text NOT NULL,
    closed_on  date
);
INSERT INTO account SELECT a.account_id, a.name, a.closed_on FROM certledger.account AS a;

CREATE TABLE transfer (
    transfer_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ref          text NOT NULL UNIQUE,
    from_account bigint NOT NULL REFERENCES account,
    to_account   bigint NOT NULL REFERENCES account,
    quantity     bigint NOT NULL CHECK (quantity > 0),
    price        numeric CHECK (price >= 0),
    effective_on date NOT NULL,
    posted_at    timestamptz NOT NULL DEFAULT now(),
    CHECK (from_account <> to_account)
);
CREATE INDEX ON transfer (from_account);
CREATE INDEX ON transfer (to_account);

-- What certificates and bundles have in common: sold once, then retired.
CREATE TYPE state AS ENUM ('issued', 'transferred', 'retired');

CREATE TABLE certificate (
    code        numeric(32, 0) PRIMARY KEY,
    account_id  bigint NOT NULL,
    state       state NOT NULL,
    valid_until date NOT NULL,
    transfer_id bigint,
    CHECK ((state = 'issued') = (transfer_id IS NULL))
);
CREATE INDEX certificate_live_idx ON certificate (account_id, valid_until, code) WHERE state <> 'retired';

CREATE TABLE bundle (
    first_code  numeric(32, 0) PRIMARY KEY,
    quantity    numeric(12, 0) NOT NULL CHECK (quantity > 0),
    account_id  bigint NOT NULL,
    state       state NOT NULL,
    valid_until date NOT NULL,
    transfer_id bigint,
    CHECK ((state = 'issued') = (transfer_id IS NULL))
);
CREATE INDEX bundle_live_idx ON bundle (account_id, valid_until, first_code) WHERE state <> 'retired';

-- Lines of a batch, filled by the caller.
CREATE UNLOGGED TABLE line (
    n            bigint PRIMARY KEY,
    ref          text NOT NULL,
    from_account bigint NOT NULL,
    to_account   bigint NOT NULL,
    quantity     bigint NOT NULL,
    price        numeric,
    effective_on date NOT NULL
);

-- Locks the seller; both accounts must exist and be open.
CREATE FUNCTION lock_accounts(seller bigint, buyer bigint, effective_on date) RETURNS void
    LANGUAGE plpgsql
    SET search_path = plain
    AS $$
BEGIN
    PERFORM FROM account AS a
    WHERE a.account_id = seller AND coalesce(a.closed_on > lock_accounts.effective_on, true)
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE 'account % does not exist or is closed', seller;
    END IF;
    PERFORM FROM account AS a
    WHERE a.account_id = buyer AND coalesce(a.closed_on > lock_accounts.effective_on, true);
    IF NOT FOUND THEN
        RAISE 'account % does not exist or is closed', buyer;
    END IF;
END
$$;

-- Writes the document.  Null when the same one exists already; an error when
-- the reference stands for another one.
CREATE FUNCTION document(ref text, seller bigint, buyer bigint, quantity bigint, price numeric, effective_on date)
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = plain
    AS $$
DECLARE
    id bigint;
BEGIN
    INSERT INTO transfer AS t (ref, from_account, to_account, quantity, price, effective_on)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT ON CONSTRAINT transfer_ref_key DO NOTHING
    RETURNING t.transfer_id INTO id;
    IF id IS NULL THEN
        PERFORM FROM transfer AS t
        WHERE t.ref = $1 AND (t.from_account, t.to_account, t.quantity, t.effective_on) = ($2, $3, $4, $6)
          AND t.price IS NOT DISTINCT FROM $5;
        IF NOT FOUND THEN
            RAISE 'transfer % exists with other content', ref;
        END IF;
    END IF;
    RETURN id;
END
$$;

-- A transfer with a row for each certificate: the oldest, moved.
CREATE FUNCTION transfer_certificates(ref text, seller bigint, buyer bigint, quantity bigint, price numeric, effective_on date)
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = plain
    AS $$
DECLARE
    id bigint;
    moved bigint;
BEGIN
    PERFORM lock_accounts(seller, buyer, effective_on);
    id := document(ref, seller, buyer, quantity, price, effective_on);
    IF id IS NULL THEN
        RETURN NULL;
    END IF;
    WITH chosen AS (
        SELECT c.code FROM certificate AS c
        WHERE c.account_id = seller AND c.state = 'issued' AND c.state <> 'retired'
          AND c.valid_until >= transfer_certificates.effective_on
        ORDER BY c.valid_until, c.code
        LIMIT transfer_certificates.quantity
    )
    UPDATE certificate AS c SET account_id = buyer, state = 'transferred', transfer_id = id
    FROM chosen WHERE c.code = chosen.code;
    GET DIAGNOSTICS moved = ROW_COUNT;
    IF moved < quantity THEN
        RAISE 'account % has % certificates, not %', seller, moved, quantity;
    END IF;
    RETURN id;
END
$$;

-- The same of all certificates between two codes.
CREATE FUNCTION transfer_range(ref text, seller bigint, buyer bigint, first numeric, last numeric, quantity bigint, price numeric,
                               effective_on date)
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = plain
    AS $$
DECLARE
    id bigint;
    moved bigint;
BEGIN
    PERFORM lock_accounts(seller, buyer, effective_on);
    id := document(ref, seller, buyer, quantity, price, effective_on);
    IF id IS NULL THEN
        RETURN NULL;
    END IF;
    UPDATE certificate AS c SET account_id = buyer, state = 'transferred', transfer_id = id
    WHERE c.code BETWEEN first AND last AND c.account_id = seller AND c.state = 'issued'
      AND c.valid_until >= transfer_range.effective_on;
    GET DIAGNOSTICS moved = ROW_COUNT;
    IF moved < quantity THEN
        RAISE 'account % has % of these certificates, not %', seller, moved, quantity;
    END IF;
    RETURN id;
END
$$;

-- A transfer by bundles: whole ones change their holder, the last one is split.
CREATE FUNCTION transfer_bundles(ref text, seller bigint, buyer bigint, quantity bigint, price numeric, effective_on date)
    RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = plain
    AS $$
DECLARE
    id bigint;
    b bundle;
    wanted numeric := quantity;
BEGIN
    PERFORM lock_accounts(seller, buyer, effective_on);
    id := document(ref, seller, buyer, quantity, price, effective_on);
    IF id IS NULL THEN
        RETURN NULL;
    END IF;
    FOR b IN
        SELECT * FROM bundle AS x
        WHERE x.account_id = seller AND x.state = 'issued' AND x.state <> 'retired'
          AND x.valid_until >= transfer_bundles.effective_on
        ORDER BY x.valid_until, x.first_code
    LOOP
        IF b.quantity <= wanted THEN
            UPDATE bundle AS x SET account_id = buyer, state = 'transferred', transfer_id = id
            WHERE x.first_code = b.first_code;
            wanted := wanted - b.quantity;
        ELSE
            UPDATE bundle AS x SET first_code = b.first_code + 100 * wanted, quantity = b.quantity - wanted
            WHERE x.first_code = b.first_code;
            INSERT INTO bundle VALUES (b.first_code, wanted, buyer, 'transferred', b.valid_until, id);
            wanted := 0;
        END IF;
        EXIT WHEN wanted = 0;
    END LOOP;
    IF wanted > 0 THEN
        RAISE 'account % has not enough certificates: % of % are missing', seller, wanted, quantity;
    END IF;
    RETURN id;
END
$$;

-- The documents of the lines that are new, set-based, with accounts locked in
-- the order of their numbers.  From and upto: which of the certificates that
-- the seller sells in this batch are those of the line.
CREATE FUNCTION documents() RETURNS void
    LANGUAGE plpgsql
    SET search_path = plain
    AS $$
BEGIN
    PERFORM FROM account AS a
    WHERE a.account_id IN (SELECT l.from_account FROM line AS l)
    ORDER BY a.account_id FOR NO KEY UPDATE;
    PERFORM FROM line AS l
    LEFT JOIN account AS f ON f.account_id = l.from_account AND coalesce(f.closed_on > l.effective_on, true)
    LEFT JOIN account AS t ON t.account_id = l.to_account AND coalesce(t.closed_on > l.effective_on, true)
    WHERE f.account_id IS NULL OR t.account_id IS NULL;
    IF FOUND THEN
        RAISE 'a line names an account that does not exist or is closed';
    END IF;
    PERFORM FROM line AS l JOIN transfer AS t ON t.ref = l.ref
    WHERE (t.from_account, t.to_account, t.quantity, t.effective_on) <> (l.from_account, l.to_account, l.quantity, l.effective_on)
       OR t.price IS DISTINCT FROM l.price;
    IF FOUND THEN
        RAISE 'a reference exists with other content';
    END IF;

    CREATE TEMPORARY TABLE new_line ON COMMIT DROP AS
    WITH inserted AS (
        INSERT INTO transfer AS t (ref, from_account, to_account, quantity, price, effective_on)
        SELECT l.ref, l.from_account, l.to_account, l.quantity, l.price, l.effective_on FROM line AS l ORDER BY l.n
        ON CONFLICT ON CONSTRAINT transfer_ref_key DO NOTHING
        RETURNING t.transfer_id, t.from_account, t.to_account, t.quantity, t.effective_on
    )
    SELECT i.transfer_id, i.from_account, i.to_account, i.effective_on,
           sum(i.quantity) OVER w - i.quantity AS from_number, sum(i.quantity) OVER w AS upto_number
    FROM inserted AS i
    WINDOW w AS (PARTITION BY i.from_account ORDER BY i.transfer_id);
    ANALYZE new_line;
END
$$;

-- A batch with a row for each certificate: for each seller so many of the
-- oldest as all its lines want, numbered, and each to the line whose numbers
-- these are.
CREATE FUNCTION transfer_certificates_batch() RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = plain
    AS $$
DECLARE
    moved bigint;
    wanted bigint;
BEGIN
    PERFORM documents();
    SELECT sum(upto_number - from_number) INTO wanted FROM new_line;
    WITH seller AS (
        SELECT n.from_account, max(n.upto_number)::bigint AS wanted, max(n.effective_on) AS effective_on FROM new_line AS n GROUP BY n.from_account
    ), chosen AS (
        SELECT s.from_account, k.code, row_number() OVER (PARTITION BY s.from_account ORDER BY k.valid_until, k.code) AS number
        FROM seller AS s, LATERAL (
            SELECT c.code, c.valid_until FROM certificate AS c
            WHERE c.account_id = s.from_account AND c.state = 'issued' AND c.state <> 'retired' AND c.valid_until >= s.effective_on
            ORDER BY c.valid_until, c.code
            LIMIT s.wanted) AS k
    )
    UPDATE certificate AS c SET account_id = n.to_account, state = 'transferred', transfer_id = n.transfer_id
    FROM chosen AS k
    JOIN new_line AS n ON n.from_account = k.from_account AND k.number > n.from_number AND k.number <= n.upto_number
    WHERE c.code = k.code;
    GET DIAGNOSTICS moved = ROW_COUNT;
    IF moved < wanted THEN
        RAISE 'accounts have not enough certificates: % of % are missing', wanted - moved, wanted;
    END IF;
    DROP TABLE new_line;
    RETURN moved;
END
$$;

-- A batch by bundles: the bundles of each seller, laid end to end, cut where
-- its lines end.
CREATE FUNCTION transfer_bundles_batch() RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = plain
    AS $$
DECLARE
    moved bigint;
    wanted bigint;
BEGIN
    PERFORM documents();
    SELECT sum(upto_number - from_number) INTO wanted FROM new_line;

    CREATE TEMPORARY TABLE piece ON COMMIT DROP AS
    WITH seller AS (
        SELECT n.from_account, max(n.upto_number) AS wanted, max(n.effective_on) AS effective_on FROM new_line AS n GROUP BY n.from_account
    ), offered AS (
        SELECT b.first_code, b.quantity, b.account_id, b.valid_until,
               sum(b.quantity) OVER w - b.quantity AS from_number, sum(b.quantity) OVER w AS upto_number
        FROM seller AS s
        JOIN bundle AS b ON b.account_id = s.from_account AND b.state = 'issued' AND b.valid_until >= s.effective_on
        WINDOW w AS (PARTITION BY b.account_id ORDER BY b.valid_until, b.first_code)
    )
    SELECT o.first_code AS bundle, o.quantity AS bundle_quantity,
           o.first_code + 100 * (greatest(o.from_number, n.from_number) - o.from_number) AS first_code,
           least(o.upto_number, n.upto_number) - greatest(o.from_number, n.from_number) AS quantity,
           n.to_account, o.valid_until, n.transfer_id
    FROM offered AS o
    JOIN new_line AS n ON n.from_account = o.account_id AND n.from_number < o.upto_number AND n.upto_number > o.from_number;
    ANALYZE piece;

    WITH cut AS (
        SELECT p.bundle, p.bundle_quantity, sum(p.quantity) AS quantity FROM piece AS p GROUP BY p.bundle, p.bundle_quantity
    ), gone AS (
        DELETE FROM bundle AS b USING cut AS c WHERE b.first_code = c.bundle AND c.quantity = c.bundle_quantity
    )
    UPDATE bundle AS b SET first_code = b.first_code + 100 * c.quantity, quantity = b.quantity - c.quantity
    FROM cut AS c WHERE b.first_code = c.bundle AND c.quantity < c.bundle_quantity;
    INSERT INTO bundle
    SELECT p.first_code, p.quantity, p.to_account, 'transferred', p.valid_until, p.transfer_id FROM piece AS p
    ORDER BY p.transfer_id, p.first_code;
    SELECT sum(p.quantity) INTO moved FROM piece AS p;
    IF moved IS DISTINCT FROM wanted THEN
        RAISE 'accounts have not enough certificates: % of % are missing', wanted - moved, wanted;
    END IF;
    DROP TABLE new_line, piece;
    RETURN moved;
END
$$;
