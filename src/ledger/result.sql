-- result.sql: what run_accounts() computes, by year and version.

CREATE TABLE certledger.account_year (
    year      integer NOT NULL CONSTRAINT account_year_year_check CHECK (year BETWEEN 2000 AND 2099),
    version   integer NOT NULL CONSTRAINT account_year_version_check CHECK (version >= 1),
    state     year_state NOT NULL DEFAULT 'open',
    reason    text CONSTRAINT account_year_reason_check CHECK (reason <> ''),
    opened_at timestamptz NOT NULL DEFAULT now(),
    run_at    timestamptz,
    closed_at timestamptz,
    closed_by name,
    CONSTRAINT account_year_pkey PRIMARY KEY (year, version),
    CONSTRAINT account_year_restated_check CHECK ((version = 1) = (reason IS NULL)),
    CONSTRAINT account_year_closed_check
        CHECK ((state = 'closed') = (closed_at IS NOT NULL) AND (state = 'closed') = (closed_by IS NOT NULL)
               AND (state = 'open' OR run_at IS NOT NULL))
);
CREATE UNIQUE INDEX account_year_open_key ON certledger.account_year (year) WHERE state = 'open';
COMMENT ON TABLE certledger.account_year IS 'accounting years and their versions: the first is opened, run as often as wanted and closed, and a closed one is restated by a further version; written by open_year(), run_accounts(), close_year() and restate_year() only';
COMMENT ON COLUMN certledger.account_year.year IS 'accounting year';
COMMENT ON COLUMN certledger.account_year.version IS 'version, from 1';
COMMENT ON COLUMN certledger.account_year.state IS 'open, or closed and immutable';
COMMENT ON COLUMN certledger.account_year.reason IS 'why a closed version was restated by this one; empty for the first';
COMMENT ON COLUMN certledger.account_year.opened_at IS 'when the version was opened';
COMMENT ON COLUMN certledger.account_year.run_at IS 'when its accounts were last run; empty before the first run';
COMMENT ON COLUMN certledger.account_year.closed_at IS 'when it was closed';
COMMENT ON COLUMN certledger.account_year.closed_by IS 'role that closed it';

CREATE TABLE certledger.recognition (
    year           integer NOT NULL,
    version        integer NOT NULL,
    tier           tier NOT NULL CONSTRAINT recognition_tier_check CHECK (tier IN ('province', 'user')),
    province       region NOT NULL,
    city           region,
    account_id     bigint,
    identification identification NOT NULL,
    category       text NOT NULL,
    from_province  region NOT NULL,
    market         text,
    month          date NOT NULL,
    document       text NOT NULL,
    traded_on      date,
    claimed        energy NOT NULL,
    recognised     energy NOT NULL,
    excess         energy NOT NULL,
    reason         text,
    CONSTRAINT recognition_claimed_check
        CHECK (recognised >= '0 kWh' AND excess >= '0 kWh' AND claimed = recognised + excess),
    CONSTRAINT recognition_reason_check CHECK ((reason IS NULL) = (excess = '0 kWh'))
) PARTITION BY RANGE (year);
CREATE INDEX recognition_account_id_idx ON certledger.recognition (account_id, year);
COMMENT ON TABLE certledger.recognition IS 'every claim to transaction identification beside what was recognised of it, what was not, and why; an excess keeps its value for voluntary disclosure (发改能源〔2026〕622号 art. 7)';
COMMENT ON COLUMN certledger.recognition.year IS 'accounting year: the production year of the certificates, the settlement year of energy';
COMMENT ON COLUMN certledger.recognition.version IS 'version of the accounts';
COMMENT ON COLUMN certledger.recognition.tier IS 'province for inter-provincial energy trade, user for the claims of users';
COMMENT ON COLUMN certledger.recognition.province IS 'province that claims: of the buyer or user';
COMMENT ON COLUMN certledger.recognition.city IS 'city of the user; empty where no user or a provincial account claims';
COMMENT ON COLUMN certledger.recognition.account_id IS 'the user, where the claim is one user''s';
COMMENT ON COLUMN certledger.recognition.identification IS 'energy trade (T) or certificate trade (C)';
COMMENT ON COLUMN certledger.recognition.category IS 'step of rule claim_fill_order or energy_trade_fill_order in which the claim was walked, or why it is counted elsewhere';
COMMENT ON COLUMN certledger.recognition.from_province IS 'selling or producing province';
COMMENT ON COLUMN certledger.recognition.market IS 'region or inter-provincial market, of volume between provinces';
COMMENT ON COLUMN certledger.recognition.month IS 'month of the settlement or of the production, as its first day';
COMMENT ON COLUMN certledger.recognition.document IS 'contract of the energy, name of the unified purchase, or ref of the retirement';
COMMENT ON COLUMN certledger.recognition.traded_on IS 'of certificates, day on which the holder acquired them';
COMMENT ON COLUMN certledger.recognition.claimed IS 'claimed energy';
COMMENT ON COLUMN certledger.recognition.recognised IS 'what counts';
COMMENT ON COLUMN certledger.recognition.excess IS 'what does not count';
COMMENT ON COLUMN certledger.recognition.reason IS 'the cap that was reached (cap_kind), or why the claim belongs elsewhere; empty when all was recognised';

