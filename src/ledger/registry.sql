-- registry.sql: who holds which certificates, and every document that says why.
--
-- Documents in, movements out, holdings now: an INSERT into a document table
-- (issuance, transfer, retirement) fires one statement trigger that posts the
-- whole statement; movement is the append-only truth, holding and accrual are
-- its running totals.  Documents carry no foreign keys: the posting trigger
-- checks every account it locks, set-based, and accounts are never deleted.

CREATE TABLE certledger.account (
    account_id   bigint GENERATED ALWAYS AS IDENTITY,
    kind         account_kind NOT NULL,
    name         text NOT NULL CONSTRAINT account_name_check CHECK (name <> ''),
    uscc         uscc CONSTRAINT account_uscc_key UNIQUE,
    personal_id  text CONSTRAINT account_personal_id_key UNIQUE,
    region       region NOT NULL,
    city         region GENERATED ALWAYS AS (prefecture(region)) STORED
                 CONSTRAINT account_city_fkey REFERENCES certledger.region_name,
    grid_account text CONSTRAINT account_grid_account_check CHECK (grid_account ~ '^[0-9]{10,16}$'),
    opened_on    date NOT NULL DEFAULT china_today(),
    closed_on    date,
    CONSTRAINT account_pkey PRIMARY KEY (account_id),
    CONSTRAINT account_account_id_check CHECK (account_id > 0),
    CONSTRAINT account_identity_check
        CHECK (kind = 'provincial' OR num_nonnulls(uscc, personal_id) >= 1),
    CONSTRAINT account_region_check
        CHECK (CASE WHEN kind = 'provincial' THEN tier(region) = 'province' ELSE prefecture(region) IS NOT NULL END),
    CONSTRAINT account_closed_on_check CHECK (closed_on >= opened_on)
);
CREATE UNIQUE INDEX account_provincial_key ON certledger.account (region) WHERE kind = 'provincial';
COMMENT ON TABLE certledger.account IS 'real-name accounts (实名账户) of the certificate registry, one per entity; never deleted (国能发新能规〔2024〕67号; NEA 2026-01-07 implementing rules)';
COMMENT ON COLUMN certledger.account.account_id IS 'number of the account';
COMMENT ON COLUMN certledger.account.kind IS 'generator, user, agent or provincial account (省级账户, one per province)';
COMMENT ON COLUMN certledger.account.name IS 'registered name of the holder';
COMMENT ON COLUMN certledger.account.uscc IS 'unified social credit code (统一社会信用代码) of the entity';
COMMENT ON COLUMN certledger.account.personal_id IS 'identification of a natural person; store a keyed digest, not the number itself';
COMMENT ON COLUMN certledger.account.region IS 'where the holder is: prefecture or county code, the province for a provincial account (GB/T 2260)';
COMMENT ON COLUMN certledger.account.city IS 'prefecture-level division of region; empty for a provincial account';
COMMENT ON COLUMN certledger.account.grid_account IS 'account number at the grid company (户号), 10 to 16 digits';
COMMENT ON COLUMN certledger.account.opened_on IS 'first day on which the account may hold certificates';
COMMENT ON COLUMN certledger.account.closed_on IS 'day on which the account was closed; empty while open';

