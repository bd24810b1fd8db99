-- claim.sql: how much of its consumption each account has claimed by
-- certificates.

CREATE TABLE certledger.claim_total (
    beneficiary      bigint NOT NULL,
    consumption_year integer NOT NULL,
    certificates     bigint NOT NULL CONSTRAINT claim_total_certificates_check CHECK (certificates > 0),
    CONSTRAINT claim_total_pkey PRIMARY KEY (beneficiary, consumption_year)
);
COMMENT ON TABLE certledger.claim_total IS 'certificates retired under the mandatory regime that count as certificate trade (C) of a consumption year, by beneficiary: the running total that rule excess_policy compares with grid draw; written by postings only';
COMMENT ON COLUMN certledger.claim_total.beneficiary IS 'account that claims the consumption';
COMMENT ON COLUMN certledger.claim_total.consumption_year IS 'year of the consumption';
COMMENT ON COLUMN certledger.claim_total.certificates IS 'certificates, 1 MWh each; those of green power count in the energy trade, those of self-use and off-grid supply as physical supply, and the producer''s own not at all';

-- what a buyer traded is asked for at each mandatory retirement
CREATE INDEX energy_trade_buyer_idx ON certledger.energy_trade (buyer, month) WHERE buyer IS NOT NULL;
