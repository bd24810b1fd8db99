-- An empty transaction.
BEGIN;
COMMIT;
