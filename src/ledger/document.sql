-- document.sql: every document that says why certificates are where they are.
--
-- Documents in, movements out, holdings now: an INSERT into a document table
-- fires one statement trigger that posts the whole statement.  Documents carry
-- no foreign keys: the posting trigger checks every account it locks,
-- set-based, and accounts are never deleted.

CREATE TABLE certledger.issuance (
    issuance_id  bigint GENERATED ALWAYS AS IDENTITY,
    ref          text NOT NULL CONSTRAINT issuance_ref_key UNIQUE CONSTRAINT issuance_ref_check CHECK (ref <> '' AND length(ref) <= 500),
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
    project_code      text COLLATE "C" NOT NULL,
    month             date NOT NULL,
    volume_class      volume_class NOT NULL,
    sequence          integer NOT NULL,
    document          document_kind NOT NULL
                      CONSTRAINT issuance_line_document_check CHECK (document IN ('issuance', 'correction', 'cancellation')),
    document_id       bigint NOT NULL,
    certificate_class volume_class NOT NULL,
    tradable          boolean NOT NULL,
    former_energy     energy NOT NULL,
    energy            energy NOT NULL,
    carried_in        energy NOT NULL,
    quantity          bigint NOT NULL,
    debited           bigint NOT NULL CONSTRAINT issuance_line_debited_check CHECK (debited >= 0),
    carried_out       energy NOT NULL,
    certificates      gecrange,
    account_id        bigint NOT NULL,
    region            region NOT NULL,
    source            energy_source NOT NULL,
    valid_until       date NOT NULL,
    CONSTRAINT issuance_line_pkey PRIMARY KEY (project_code, month, volume_class, sequence),
    CONSTRAINT issuance_line_sequence_check
        CHECK (CASE document WHEN 'issuance' THEN sequence = 0 AND former_energy = '0 kWh' ELSE sequence > 0 END),
    CONSTRAINT issuance_line_balance_check
        CHECK (wh(energy) - wh(former_energy) + wh(carried_in)
               = 1000000 * (quantity - debited) + wh(carried_out)),
    CONSTRAINT issuance_line_certificates_check
        CHECK (quantity = coalesce(quantity(certificates), 0) AND is_run(certificates))
);
CREATE INDEX issuance_line_document_idx ON certledger.issuance_line (document_id, document);
COMMENT ON TABLE certledger.issuance_line IS 'what an issuance, a correction or a re-issue did for each project, month and volume class: energy, remainder carried in and out, certificates; written by postings only';
COMMENT ON COLUMN certledger.issuance_line.project_code IS 'the project';
COMMENT ON COLUMN certledger.issuance_line.month IS 'production month';
COMMENT ON COLUMN certledger.issuance_line.volume_class IS 'class as reported in generation';
COMMENT ON COLUMN certledger.issuance_line.sequence IS '0 for the first issue, then counted up with each correction and re-issue';
COMMENT ON COLUMN certledger.issuance_line.document IS 'kind of the document';
COMMENT ON COLUMN certledger.issuance_line.document_id IS 'number of the document';
COMMENT ON COLUMN certledger.issuance_line.certificate_class IS 'class written into the certificates: on-grid volume of existing hydro becomes existing_hydro';
COMMENT ON COLUMN certledger.issuance_line.tradable IS 'whether the certificates may be traded';
COMMENT ON COLUMN certledger.issuance_line.former_energy IS 'energy of the month that certificates stood for before this line; 0 at the first issue';
COMMENT ON COLUMN certledger.issuance_line.energy IS 'energy of the month that certificates stand for from this line on: the total reported, less what storage on the same meter drew';
COMMENT ON COLUMN certledger.issuance_line.carried_in IS 'remainder from before';
COMMENT ON COLUMN certledger.issuance_line.quantity IS 'certificates issued, 1,000 kWh each';
COMMENT ON COLUMN certledger.issuance_line.debited IS 'certificates cancelled by this line: a correction downwards, or those that a re-issue replaces';
COMMENT ON COLUMN certledger.issuance_line.carried_out IS 'remainder for the next month';
COMMENT ON COLUMN certledger.issuance_line.certificates IS 'the certificates issued; empty when the energy did not make one';
COMMENT ON COLUMN certledger.issuance_line.account_id IS 'account to which they were issued: the owner of the project on that day';
COMMENT ON COLUMN certledger.issuance_line.region IS 'where the energy was produced';
COMMENT ON COLUMN certledger.issuance_line.source IS 'primary energy';
COMMENT ON COLUMN certledger.issuance_line.valid_until IS 'last day of validity, by rule certificate_validity';