CREATE TABLE certledger.project (
    project_code    text COLLATE "C"
                    CONSTRAINT project_project_code_check CHECK (project_code ~ '^[0-9]{17}$'),
    name            text NOT NULL,
    owner           bigint NOT NULL CONSTRAINT project_owner_fkey REFERENCES certledger.account,
    region          region NOT NULL,
    city            region NOT NULL GENERATED ALWAYS AS (prefecture(region)) STORED
                    CONSTRAINT project_city_fkey REFERENCES certledger.region_name,
    source          energy_source NOT NULL,
    technology      text,
    capacity_kw     numeric NOT NULL CONSTRAINT project_capacity_kw_check CHECK (capacity_kw > 0 AND capacity_kw < 'infinity'),
    commissioned_on date NOT NULL CONSTRAINT project_commissioned_on_check CHECK (isfinite(commissioned_on)),
    market_based    boolean NOT NULL DEFAULT true,
    subsidised      boolean NOT NULL DEFAULT false,
    registered_on   date NOT NULL DEFAULT china_today(),
    CONSTRAINT project_pkey PRIMARY KEY (project_code)
);
CREATE INDEX project_owner_idx ON certledger.project (owner);
COMMENT ON TABLE certledger.project IS 'registered generation projects (建档立卡); a hydro station with units on both sides of 2023-01-01 is registered as two projects';
COMMENT ON COLUMN certledger.project.project_code IS '17-digit project registration code, the first half of its certificate codes';
COMMENT ON COLUMN certledger.project.name IS 'name of the project';
COMMENT ON COLUMN certledger.project.owner IS 'account of the owner, to whom its certificates are issued';
COMMENT ON COLUMN certledger.project.region IS 'where the plant stands: prefecture or county code';
COMMENT ON COLUMN certledger.project.city IS 'prefecture-level division of region';
COMMENT ON COLUMN certledger.project.source IS 'primary energy';
COMMENT ON COLUMN certledger.project.technology IS 'technology, for example distributed PV, CSP, offshore wind';
COMMENT ON COLUMN certledger.project.capacity_kw IS 'installed capacity in kW';
COMMENT ON COLUMN certledger.project.commissioned_on IS 'day of grid connection; for a hydro unit, of the start-up trial-run acceptance';
COMMENT ON COLUMN certledger.project.market_based IS 'whether all its on-grid volume is sold in the market; decides whether new hydro earns tradable certificates';
COMMENT ON COLUMN certledger.project.subsidised IS 'whether it draws a state subsidy';
COMMENT ON COLUMN certledger.project.registered_on IS 'day of registration';

CREATE TABLE certledger.generation (
    project_code text COLLATE "C" NOT NULL CONSTRAINT generation_project_code_fkey REFERENCES certledger.project,
    month        date NOT NULL CONSTRAINT generation_month_check CHECK (EXTRACT(day FROM month) = 1 AND month BETWEEN '2000-01-01' AND '2099-12-01'),
    volume_class volume_class NOT NULL DEFAULT 'on_grid'
                 CONSTRAINT generation_volume_class_check CHECK (volume_class <> 'existing_hydro'),
    energy       energy NOT NULL CONSTRAINT generation_energy_check CHECK (energy >= '0 kWh'),
    CONSTRAINT generation_pkey PRIMARY KEY (project_code, month, volume_class)
);
CREATE INDEX generation_month_idx ON certledger.generation (month);
COMMENT ON TABLE certledger.generation IS 'what a project produced in a month, by where it went; load with INSERT or COPY, then call issue(month)';
COMMENT ON COLUMN certledger.generation.project_code IS 'the project';
COMMENT ON COLUMN certledger.generation.month IS 'production month, as its first day';
COMMENT ON COLUMN certledger.generation.volume_class IS 'where the energy went; existing_hydro is not reported but derived from the project at issue';
COMMENT ON COLUMN certledger.generation.energy IS 'measured energy of that month and class';

CREATE TABLE certledger.accrual (
    project_code text COLLATE "C" NOT NULL,
    volume_class volume_class NOT NULL,
    energy       energy NOT NULL
                 CONSTRAINT accrual_energy_check CHECK (energy >= '0 kWh' AND energy < '1000 kWh'),
    CONSTRAINT accrual_pkey PRIMARY KEY (project_code, volume_class)
);
COMMENT ON TABLE certledger.accrual IS 'energy that has accrued without a certificate yet: the remainder below 1,000 kWh that is carried to the next month (国能发新能规〔2024〕67号); written by postings only';
COMMENT ON COLUMN certledger.accrual.project_code IS 'the project';
COMMENT ON COLUMN certledger.accrual.volume_class IS 'class of the volume, as reported in generation';
COMMENT ON COLUMN certledger.accrual.energy IS 'remainder, from 0 to 999.999 kWh';