CREATE TABLE certledger.recognition_cap (
    year          integer NOT NULL,
    version       integer NOT NULL,
    kind          cap_kind NOT NULL CONSTRAINT recognition_cap_kind_check CHECK (kind NOT IN ('user', 'green_power_retired')),
    region        region NOT NULL,
    from_province region,
    month         date,
    cap           energy NOT NULL,
    published     boolean NOT NULL,
    claimed       energy NOT NULL DEFAULT '0 kWh',
    recognised    energy NOT NULL DEFAULT '0 kWh',
    CONSTRAINT recognition_cap_key UNIQUE NULLS NOT DISTINCT (year, version, kind, region, from_province, month),
    CONSTRAINT recognition_cap_recognised_check CHECK (recognised <= cap)
);
COMMENT ON TABLE certledger.recognition_cap IS 'caps of provinces, cities and pools (发改能源〔2026〕622号 art. 7, Annexes 1 and 2), what was claimed and what was recognised under each; the cap of a user is its grid draw, in user_account';
COMMENT ON COLUMN certledger.recognition_cap.year IS 'accounting year';
COMMENT ON COLUMN certledger.recognition_cap.version IS 'version of the accounts';
COMMENT ON COLUMN certledger.recognition_cap.kind IS 'which cap';
COMMENT ON COLUMN certledger.recognition_cap.region IS 'the province, or the city of kind city; of a spot_pair the buying province, of voluntary_out the selling one';
COMMENT ON COLUMN certledger.recognition_cap.from_province IS 'the selling province of a spot_pair';
COMMENT ON COLUMN certledger.recognition_cap.month IS 'of voluntary_out, the month up to which the ceilings of the year are added up, as its first day';
COMMENT ON COLUMN certledger.recognition_cap.cap IS 'the cap';
COMMENT ON COLUMN certledger.recognition_cap.published IS 'whether table published_cap gave it; otherwise it is computed';
COMMENT ON COLUMN certledger.recognition_cap.claimed IS 'volume claimed under it';
COMMENT ON COLUMN certledger.recognition_cap.recognised IS 'volume recognised under it';

