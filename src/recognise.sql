-- recognise.sql: recognition of claims under caps.

CREATE TYPE recognised AS (recognised energy, excess energy, cap text);
COMMENT ON TYPE recognised IS 'what was recognised of a claim';
COMMENT ON COLUMN recognised.recognised IS 'energy that counts';
COMMENT ON COLUMN recognised.excess IS 'energy that does not';
COMMENT ON COLUMN recognised.cap IS 'name of the cap that was reached; NULL when all is recognised';

CREATE FUNCTION recognise(claim energy, cap_names text[], caps energy[]) RETURNS recognised
    LANGUAGE c WINDOW IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'recognise_claim';
COMMENT ON FUNCTION recognise(energy, text[], energy[]) IS
    'window function: what the caps leave of a claim after all claims before it in the window''s order; a claim stands under the caps it names, each given whole with every claim; a NULL cap does not limit (发改能源〔2026〕622号 art. 7); error 22023 for negative energies and for a cap that changes within the partition';