CREATE TABLE certledger.issuance (
    issuance_id  bigint GENERATED ALWAYS AS IDENTITY,
    ref          text NOT NULL CONSTRAINT issuance_ref_key UNIQUE CONSTRAINT issuance_ref_check CHECK (ref <> ''),
    month        date NOT NULL CONSTRAINT issuance_month_check CHECK (EXTRACT(day FROM month) = 1 AND month BETWEEN '2000-01-01' AND '2099-12-01'),
    effective_on date NOT NULL DEFAULT china_today(),
    posted_at    timestamptz NOT NULL DEFAULT now(),
    posted_by    name NOT NULL DEFAULT session_user,
    CONSTRAINT issuance_pkey PRIMARY KEY (issuance_id),
    CONSTRAINT issuance_issuance_id_check CHECK (issuance_id > 0),
    CONSTRAINT issuance_effective_on_check CHECK (effective_on >= month + interval '1 month' AND isfinite(effective_on))
);
COMMENT ON TABLE certledger.issuance IS 'documents of issue (核发): certificates for everything generated in a month and not yet issued';
COMMENT ON COLUMN certledger.issuance.issuance_id IS 'number of the document';
COMMENT ON COLUMN certledger.issuance.ref IS 'the caller''s reference; repeating it with equal content posts nothing';
COMMENT ON COLUMN certledger.issuance.month IS 'production month, as its first day';
COMMENT ON COLUMN certledger.issuance.effective_on IS 'day of issue';
COMMENT ON COLUMN certledger.issuance.posted_at IS 'time of posting (transaction start), for display';
COMMENT ON COLUMN certledger.issuance.posted_by IS 'login role that posted it';

CREATE TABLE certledger.issuance_line (
    issuance_id       bigint NOT NULL,
    project_code      text COLLATE "C" NOT NULL,
    month             date NOT NULL,
    volume_class      volume_class NOT NULL,
    certificate_class volume_class NOT NULL,
    tradable          boolean NOT NULL,
    energy            energy NOT NULL,
    carried_in        energy NOT NULL,
    quantity          bigint NOT NULL,
    carried_out       energy NOT NULL,
    certificates      gecrange,
    account_id        bigint NOT NULL,
    region            region NOT NULL,
    source            energy_source NOT NULL,
    valid_until       date NOT NULL,
    CONSTRAINT issuance_line_pkey PRIMARY KEY (project_code, month, volume_class),
    CONSTRAINT issuance_line_balance_check
        CHECK (wh(energy) + wh(carried_in) = 1000000 * quantity + wh(carried_out)),
    CONSTRAINT issuance_line_certificates_check
        CHECK (quantity = coalesce(quantity(certificates), 0) AND is_run(certificates))
);
CREATE INDEX issuance_line_issuance_id_idx ON certledger.issuance_line (issuance_id);
COMMENT ON TABLE certledger.issuance_line IS 'what an issuance did for each project, month and volume class: energy, remainder carried in and out, certificates; written by postings only';
COMMENT ON COLUMN certledger.issuance_line.issuance_id IS 'the document';
COMMENT ON COLUMN certledger.issuance_line.project_code IS 'the project';
COMMENT ON COLUMN certledger.issuance_line.month IS 'production month';
COMMENT ON COLUMN certledger.issuance_line.volume_class IS 'class as reported in generation';
COMMENT ON COLUMN certledger.issuance_line.certificate_class IS 'class written into the certificates: on-grid volume of existing hydro becomes existing_hydro';
COMMENT ON COLUMN certledger.issuance_line.tradable IS 'whether the certificates may be traded';
COMMENT ON COLUMN certledger.issuance_line.energy IS 'energy of the month';
COMMENT ON COLUMN certledger.issuance_line.carried_in IS 'remainder from before';
COMMENT ON COLUMN certledger.issuance_line.quantity IS 'certificates issued, 1,000 kWh each';
COMMENT ON COLUMN certledger.issuance_line.carried_out IS 'remainder for the next month';
COMMENT ON COLUMN certledger.issuance_line.certificates IS 'the certificates; empty when the energy did not make one';
COMMENT ON COLUMN certledger.issuance_line.account_id IS 'account to which they were issued: the owner of the project on that day';
COMMENT ON COLUMN certledger.issuance_line.region IS 'where the energy was produced';
COMMENT ON COLUMN certledger.issuance_line.source IS 'primary energy';
COMMENT ON COLUMN certledger.issuance_line.valid_until IS 'last day of validity, by rule certificate_validity';