CREATE TABLE certledger.issuance_refusal (
    issuance_id  bigint NOT NULL,
    project_code text COLLATE "C" NOT NULL,
    month        date NOT NULL,
    volume_class volume_class NOT NULL,
    sqlstate     text COLLATE "C" NOT NULL,
    energy       energy NOT NULL,
    drawn        energy NOT NULL,
    greatest     energy,
    CONSTRAINT issuance_refusal_pkey PRIMARY KEY (issuance_id, project_code, volume_class)
);
COMMENT ON TABLE certledger.issuance_refusal IS 'rows of generation that an issuance left out because they cannot be right: correct them, and the next issuance of the month takes them; written by postings only';
COMMENT ON COLUMN certledger.issuance_refusal.issuance_id IS 'the issuance';
COMMENT ON COLUMN certledger.issuance_refusal.project_code IS 'the project';
COMMENT ON COLUMN certledger.issuance_refusal.month IS 'production month';
COMMENT ON COLUMN certledger.issuance_refusal.volume_class IS 'class as reported in generation';
COMMENT ON COLUMN certledger.issuance_refusal.sqlstate IS 'why: an error code of class LC, see docs/errors.md';
COMMENT ON COLUMN certledger.issuance_refusal.energy IS 'energy reported';
COMMENT ON COLUMN certledger.issuance_refusal.drawn IS 'energy reported as drawn from the grid';
COMMENT ON COLUMN certledger.issuance_refusal.greatest IS 'the most that was possible: capacity times hours times rule generation_margin, for all classes of the project together';

CREATE TABLE certledger.correction (
    correction_id bigint GENERATED ALWAYS AS IDENTITY,
    ref           text NOT NULL CONSTRAINT correction_ref_key UNIQUE CONSTRAINT correction_ref_check CHECK (ref <> '' AND length(ref) <= 500),
    project_code  text COLLATE "C" NOT NULL CONSTRAINT correction_project_code_fkey REFERENCES certledger.project,
    month         date NOT NULL CONSTRAINT correction_month_check CHECK (EXTRACT(day FROM month) = 1 AND month BETWEEN '2000-01-01' AND '2099-12-01'),
    volume_class  volume_class NOT NULL DEFAULT 'on_grid',
    energy        energy NOT NULL CONSTRAINT correction_energy_check CHECK (energy >= '0 kWh'),
    drawn         energy NOT NULL DEFAULT '0 kWh' CONSTRAINT correction_drawn_check CHECK (drawn >= '0 kWh' AND drawn <= energy),
    proof         text NOT NULL CONSTRAINT correction_proof_check CHECK (proof <> ''),
    effective_on  date NOT NULL DEFAULT china_today(),
    posted_at     timestamptz NOT NULL DEFAULT now(),
    posted_by     name NOT NULL DEFAULT session_user,
    CONSTRAINT correction_pkey PRIMARY KEY (correction_id),
    CONSTRAINT correction_correction_id_check CHECK (correction_id > 0),
    CONSTRAINT correction_effective_on_check CHECK (effective_on >= month + interval '1 month' AND isfinite(effective_on))
);
CREATE INDEX correction_project_code_idx ON certledger.correction (project_code, month);
COMMENT ON TABLE certledger.correction IS 'documents that correct what a project produced in a month that was issued already (更正): the corrected total, never a difference';
COMMENT ON COLUMN certledger.correction.correction_id IS 'number of the document';
COMMENT ON COLUMN certledger.correction.ref IS 'the caller''s reference; repeating it with equal content posts nothing';
COMMENT ON COLUMN certledger.correction.project_code IS 'the project';
COMMENT ON COLUMN certledger.correction.month IS 'production month, as its first day';
COMMENT ON COLUMN certledger.correction.volume_class IS 'class as reported in generation';
COMMENT ON COLUMN certledger.correction.energy IS 'corrected total of the month and class; generation is changed to it';
COMMENT ON COLUMN certledger.correction.drawn IS 'corrected energy that storage on the same meter drew from the grid';
COMMENT ON COLUMN certledger.correction.proof IS 'what the correction rests on';
COMMENT ON COLUMN certledger.correction.effective_on IS 'day on which the document takes effect';
COMMENT ON COLUMN certledger.correction.posted_at IS 'time of posting (transaction start), for display';
COMMENT ON COLUMN certledger.correction.posted_by IS 'login role that posted it';

