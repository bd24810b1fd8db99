-- claim.sql: how much has been claimed by certificates, by whatever decides
-- the caps of art. 7 of 发改能源〔2026〕622号.
--
-- Totals are of facts only: the category of a claim follows from its route by
-- rule (claim_category()), and a rule may change.

CREATE TABLE certledger.claim_total (
    beneficiary   bigint NOT NULL,
    year          integer NOT NULL,
    region        region NOT NULL,
    route         route NOT NULL
                  CONSTRAINT claim_total_route_check CHECK (route NOT IN ('production', 'self_use', 'off_grid')),
    from_province region NOT NULL,
    certificates  bigint NOT NULL CONSTRAINT claim_total_certificates_check CHECK (certificates > 0),
    CONSTRAINT claim_total_pkey PRIMARY KEY (beneficiary, year, region, route, from_province)
) WITH (fillfactor = 90);
CREATE INDEX claim_total_province_idx ON certledger.claim_total (year, region) WHERE tier(region) = 'province';
COMMENT ON TABLE certledger.claim_total IS 'certificates retired under the mandatory regime, by beneficiary: what counts as certificate trade (C), and green power, which counts as energy trade; certificates that feed another term of the accounts are left out; written by postings only';
COMMENT ON COLUMN certledger.claim_total.beneficiary IS 'account that claims the consumption';
COMMENT ON COLUMN certledger.claim_total.year IS 'accounting year: the year of production (发改能源〔2026〕622号 art. 5)';
COMMENT ON COLUMN certledger.claim_total.region IS 'city of consumption; the province where a provincial account claims, or where the retirement names no more than the province';
COMMENT ON COLUMN certledger.claim_total.route IS 'route by which the holder had come to the certificates';
COMMENT ON COLUMN certledger.claim_total.from_province IS 'province of production';
COMMENT ON COLUMN certledger.claim_total.certificates IS 'certificates, 1 MWh each';

-- A province's totals are spread over slots, so that sessions that retire at
-- once do not all wait for one row.  Rows of a slot are written by whoever has
-- updated that slot of claim_gate.
CREATE TABLE certledger.claim_pool (
    year          integer NOT NULL,
    region        region NOT NULL,
    route         route NOT NULL
                  CONSTRAINT claim_pool_route_check CHECK (route NOT IN ('production', 'green_power', 'self_use', 'off_grid')),
    from_province region NOT NULL,
    month         integer NOT NULL CONSTRAINT claim_pool_month_check CHECK (month BETWEEN 0 AND 12),
    slot          integer NOT NULL,
    certificates  bigint NOT NULL CONSTRAINT claim_pool_certificates_check CHECK (certificates > 0),
    CONSTRAINT claim_pool_pkey PRIMARY KEY (year, region, route, from_province, month, slot)
) WITH (fillfactor = 50);
CREATE INDEX claim_pool_from_province_idx ON certledger.claim_pool (year, from_province) WHERE tier(region) = 'province';
COMMENT ON TABLE certledger.claim_pool IS 'certificates claimed as certificate trade (C), by province and again by city: what uses the caps of provinces, cities and pools; the total is the sum over the slots; written by postings only';
COMMENT ON COLUMN certledger.claim_pool.year IS 'accounting year: the year of production';
COMMENT ON COLUMN certledger.claim_pool.region IS 'province that claims; or city that claims, of claims that name one';
COMMENT ON COLUMN certledger.claim_pool.route IS 'route by which the holder had come to the certificates';
COMMENT ON COLUMN certledger.claim_pool.from_province IS 'province of production';
COMMENT ON COLUMN certledger.claim_pool.month IS 'month, 1 to 12, in which the holder acquired them, where they may fall under the monthly ceilings of the selling province; else 0';
COMMENT ON COLUMN certledger.claim_pool.slot IS 'part of the total that a session adds to';
COMMENT ON COLUMN certledger.claim_pool.certificates IS 'certificates, 1 MWh each';

CREATE TABLE certledger.claim_gate (
    year         integer NOT NULL,
    province     region NOT NULL CONSTRAINT claim_gate_province_check CHECK (tier(province) = 'province'),
    direction    text COLLATE "C" NOT NULL CONSTRAINT claim_gate_direction_check CHECK (direction IN ('in', 'out')),
    slot         integer NOT NULL,
    certificates bigint NOT NULL CONSTRAINT claim_gate_certificates_check CHECK (certificates >= 0),
    CONSTRAINT claim_gate_pkey PRIMARY KEY (year, province, direction, slot)
) WITH (fillfactor = 20);
COMMENT ON TABLE certledger.claim_gate IS 'what every claim passes: a retirement adds to a slot of the provinces that claim and produce; one that is judged by caps (rule excess_policy, reject) updates all slots, so that it waits for whoever is about to add; written by postings only';
COMMENT ON COLUMN certledger.claim_gate.year IS 'accounting year: the year of production';
COMMENT ON COLUMN certledger.claim_gate.province IS 'the province';
COMMENT ON COLUMN certledger.claim_gate.direction IS 'in: it claims; out: it produced what others claim by trade';
COMMENT ON COLUMN certledger.claim_gate.slot IS 'part of the total that a session adds to';
COMMENT ON COLUMN certledger.claim_gate.certificates IS 'certificates that passed, green power included, 1 MWh each';

-- what a buyer traded is asked for at each mandatory retirement
CREATE INDEX energy_trade_buyer_idx ON certledger.energy_trade (buyer, month) WHERE buyer IS NOT NULL;