CREATE TABLE certledger.transfer (
    transfer_id  bigint GENERATED ALWAYS AS IDENTITY,
    ref          text NOT NULL CONSTRAINT transfer_ref_key UNIQUE CONSTRAINT transfer_ref_check CHECK (ref <> ''),
    mode         trade_mode NOT NULL,
    from_account bigint NOT NULL,
    to_account   bigint NOT NULL,
    quantity     bigint NOT NULL
                 CONSTRAINT transfer_quantity_check CHECK (quantity BETWEEN 1 AND 1000000000000),
    certificates gecmultirange,
    route        route,
    price        numeric CONSTRAINT transfer_price_check CHECK (price >= 0 AND price < 'infinity'),
    contract     text,
    proof        text,
    venue        text,
    effective_on date NOT NULL DEFAULT china_today(),
    posted_at    timestamptz NOT NULL DEFAULT now(),
    posted_by    name NOT NULL DEFAULT session_user,
    CONSTRAINT transfer_pkey PRIMARY KEY (transfer_id),
    CONSTRAINT transfer_effective_on_check CHECK (isfinite(effective_on)),
    CONSTRAINT transfer_transfer_id_check CHECK (transfer_id > 0),
    CONSTRAINT transfer_parties_check CHECK (from_account <> to_account),
    CONSTRAINT transfer_certificates_check CHECK (quantity = quantity(certificates)),
    CONSTRAINT transfer_route_check
        CHECK (route IS NULL OR (mode IN ('listing', 'bilateral', 'auction')
               AND route IN ('in_province_trade', 'spot_trade', 'voluntary_trade', 'out_of_province_trade'))),
    CONSTRAINT transfer_contract_check
        CHECK (contract IS NOT NULL OR mode NOT IN ('green_power', 'self_use')),
    CONSTRAINT transfer_price_given_check
        CHECK (price IS NOT NULL OR mode <> 'green_power'),
    CONSTRAINT transfer_proof_check
        CHECK (proof IS NOT NULL OR mode NOT IN ('self_use', 'off_grid', 'allocation'))
);
CREATE INDEX transfer_from_account_idx ON certledger.transfer (from_account);
CREATE INDEX transfer_to_account_idx ON certledger.transfer (to_account);
COMMENT ON TABLE certledger.transfer IS 'documents that move certificates from one account to another: trades (交易) and transfers that are no trade (划转)';
COMMENT ON COLUMN certledger.transfer.transfer_id IS 'number of the document';
COMMENT ON COLUMN certledger.transfer.ref IS 'the caller''s reference; repeating it with equal content posts nothing';
COMMENT ON COLUMN certledger.transfer.mode IS 'mode of the trade or transfer';
COMMENT ON COLUMN certledger.transfer.from_account IS 'the account that gives';
COMMENT ON COLUMN certledger.transfer.to_account IS 'the account that receives';
COMMENT ON COLUMN certledger.transfer.quantity IS 'whole certificates';
COMMENT ON COLUMN certledger.transfer.certificates IS 'the very certificates; empty: oldest validity first, then code';
COMMENT ON COLUMN certledger.transfer.route IS 'for a trade across provinces, which pool it feeds: spot_trade (mode 1), voluntary_trade (mode 2) or out_of_province_trade (route 2(b)); empty: by rule out_of_province_route';
COMMENT ON COLUMN certledger.transfer.price IS 'price in yuan per certificate; a green power trade must price the certificate separately (NEA 2026-01-07 implementing rules art. 23, 27)';
COMMENT ON COLUMN certledger.transfer.contract IS 'contract of the bundled energy (green power) or of energy management (self-use)';
COMMENT ON COLUMN certledger.transfer.proof IS 'proof of payment (self-use), of settlement (off-grid), or the filed plan (allocation)';
COMMENT ON COLUMN certledger.transfer.venue IS 'platform or exchange';
COMMENT ON COLUMN certledger.transfer.effective_on IS 'day of the trade; validity is judged on it';
COMMENT ON COLUMN certledger.transfer.posted_at IS 'time of posting (transaction start), for display';
COMMENT ON COLUMN certledger.transfer.posted_by IS 'login role that posted it';