CREATE TABLE certledger.transfer (
    transfer_id  bigint GENERATED ALWAYS AS IDENTITY,
    ref          text NOT NULL CONSTRAINT transfer_ref_key UNIQUE CONSTRAINT transfer_ref_check CHECK (ref <> '' AND length(ref) <= 500),
    mode         trade_mode NOT NULL,
    from_account bigint NOT NULL,
    to_account   bigint NOT NULL,
    quantity     bigint NOT NULL
                 CONSTRAINT transfer_quantity_check CHECK (quantity BETWEEN 1 AND 1000000000000),
    certificates gecmultirange,
    filter       certificate_filter,
    hold_id      bigint,
    route        route,
    pending      boolean,
    price        numeric CONSTRAINT transfer_price_check CHECK (price >= 0 AND price < 'infinity'),
    contract     text,
    proof        text,
    venue        text,
    effective_on date NOT NULL DEFAULT china_today(),
    effective_at timestamptz,
    posted_at    timestamptz NOT NULL DEFAULT now(),
    posted_by    name NOT NULL DEFAULT session_user,
    CONSTRAINT transfer_pkey PRIMARY KEY (transfer_id),
    CONSTRAINT transfer_effective_at_check
        CHECK (effective_on = (effective_at AT TIME ZONE interval '8 hours')::date),
    CONSTRAINT transfer_hold_id_check
        CHECK ((mode = 'listing') = (hold_id IS NOT NULL)),
    CONSTRAINT transfer_selection_check
        CHECK ((certificates IS NOT NULL)::int + (NOT filter IS NULL)::int + (hold_id IS NOT NULL)::int <= 1),
    CONSTRAINT transfer_pending_check
        CHECK (NOT (pending AND mode = 'listing')),
    CONSTRAINT transfer_effective_on_check CHECK (isfinite(effective_on)),
    CONSTRAINT transfer_transfer_id_check CHECK (transfer_id > 0),
    CONSTRAINT transfer_parties_check CHECK (from_account <> to_account),
    CONSTRAINT transfer_certificates_check CHECK (quantity = quantity(certificates)),
    CONSTRAINT transfer_route_check
        CHECK (route IS NULL OR (mode IN ('listing', 'bilateral', 'auction')
               AND route IN ('in_province_trade', 'spot_trade', 'voluntary_trade', 'out_of_province_trade'))),
    CONSTRAINT transfer_contract_check
        CHECK (contract <> '' AND (contract IS NOT NULL OR mode NOT IN ('green_power', 'self_use'))),
    CONSTRAINT transfer_price_given_check
        CHECK (price IS NOT NULL OR mode <> 'green_power'),
    CONSTRAINT transfer_proof_check
        CHECK (proof <> '' AND (proof IS NOT NULL OR mode NOT IN ('self_use', 'off_grid', 'allocation')))
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
COMMENT ON COLUMN certledger.transfer.filter IS 'which certificates to take, oldest validity first: by production month, source, place, project, class or route; empty: any';
COMMENT ON COLUMN certledger.transfer.hold_id IS 'of a trade by listing, the order (hold of action lock) that it settles';
COMMENT ON COLUMN certledger.transfer.pending IS 'whether the receiver must accept first; empty: by rule acceptance_modes';
COMMENT ON COLUMN certledger.transfer.route IS 'for a trade across provinces, which pool it feeds: spot_trade (mode 1), voluntary_trade (mode 2) or out_of_province_trade (route 2(b)); empty: by rule out_of_province_route';
COMMENT ON COLUMN certledger.transfer.price IS 'price in yuan per certificate; a green power trade must price the certificate separately (NEA 2026-01-07 implementing rules art. 23, 27)';
COMMENT ON COLUMN certledger.transfer.contract IS 'contract of the bundled energy (green power) or of energy management (self-use)';
COMMENT ON COLUMN certledger.transfer.proof IS 'proof of payment (self-use), of settlement (off-grid), or the filed plan (allocation)';
COMMENT ON COLUMN certledger.transfer.venue IS 'platform or exchange';
COMMENT ON COLUMN certledger.transfer.effective_on IS 'day of the trade; validity is judged on it';
COMMENT ON COLUMN certledger.transfer.effective_at IS 'time of settlement, by which the end of an order is judged; empty: the end of effective_on, or the posting if that is earlier';
COMMENT ON COLUMN certledger.transfer.posted_at IS 'time of posting (transaction start), for display';
COMMENT ON COLUMN certledger.transfer.posted_by IS 'login role that posted it';

CREATE TABLE certledger.response (
    response_id  bigint GENERATED ALWAYS AS IDENTITY,
    ref          text NOT NULL CONSTRAINT response_ref_key UNIQUE CONSTRAINT response_ref_check CHECK (ref <> '' AND length(ref) <= 500),
    kind         response_kind NOT NULL,
    transfer_id  bigint NOT NULL,
    note         text,
    effective_on date NOT NULL DEFAULT china_today(),
    posted_at    timestamptz NOT NULL DEFAULT now(),
    posted_by    name NOT NULL DEFAULT session_user,
    CONSTRAINT response_pkey PRIMARY KEY (response_id),
    CONSTRAINT response_effective_on_check CHECK (isfinite(effective_on)),
    CONSTRAINT response_response_id_check CHECK (response_id > 0)
);
CREATE INDEX response_transfer_id_idx ON certledger.response (transfer_id);
COMMENT ON TABLE certledger.response IS 'documents that answer a transfer posted as pending: the receiver accepts or rejects it, or the giver withdraws it; the first answer is final';
COMMENT ON COLUMN certledger.response.response_id IS 'number of the document';
COMMENT ON COLUMN certledger.response.ref IS 'the caller''s reference; repeating it with equal content posts nothing';
COMMENT ON COLUMN certledger.response.kind IS 'accept and reject are the receiver''s, withdraw is the giver''s';
COMMENT ON COLUMN certledger.response.transfer_id IS 'the pending transfer';
COMMENT ON COLUMN certledger.response.note IS 'free text';
COMMENT ON COLUMN certledger.response.effective_on IS 'day of the answer; validity is judged on it too';
COMMENT ON COLUMN certledger.response.posted_at IS 'time of posting (transaction start), for display';
COMMENT ON COLUMN certledger.response.posted_by IS 'login role that posted it';

CREATE TABLE certledger.retirement (
    retirement_id    bigint GENERATED ALWAYS AS IDENTITY,
    ref              text NOT NULL CONSTRAINT retirement_ref_key UNIQUE CONSTRAINT retirement_ref_check CHECK (ref <> '' AND length(ref) <= 500),
    account_id       bigint NOT NULL,
    quantity         bigint NOT NULL
                     CONSTRAINT retirement_quantity_check CHECK (quantity BETWEEN 1 AND 1000000000000),
    certificates     gecmultirange,
    filter           certificate_filter,
    regime           claim_regime NOT NULL,
    consumption_year integer NOT NULL
                     CONSTRAINT retirement_consumption_year_check CHECK (consumption_year BETWEEN 2000 AND 2099),
    consumed_from    date,
    consumed_to      date,
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
    CONSTRAINT retirement_selection_check CHECK (certificates IS NULL OR filter IS NULL),
    CONSTRAINT retirement_consumed_check
        CHECK ((consumed_from IS NULL) = (consumed_to IS NULL) AND consumed_from <= consumed_to
               AND consumed_from >= make_date(consumption_year, 1, 1)
               AND consumed_to <= make_date(consumption_year, 12, 31)),
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
COMMENT ON COLUMN certledger.retirement.filter IS 'which certificates to take, oldest validity first: by production month, source, place, project, class or route; empty: any';
COMMENT ON COLUMN certledger.retirement.regime IS 'mandatory accounting or voluntary disclosure';
COMMENT ON COLUMN certledger.retirement.consumption_year IS 'year of the consumption that is claimed';
COMMENT ON COLUMN certledger.retirement.consumed_from IS 'first day of the consumption that is claimed, within the year; empty: the whole year';
COMMENT ON COLUMN certledger.retirement.consumed_to IS 'last day of it';
COMMENT ON COLUMN certledger.retirement.beneficiary IS 'account that claims the consumption; the holder itself unless it acts for another';
COMMENT ON COLUMN certledger.retirement.region IS 'where the power was consumed; the beneficiary''s region unless given';
COMMENT ON COLUMN certledger.retirement.purpose IS 'scenario in free text';
COMMENT ON COLUMN certledger.retirement.grid_account IS 'account number at the grid company (户号), 10 to 16 digits';
COMMENT ON COLUMN certledger.retirement.effective_on IS 'day of retirement; validity is judged on it';
COMMENT ON COLUMN certledger.retirement.posted_at IS 'time of posting (transaction start), for display';
COMMENT ON COLUMN certledger.retirement.posted_by IS 'login role that posted it';

CREATE TABLE certledger.hold (
    hold_id      bigint GENERATED ALWAYS AS IDENTITY,
    ref          text NOT NULL CONSTRAINT hold_ref_key UNIQUE CONSTRAINT hold_ref_check CHECK (ref <> '' AND length(ref) <= 500),
    action       hold_action NOT NULL,
    account_id   bigint NOT NULL,
    quantity     bigint CONSTRAINT hold_quantity_check CHECK (quantity BETWEEN 1 AND 1000000000000),
    certificates gecmultirange,
    filter       certificate_filter,
    ends_hold    bigint,
    buyer        bigint,
    venue        text CONSTRAINT hold_venue_check CHECK (venue <> ''),
    price        numeric CONSTRAINT hold_price_check CHECK (price >= 0 AND price < 'infinity'),
    ends_at      timestamptz,
    reason       freeze_reason,
    proof        text,
    effective_at timestamptz NOT NULL DEFAULT now() CONSTRAINT hold_effective_at_check CHECK (isfinite(effective_at)),
    effective_on date NOT NULL GENERATED ALWAYS AS ((effective_at AT TIME ZONE interval '8 hours')::date) STORED,
    posted_at    timestamptz NOT NULL DEFAULT now(),
    posted_by    name NOT NULL DEFAULT session_user,
    CONSTRAINT hold_pkey PRIMARY KEY (hold_id),
    CONSTRAINT hold_hold_id_check CHECK (hold_id > 0),
    CONSTRAINT hold_selection_check
        CHECK ((certificates IS NOT NULL)::int + (NOT filter IS NULL)::int + (ends_hold IS NOT NULL)::int <= 1),
    CONSTRAINT hold_certificates_check CHECK (certificates IS NULL OR quantity = quantity(certificates)),
    CONSTRAINT hold_quantity_given_check CHECK (quantity IS NOT NULL OR ends_hold IS NOT NULL),
    CONSTRAINT hold_ends_hold_check
        CHECK (CASE WHEN action IN ('release', 'unfreeze') THEN ends_hold IS NOT NULL
                    WHEN action IN ('list', 'lock', 'freeze') THEN ends_hold IS NULL END),
    CONSTRAINT hold_buyer_check
        CHECK (CASE action WHEN 'lock' THEN buyer IS NOT NULL AND venue IS NOT NULL AND buyer <> account_id
                           ELSE buyer IS NULL END),
    CONSTRAINT hold_price_given_check CHECK (price IS NULL OR action IN ('list', 'lock')),
    CONSTRAINT hold_ends_at_check
        CHECK (ends_at IS NULL OR (action = 'lock' AND ends_at > effective_at AND isfinite(ends_at))),
    CONSTRAINT hold_reason_check CHECK ((action = 'freeze') = (reason IS NOT NULL)),
    CONSTRAINT hold_proof_check CHECK (proof <> '' AND (proof IS NOT NULL OR action NOT IN ('freeze', 'unfreeze')))
);
CREATE INDEX hold_account_id_idx ON certledger.hold (account_id);
CREATE INDEX hold_buyer_idx ON certledger.hold (buyer) WHERE buyer IS NOT NULL;
COMMENT ON TABLE certledger.hold IS 'documents that put certificates on sale, lock them for the order of a buyer, or freeze them, and end that again; the certificates stay with their holder';
COMMENT ON COLUMN certledger.hold.hold_id IS 'number of the document';
COMMENT ON COLUMN certledger.hold.ref IS 'the caller''s reference; repeating it with equal content posts nothing';
COMMENT ON COLUMN certledger.hold.action IS 'what is done';
COMMENT ON COLUMN certledger.hold.account_id IS 'the holder';
COMMENT ON COLUMN certledger.hold.quantity IS 'whole certificates; empty: all that is left under ends_hold';
COMMENT ON COLUMN certledger.hold.certificates IS 'the very certificates; empty: oldest validity first, then code';
COMMENT ON COLUMN certledger.hold.filter IS 'which certificates to take, oldest validity first: by production month, source, place, project, class or route; empty: any';
COMMENT ON COLUMN certledger.hold.ends_hold IS 'the listing, order or freeze that this document ends';
COMMENT ON COLUMN certledger.hold.buyer IS 'of an order, for whom the certificates are locked';
COMMENT ON COLUMN certledger.hold.venue IS 'platform or exchange; an order names it';
COMMENT ON COLUMN certledger.hold.price IS 'price in yuan per certificate, asked by a listing or agreed by an order';
COMMENT ON COLUMN certledger.hold.ends_at IS 'when an unpaid order ends and its certificates are free again; empty: after rule order_lifetime';
COMMENT ON COLUMN certledger.hold.reason IS 'of a freeze, why';
COMMENT ON COLUMN certledger.hold.proof IS 'what a freeze or its end rests on: number of the CCER project or of the file';
COMMENT ON COLUMN certledger.hold.effective_at IS 'time at which the document takes effect; the ends of orders are judged by it';
COMMENT ON COLUMN certledger.hold.effective_on IS 'its day in China''s civil calendar (UTC+8)';
COMMENT ON COLUMN certledger.hold.posted_at IS 'time of posting (transaction start), for display';
COMMENT ON COLUMN certledger.hold.posted_by IS 'login role that posted it';

CREATE TABLE certledger.cancellation (
    cancellation_id bigint GENERATED ALWAYS AS IDENTITY,
    ref          text NOT NULL CONSTRAINT cancellation_ref_key UNIQUE CONSTRAINT cancellation_ref_check CHECK (ref <> '' AND length(ref) <= 500),
    reason       cancellation_reason NOT NULL,
    account_id   bigint NOT NULL,
    quantity     bigint CONSTRAINT cancellation_quantity_check CHECK (quantity BETWEEN 1 AND 1000000000000),
    certificates gecmultirange,
    ends_hold    bigint,
    objected_on  date,
    reissue      boolean NOT NULL DEFAULT false,
    proof        text NOT NULL CONSTRAINT cancellation_proof_check CHECK (proof <> ''),
    effective_on date NOT NULL DEFAULT china_today(),
    posted_at    timestamptz NOT NULL DEFAULT now(),
    posted_by    name NOT NULL DEFAULT session_user,
    CONSTRAINT cancellation_pkey PRIMARY KEY (cancellation_id),
    CONSTRAINT cancellation_effective_on_check CHECK (isfinite(effective_on)),
    CONSTRAINT cancellation_cancellation_id_check CHECK (cancellation_id > 0),
    CONSTRAINT cancellation_selection_check CHECK (num_nonnulls(certificates, ends_hold) = 1),
    CONSTRAINT cancellation_certificates_check CHECK (certificates IS NULL OR quantity IS NOT DISTINCT FROM quantity(certificates)),
    CONSTRAINT cancellation_reason_check
        CHECK (CASE reason WHEN 'ccer' THEN ends_hold IS NOT NULL AND objected_on IS NULL AND NOT reissue
                           ELSE objected_on IS NOT NULL AND objected_on <= effective_on END)
);
CREATE INDEX cancellation_account_id_idx ON certledger.cancellation (account_id);
COMMENT ON TABLE certledger.cancellation IS 'documents that cancel certificates (注销): frozen ones whose emission reductions were registered as CCER, or any live ones after an upheld objection; final';
COMMENT ON COLUMN certledger.cancellation.cancellation_id IS 'number of the document';
COMMENT ON COLUMN certledger.cancellation.ref IS 'the caller''s reference; repeating it with equal content posts nothing';
COMMENT ON COLUMN certledger.cancellation.reason IS 'why';
COMMENT ON COLUMN certledger.cancellation.account_id IS 'the holder';
COMMENT ON COLUMN certledger.cancellation.quantity IS 'whole certificates; empty: all that is left under ends_hold';
COMMENT ON COLUMN certledger.cancellation.certificates IS 'the very certificates; empty: those under ends_hold';
COMMENT ON COLUMN certledger.cancellation.ends_hold IS 'the freeze whose certificates are cancelled';
COMMENT ON COLUMN certledger.cancellation.objected_on IS 'day on which the objection was filed; rule objection_window counts from the issue to it';
COMMENT ON COLUMN certledger.cancellation.reissue IS 'whether the same number is issued anew, with the next numbers, to the owner of the project';
COMMENT ON COLUMN certledger.cancellation.proof IS 'the decision that it rests on';
COMMENT ON COLUMN certledger.cancellation.effective_on IS 'day on which the document takes effect';
COMMENT ON COLUMN certledger.cancellation.posted_at IS 'time of posting (transaction start), for display';
COMMENT ON COLUMN certledger.cancellation.posted_by IS 'login role that posted it';

CREATE TABLE certledger.expiry (
    expiry_id    bigint GENERATED ALWAYS AS IDENTITY,
    ref          text NOT NULL CONSTRAINT expiry_ref_key UNIQUE CONSTRAINT expiry_ref_check CHECK (ref <> '' AND length(ref) <= 500),
    effective_on date NOT NULL DEFAULT china_today(),
    posted_at    timestamptz NOT NULL DEFAULT now(),
    posted_by    name NOT NULL DEFAULT session_user,
    CONSTRAINT expiry_pkey PRIMARY KEY (expiry_id),
    CONSTRAINT expiry_effective_on_check CHECK (isfinite(effective_on)),
    CONSTRAINT expiry_expiry_id_check CHECK (expiry_id > 0)
);
COMMENT ON TABLE certledger.expiry IS 'sweeps of certificates whose validity is over (过期): they are taken off the market and expire without a claim';
COMMENT ON COLUMN certledger.expiry.expiry_id IS 'number of the document';
COMMENT ON COLUMN certledger.expiry.ref IS 'the caller''s reference; repeating it with equal content posts nothing';
COMMENT ON COLUMN certledger.expiry.effective_on IS 'day of the sweep: what was valid until a day before it expires';
COMMENT ON COLUMN certledger.expiry.posted_at IS 'time of posting (transaction start), for display';
COMMENT ON COLUMN certledger.expiry.posted_by IS 'login role that posted it';