CREATE TABLE certledger.interprovincial_account (
    year              integer NOT NULL,
    version           integer NOT NULL,
    market            text NOT NULL,
    province          region NOT NULL,
    direction         text NOT NULL CONSTRAINT interprovincial_account_direction_check CHECK (direction IN ('received', 'sent')),
    flow              energy NOT NULL,
    dedicated_fossil  energy NOT NULL,
    fossil_trade      energy NOT NULL,
    untyped_spot      energy NOT NULL,
    energy_trade      energy NOT NULL,
    certificate_trade energy NOT NULL,
    residual          energy NOT NULL,
    agreed            boolean NOT NULL,
    allocation        energy NOT NULL,
    line_loss         energy NOT NULL,
    CONSTRAINT interprovincial_account_pkey PRIMARY KEY (year, version, market, province, direction)
);
COMMENT ON TABLE certledger.interprovincial_account IS 'inter-provincial side of the province tier (发改能源〔2026〕622号 Annex 1), gross by direction and market; all energies are positive';
COMMENT ON COLUMN certledger.interprovincial_account.year IS 'accounting year';
COMMENT ON COLUMN certledger.interprovincial_account.version IS 'version of the accounts';
COMMENT ON COLUMN certledger.interprovincial_account.market IS 'region or inter-provincial market';
COMMENT ON COLUMN certledger.interprovincial_account.province IS 'province';
COMMENT ON COLUMN certledger.interprovincial_account.direction IS 'received or sent';
COMMENT ON COLUMN certledger.interprovincial_account.flow IS 'received or sent volume (受入/送出电量)';
COMMENT ON COLUMN certledger.interprovincial_account.dedicated_fossil IS 'traded volume of fossil plants dedicated to inter-provincial channels';
COMMENT ON COLUMN certledger.interprovincial_account.fossil_trade IS 'all fossil traded volume, the dedicated included';
COMMENT ON COLUMN certledger.interprovincial_account.untyped_spot IS 'spot volume without one-to-one relation or type, the base of mode 1';
COMMENT ON COLUMN certledger.interprovincial_account.energy_trade IS 'T recognised';
COMMENT ON COLUMN certledger.interprovincial_account.certificate_trade IS 'C recognised, modes 1 and 2';
COMMENT ON COLUMN certledger.interprovincial_account.residual IS 'R: flow less fossil trade, T and C, not below zero';
COMMENT ON COLUMN certledger.interprovincial_account.agreed IS 'whether the market is allocated by agreement (option A) and not by formula (option B)';
COMMENT ON COLUMN certledger.interprovincial_account.allocation IS 'S: non-fossil part of the residual';
COMMENT ON COLUMN certledger.interprovincial_account.line_loss IS 'non-fossil inter-provincial line loss borne by the seller';

CREATE TABLE certledger.province_account (
    year              integer NOT NULL,
    version           integer NOT NULL,
    province          region NOT NULL,
    generation        energy NOT NULL,
    energy_trade      energy NOT NULL,
    certificate_trade energy NOT NULL,
    allocation        energy NOT NULL,
    line_loss         energy NOT NULL,
    non_fossil        energy NOT NULL,
    consumption       energy,
    fossil_on_grid    energy NOT NULL,
    net_received      energy NOT NULL,
    CONSTRAINT province_account_pkey PRIMARY KEY (year, version, province),
    CONSTRAINT province_account_balance_check
        CHECK (non_fossil = generation + energy_trade + certificate_trade + allocation - line_loss)
);
COMMENT ON TABLE certledger.province_account IS 'province tier: E = G + T + C + S - L (发改能源〔2026〕622号 Annex 1); what a buyer gains a seller loses';
COMMENT ON COLUMN certledger.province_account.year IS 'accounting year';
COMMENT ON COLUMN certledger.province_account.version IS 'version of the accounts';
COMMENT ON COLUMN certledger.province_account.province IS 'province';
COMMENT ON COLUMN certledger.province_account.generation IS 'G: gross generation of all non-fossil plants of the province';
COMMENT ON COLUMN certledger.province_account.energy_trade IS 'T: inter-provincial energy trade recognised, plus bought, minus sold';
COMMENT ON COLUMN certledger.province_account.certificate_trade IS 'C: inter-provincial certificates recognised (modes 1 and 2), plus bought, minus sold';
COMMENT ON COLUMN certledger.province_account.allocation IS 'S: allocated share of untyped flows, plus received, minus sent';
COMMENT ON COLUMN certledger.province_account.line_loss IS 'L: non-fossil inter-provincial line loss borne by the seller';
COMMENT ON COLUMN certledger.province_account.non_fossil IS 'E: non-fossil power consumption';
COMMENT ON COLUMN certledger.province_account.consumption IS 'whole-society consumption, where published, for the share';
COMMENT ON COLUMN certledger.province_account.fossil_on_grid IS 'F: on-grid volume of fossil plants';
COMMENT ON COLUMN certledger.province_account.net_received IS 'IO: received minus sent volume';