CREATE TABLE certledger.retirement (
    retirement_id    bigint GENERATED ALWAYS AS IDENTITY,
    ref              text NOT NULL CONSTRAINT retirement_ref_key UNIQUE CONSTRAINT retirement_ref_check CHECK (ref <> ''),
    account_id       bigint NOT NULL,
    quantity         bigint NOT NULL
                     CONSTRAINT retirement_quantity_check CHECK (quantity BETWEEN 1 AND 1000000000000),
    certificates     gecmultirange,
    regime           claim_regime NOT NULL,
    consumption_year integer NOT NULL
                     CONSTRAINT retirement_consumption_year_check CHECK (consumption_year BETWEEN 2000 AND 2099),
    beneficiary      bigint NOT NULL,
    region           region NOT NULL,
    purpose          text,
    grid_account     text CONSTRAINT retirement_grid_account_check CHECK (grid_account ~ '^[0-9]{10,16}$'),
    effective_on     date NOT NULL DEFAULT china_today(),
    posted_at        timestamptz NOT NULL DEFAULT now(),
    posted_by        name NOT NULL DEFAULT session_user,
    CONSTRAINT retirement_pkey PRIMARY KEY (retirement_id),
    CONSTRAINT retirement_effective_on_check CHECK (isfinite(effective_on)),
    CONSTRAINT retirement_retirement_id_check CHECK (retirement_id > 0),
    CONSTRAINT retirement_beneficiary_check CHECK (beneficiary > 0),
    CONSTRAINT retirement_certificates_check CHECK (quantity = quantity(certificates)),
    CONSTRAINT retirement_region_check CHECK (tier(region) <> 'nation')
);
CREATE INDEX retirement_account_id_idx ON certledger.retirement (account_id);
CREATE INDEX retirement_beneficiary_idx ON certledger.retirement (beneficiary);
COMMENT ON TABLE certledger.retirement IS 'documents that retire certificates (核销) to claim the consumption of their energy; final';
COMMENT ON COLUMN certledger.retirement.retirement_id IS 'number of the document';
COMMENT ON COLUMN certledger.retirement.ref IS 'the caller''s reference; repeating it with equal content posts nothing';
COMMENT ON COLUMN certledger.retirement.account_id IS 'the holder';
COMMENT ON COLUMN certledger.retirement.quantity IS 'whole certificates';
COMMENT ON COLUMN certledger.retirement.certificates IS 'the very certificates; empty: oldest validity first, then code';
COMMENT ON COLUMN certledger.retirement.regime IS 'mandatory accounting or voluntary disclosure';
COMMENT ON COLUMN certledger.retirement.consumption_year IS 'year of the consumption that is claimed';
COMMENT ON COLUMN certledger.retirement.beneficiary IS 'account that claims the consumption; the holder itself unless it acts for another';
COMMENT ON COLUMN certledger.retirement.region IS 'where the power was consumed; the beneficiary''s region unless given';
COMMENT ON COLUMN certledger.retirement.purpose IS 'scenario in free text';
COMMENT ON COLUMN certledger.retirement.grid_account IS 'account number at the grid company (户号), 10 to 16 digits';
COMMENT ON COLUMN certledger.retirement.effective_on IS 'day of retirement; validity is judged on it';
COMMENT ON COLUMN certledger.retirement.posted_at IS 'time of posting (transaction start), for display';
COMMENT ON COLUMN certledger.retirement.posted_by IS 'login role that posted it';