CREATE TABLE certledger.coefficient (
    year              integer NOT NULL,
    version           integer NOT NULL,
    province          region NOT NULL,
    physical          energy NOT NULL,
    energy_trade      energy NOT NULL,
    certificate_trade energy NOT NULL,
    numerator         energy NOT NULL,
    denominator       energy NOT NULL,
    k                 numeric,
    published         numeric,
    pool              energy NOT NULL,
    total             energy NOT NULL,
    allocated         energy NOT NULL,
    loss_residual     energy NOT NULL,
    up_to_date        boolean NOT NULL DEFAULT true,
    CONSTRAINT coefficient_pkey PRIMARY KEY (year, version, province)
);
COMMENT ON TABLE certledger.coefficient IS 'uniform allocation coefficient (分摊系数) of a province as an exact rational: k = (E - P - T - C) / (G - P - T - C + F + IO) (发改能源〔2026〕622号 Annex 2)';
COMMENT ON COLUMN certledger.coefficient.year IS 'accounting year';
COMMENT ON COLUMN certledger.coefficient.version IS 'version of the accounts';
COMMENT ON COLUMN certledger.coefficient.province IS 'province';
COMMENT ON COLUMN certledger.coefficient.physical IS 'sum of P over the cities of the province';
COMMENT ON COLUMN certledger.coefficient.energy_trade IS 'sum of T over the cities of the province';
COMMENT ON COLUMN certledger.coefficient.certificate_trade IS 'sum of C over the cities of the province';
COMMENT ON COLUMN certledger.coefficient.numerator IS 'numerator as computed, exact';
COMMENT ON COLUMN certledger.coefficient.denominator IS 'denominator as computed, exact';
COMMENT ON COLUMN certledger.coefficient.k IS 'k that was applied, for display: the published one, else numerator / denominator held within 0 and 1; empty when the denominator is not positive';
COMMENT ON COLUMN certledger.coefficient.published IS 'coefficient published by the provincial authority, if any';
COMMENT ON COLUMN certledger.coefficient.pool IS 'numerator of the applied k: what apportion() shares out';
COMMENT ON COLUMN certledger.coefficient.total IS 'denominator of the applied k; 0 when there is none';
COMMENT ON COLUMN certledger.coefficient.allocated IS 'sum of A over the users';
COMMENT ON COLUMN certledger.coefficient.loss_residual IS 'E less what cities and users account for: k times network losses and draw that is on no account';
COMMENT ON COLUMN certledger.coefficient.up_to_date IS 'whether the users of the province were accounted on the provincial account as it stands; false once a run limited to another province has changed what theirs were based on';

CREATE TABLE certledger.coefficient_month (
    year        integer NOT NULL,
    version     integer NOT NULL,
    province    region NOT NULL,
    month       date NOT NULL,
    k           numeric,
    published   boolean NOT NULL,
    remaining   energy NOT NULL,
    allocated   energy NOT NULL,
    CONSTRAINT coefficient_month_pkey PRIMARY KEY (year, version, province, month)
);
COMMENT ON TABLE certledger.coefficient_month IS 'allocation by month in a province that published coefficients of months (发改能源〔2026〕622号 Annex 2)';
COMMENT ON COLUMN certledger.coefficient_month.year IS 'accounting year';
COMMENT ON COLUMN certledger.coefficient_month.version IS 'version of the accounts';
COMMENT ON COLUMN certledger.coefficient_month.province IS 'province';
COMMENT ON COLUMN certledger.coefficient_month.month IS 'month, as its first day';
COMMENT ON COLUMN certledger.coefficient_month.k IS 'coefficient applied to the month: the published one, else that of the year';
COMMENT ON COLUMN certledger.coefficient_month.published IS 'whether the month has a coefficient of its own';
COMMENT ON COLUMN certledger.coefficient_month.remaining IS 'grid draw of the users in the month that T and C did not fill: what trade exceeds in a month fills the months after it, then those before';
COMMENT ON COLUMN certledger.coefficient_month.allocated IS 'sum of A over the users';

CREATE TABLE certledger.city_account (
    year              integer NOT NULL,
    version           integer NOT NULL,
    city              region NOT NULL,
    grid_draw         energy NOT NULL,
    physical          energy NOT NULL,
    energy_trade      energy NOT NULL,
    certificate_trade energy NOT NULL,
    allocation        energy NOT NULL,
    non_fossil        energy NOT NULL,
    CONSTRAINT city_account_pkey PRIMARY KEY (year, version, city),
    CONSTRAINT city_account_balance_check
        CHECK (non_fossil = physical + energy_trade + certificate_trade + allocation),
    CONSTRAINT city_account_cap_check CHECK (energy_trade + certificate_trade <= grid_draw)
);
COMMENT ON TABLE certledger.city_account IS 'city tier: E = P + T + C + A with A = (W - T - C) k (发改能源〔2026〕622号 Annex 2): the sum of its users, exact';
COMMENT ON COLUMN certledger.city_account.year IS 'accounting year';
COMMENT ON COLUMN certledger.city_account.version IS 'version of the accounts';
COMMENT ON COLUMN certledger.city_account.city IS 'prefecture-level division';
COMMENT ON COLUMN certledger.city_account.grid_draw IS 'W: grid draw of all users of the city, the cap of T + C';
COMMENT ON COLUMN certledger.city_account.physical IS 'P: physical supply, generators'' own use included';
COMMENT ON COLUMN certledger.city_account.energy_trade IS 'T: green power and nuclear power bought';
COMMENT ON COLUMN certledger.city_account.certificate_trade IS 'C: certificates recognised';
COMMENT ON COLUMN certledger.city_account.allocation IS 'A: allocated';
COMMENT ON COLUMN certledger.city_account.non_fossil IS 'E: non-fossil power consumption';

CREATE TABLE certledger.user_account (
    year              integer NOT NULL,
    version           integer NOT NULL,
    account_id        bigint NOT NULL,
    city              region NOT NULL,
    grid_draw         energy NOT NULL,
    physical          energy NOT NULL,
    energy_trade      energy NOT NULL,
    certificate_trade energy NOT NULL,
    excess            energy NOT NULL,
    allocation        energy NOT NULL,
    non_fossil        energy NOT NULL,
    CONSTRAINT user_account_pkey PRIMARY KEY (year, version, account_id, city),
    CONSTRAINT user_account_balance_check
        CHECK (non_fossil = physical + energy_trade + certificate_trade + allocation),
    CONSTRAINT user_account_cap_check CHECK (energy_trade + certificate_trade <= grid_draw)
) PARTITION BY RANGE (year);
COMMENT ON TABLE certledger.user_account IS 'user tier: E = P + T + C + A with A = (W - T - C) k (发改能源〔2026〕622号 Annex 3), one row for each city in which the user consumes';
COMMENT ON COLUMN certledger.user_account.year IS 'accounting year';
COMMENT ON COLUMN certledger.user_account.version IS 'version of the accounts';
COMMENT ON COLUMN certledger.user_account.account_id IS 'the user';
COMMENT ON COLUMN certledger.user_account.city IS 'prefecture-level division of consumption';
COMMENT ON COLUMN certledger.user_account.grid_draw IS 'W: grid draw, the cap of T + C';
COMMENT ON COLUMN certledger.user_account.physical IS 'P: physical supply';
COMMENT ON COLUMN certledger.user_account.energy_trade IS 'T: green power and nuclear power bought, as recognised';
COMMENT ON COLUMN certledger.user_account.certificate_trade IS 'C: certificates retired, as recognised';
COMMENT ON COLUMN certledger.user_account.excess IS 'claimed beyond a cap and not recognised; see recognition for the reasons';
COMMENT ON COLUMN certledger.user_account.allocation IS 'A: allocated; the users of a province add up to its pool exactly';
COMMENT ON COLUMN certledger.user_account.non_fossil IS 'E: non-fossil power consumption';

CREATE TABLE certledger.account_warning (
    year       integer NOT NULL,
    version    integer NOT NULL,
    warning    text NOT NULL,
    region     region,
    account_id bigint,
    rule       text,
    detail     text NOT NULL
);
CREATE INDEX account_warning_year_idx ON certledger.account_warning (year, version);
COMMENT ON TABLE certledger.account_warning IS 'corners that the accounts settled by a default rule, and facts that they could not use';
COMMENT ON COLUMN certledger.account_warning.year IS 'accounting year';
COMMENT ON COLUMN certledger.account_warning.version IS 'version of the accounts';
COMMENT ON COLUMN certledger.account_warning.warning IS 'kind of warning';
COMMENT ON COLUMN certledger.account_warning.region IS 'region concerned';
COMMENT ON COLUMN certledger.account_warning.account_id IS 'account concerned';
COMMENT ON COLUMN certledger.account_warning.rule IS 'name of the rule that settled it, if one did';
COMMENT ON COLUMN certledger.account_warning.detail IS 'what was found, with numbers, and what was done';