CREATE TABLE certledger.movement (
    movement_id  bigint GENERATED ALWAYS AS IDENTITY,
    document     document_kind NOT NULL,
    document_id  bigint NOT NULL,
    certificates gecrange NOT NULL,
    from_account bigint,
    from_state   holding_state NOT NULL,
    from_route   route,
    to_account   bigint NOT NULL,
    to_state     holding_state NOT NULL CONSTRAINT movement_to_state_check CHECK (to_state <> 'accrued'),
    to_route     route NOT NULL,
    effective_on date NOT NULL,
    posted_at    timestamptz NOT NULL,
    CONSTRAINT movement_pkey PRIMARY KEY (movement_id, posted_at),
    CONSTRAINT movement_certificates_check CHECK (is_run(certificates)),
    CONSTRAINT movement_from_check
        CHECK ((from_account IS NULL) = (from_state = 'accrued') AND (from_route IS NULL) = (from_state = 'accrued'))
) PARTITION BY RANGE (posted_at);
CREATE INDEX movement_document_idx ON certledger.movement (document_id, document);
CREATE INDEX movement_certificates_idx ON certledger.movement (lower(certificates));
COMMENT ON TABLE certledger.movement IS 'every movement of certificates, one line per range; append-only, the source of truth; written by postings only';
COMMENT ON COLUMN certledger.movement.movement_id IS 'number of the line';
COMMENT ON COLUMN certledger.movement.document IS 'kind of the document';
COMMENT ON COLUMN certledger.movement.document_id IS 'number of the document';
COMMENT ON COLUMN certledger.movement.certificates IS 'the range that moved';
COMMENT ON COLUMN certledger.movement.from_account IS 'account it left; empty at issue';
COMMENT ON COLUMN certledger.movement.from_state IS 'state it left; accrued at issue';
COMMENT ON COLUMN certledger.movement.from_route IS 'route by which its last holder had it; empty at issue';
COMMENT ON COLUMN certledger.movement.to_account IS 'account it came to';
COMMENT ON COLUMN certledger.movement.to_state IS 'state it came to';
COMMENT ON COLUMN certledger.movement.to_route IS 'route by which the holder now has it';
COMMENT ON COLUMN certledger.movement.effective_on IS 'day on which the document takes effect';
COMMENT ON COLUMN certledger.movement.posted_at IS 'time of posting, equal to the document''s';

CREATE TABLE certledger.holding (
    first_certificate gec,
    certificates      gecrange NOT NULL,
    account_id        bigint NOT NULL,
    state             holding_state NOT NULL CONSTRAINT holding_state_check CHECK (state <> 'accrued'),
    route             route NOT NULL,
    transfer_id       bigint,
    region            region NOT NULL,
    source            energy_source NOT NULL,
    valid_until       date NOT NULL,
    CONSTRAINT holding_pkey PRIMARY KEY (first_certificate),
    CONSTRAINT holding_first_certificate_check CHECK (first_certificate = lower(certificates)),
    CONSTRAINT holding_certificates_check CHECK (is_run(certificates))
);
CREATE INDEX holding_live_idx ON certledger.holding (account_id, valid_until, first_certificate)
    WHERE state < 'retired';
COMMENT ON TABLE certledger.holding IS 'the place of every certificate ever issued, exactly once: the running total of movement; written by postings only';
COMMENT ON COLUMN certledger.holding.first_certificate IS 'first certificate of the range; a column of its own, so that the key can be replicated';
COMMENT ON COLUMN certledger.holding.certificates IS 'a range of certificates of one project, month and class';
COMMENT ON COLUMN certledger.holding.account_id IS 'the holder; of terminal certificates, the last one';
COMMENT ON COLUMN certledger.holding.state IS 'state of the certificates';
COMMENT ON COLUMN certledger.holding.route IS 'route by which the holder came to them';
COMMENT ON COLUMN certledger.holding.transfer_id IS 'transfer by which the holder came to them; empty for the producer''s own';
COMMENT ON COLUMN certledger.holding.region IS 'where the energy was produced';
COMMENT ON COLUMN certledger.holding.source IS 'primary energy';
COMMENT ON COLUMN certledger.holding.valid_until IS 'last day on which they may be traded or retired, fixed at issue';
