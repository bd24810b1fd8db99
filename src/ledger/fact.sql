-- fact.sql: what the accounts are computed from.  Plain tables for INSERT and
-- COPY with constraints but no triggers, so that they can be distributed.

CREATE TABLE certledger.grid_draw (
    account_id  bigint NOT NULL,
    region      region NOT NULL CONSTRAINT grid_draw_region_check CHECK (prefecture(region) IS NOT NULL),
    month       date NOT NULL CONSTRAINT grid_draw_month_check CHECK (EXTRACT(day FROM month) = 1 AND month BETWEEN '2000-01-01' AND '2099-12-01'),
    energy      energy NOT NULL CONSTRAINT grid_draw_energy_check CHECK (energy >= '0 kWh'),
    publication text,
    -- with the energy, so that the accounts read users in order from it alone
    CONSTRAINT grid_draw_pkey PRIMARY KEY (account_id, region, month) INCLUDE (energy)
) PARTITION BY RANGE (month);
COMMENT ON TABLE certledger.grid_draw IS 'power taken from the public grid and used (下网电量), W of 发改能源〔2026〕622号 Annexes 2 and 3, by user, place and month';
COMMENT ON COLUMN certledger.grid_draw.account_id IS 'the user';
COMMENT ON COLUMN certledger.grid_draw.region IS 'where it was drawn: prefecture or county code';
COMMENT ON COLUMN certledger.grid_draw.month IS 'month, as its first day';
COMMENT ON COLUMN certledger.grid_draw.energy IS 'metered energy';
COMMENT ON COLUMN certledger.grid_draw.publication IS 'where the figure is from';

CREATE TABLE certledger.storage_charge (
    account_id  bigint NOT NULL,
    region      region NOT NULL CONSTRAINT storage_charge_region_check CHECK (prefecture(region) IS NOT NULL),
    month       date NOT NULL CONSTRAINT storage_charge_month_check CHECK (EXTRACT(day FROM month) = 1 AND month BETWEEN '2000-01-01' AND '2099-12-01'),
    kind        storage_kind NOT NULL,
    charged     energy NOT NULL CONSTRAINT storage_charge_charged_check CHECK (charged >= '0 kWh'),
    discharged  energy NOT NULL DEFAULT '0 kWh' CONSTRAINT storage_charge_discharged_check CHECK (discharged >= '0 kWh'),
    publication text,
    CONSTRAINT storage_charge_pkey PRIMARY KEY (account_id, region, month, kind)
);
CREATE INDEX storage_charge_month_idx ON certledger.storage_charge (month);
COMMENT ON TABLE certledger.storage_charge IS 'energy that storage took from the public grid and gave back; charging counts as grid draw of its operator (发改能源〔2026〕622号 Annex 3; rules storage_charging and storage_discharging), so that it must not stand in grid_draw as well';
COMMENT ON COLUMN certledger.storage_charge.account_id IS 'the operator, a user';
COMMENT ON COLUMN certledger.storage_charge.region IS 'where the storage stands: prefecture or county code';
COMMENT ON COLUMN certledger.storage_charge.month IS 'month, as its first day';
COMMENT ON COLUMN certledger.storage_charge.kind IS 'pumped or new-type storage';
COMMENT ON COLUMN certledger.storage_charge.charged IS 'energy taken from the public grid';
COMMENT ON COLUMN certledger.storage_charge.discharged IS 'energy given back to the public grid';
COMMENT ON COLUMN certledger.storage_charge.publication IS 'where the figure is from';

CREATE TABLE certledger.physical_supply (
    account_id   bigint NOT NULL,
    region       region NOT NULL CONSTRAINT physical_supply_region_check CHECK (prefecture(region) IS NOT NULL),
    month        date NOT NULL CONSTRAINT physical_supply_month_check CHECK (EXTRACT(day FROM month) = 1 AND month BETWEEN '2000-01-01' AND '2099-12-01'),
    kind         supply_kind NOT NULL,
    project_code text COLLATE "C"
                 CONSTRAINT physical_supply_project_code_check CHECK (project_code ~ '^[0-9]{17}$'),
    energy       energy NOT NULL CONSTRAINT physical_supply_energy_check CHECK (energy >= '0 kWh'),
    publication  text,
    CONSTRAINT physical_supply_key UNIQUE NULLS NOT DISTINCT (account_id, region, month, kind, project_code)
);
COMMENT ON TABLE certledger.physical_supply IS 'non-fossil power that reached its user without the public grid (物理认定), P of 发改能源〔2026〕622号 Annexes 2 and 3; production_use is a generating company''s own use and counts for that company';
COMMENT ON COLUMN certledger.physical_supply.account_id IS 'the user, or the generating company for production_use';
COMMENT ON COLUMN certledger.physical_supply.region IS 'where it was used: prefecture or county code';
COMMENT ON COLUMN certledger.physical_supply.month IS 'month, as its first day';
COMMENT ON COLUMN certledger.physical_supply.kind IS 'kind of supply';
COMMENT ON COLUMN certledger.physical_supply.project_code IS 'the plant, where registered';
COMMENT ON COLUMN certledger.physical_supply.energy IS 'metered energy';
COMMENT ON COLUMN certledger.physical_supply.publication IS 'where the figure is from';

CREATE TABLE certledger.energy_trade (
    contract            text NOT NULL CONSTRAINT energy_trade_contract_check CHECK (contract <> ''),
    month               date NOT NULL CONSTRAINT energy_trade_month_check CHECK (EXTRACT(day FROM month) = 1 AND month BETWEEN '2000-01-01' AND '2099-12-01'),
    kind                energy_trade_kind NOT NULL,
    market              text NOT NULL DEFAULT 'national',
    from_province       region NOT NULL CONSTRAINT energy_trade_from_province_check CHECK (tier(from_province) = 'province'),
    to_province         region NOT NULL CONSTRAINT energy_trade_to_province_check CHECK (tier(to_province) = 'province'),
    buyer               bigint,
    buyer_region        region CONSTRAINT energy_trade_buyer_region_check CHECK (buyer_region IS NULL OR prefecture(buyer_region) IS NOT NULL),
    contracted          energy CONSTRAINT energy_trade_contracted_check CHECK (contracted >= '0 kWh'),
    settled             energy NOT NULL CONSTRAINT energy_trade_settled_check CHECK (settled >= '0 kWh'),
    certificate_settled energy NOT NULL DEFAULT '0 kWh'
                        CONSTRAINT energy_trade_certificate_settled_check CHECK (certificate_settled >= '0 kWh'),
    one_to_one          boolean NOT NULL DEFAULT true,
    dedicated           boolean NOT NULL DEFAULT false,
    line_loss           energy NOT NULL DEFAULT '0 kWh'
                        CONSTRAINT energy_trade_line_loss_check CHECK (line_loss >= '0 kWh'),
    publication         text,
    CONSTRAINT energy_trade_key UNIQUE NULLS NOT DISTINCT (contract, month, kind, from_province, to_province, buyer, buyer_region),
    CONSTRAINT energy_trade_buyer_check
        CHECK ((buyer IS NULL) = (buyer_region IS NULL) AND province(buyer_region) = to_province),
    CONSTRAINT energy_trade_one_to_one_check
        CHECK (one_to_one OR contracted IS NOT NULL OR kind NOT IN ('conventional', 'nuclear')),
    CONSTRAINT energy_trade_dedicated_check CHECK (NOT dedicated OR kind = 'fossil'),
    CONSTRAINT energy_trade_line_loss_kind_check
        CHECK (line_loss = '0 kWh' OR (from_province <> to_province AND kind <> 'fossil'))
);
CREATE INDEX energy_trade_month_idx ON certledger.energy_trade (month);
COMMENT ON TABLE certledger.energy_trade IS 'settlement lines of energy trades (电能量交易结算), within a province and between provinces, measured at the buyer-side gateway';
COMMENT ON COLUMN certledger.energy_trade.contract IS 'contract that the line settles';
COMMENT ON COLUMN certledger.energy_trade.month IS 'month, as its first day';
COMMENT ON COLUMN certledger.energy_trade.kind IS 'green power, conventional (renewable), nuclear, fossil, or spot without one-to-one relation or type';
COMMENT ON COLUMN certledger.energy_trade.market IS 'region or inter-provincial market in which what is left over is allocated';
COMMENT ON COLUMN certledger.energy_trade.from_province IS 'province of the seller';
COMMENT ON COLUMN certledger.energy_trade.to_province IS 'province of the buyer';
COMMENT ON COLUMN certledger.energy_trade.buyer IS 'account of the user that bought, where it is one user''s';
COMMENT ON COLUMN certledger.energy_trade.buyer_region IS 'where that user consumes';
COMMENT ON COLUMN certledger.energy_trade.contracted IS 'contract volume of the month; needed where the relation is not one-to-one';
COMMENT ON COLUMN certledger.energy_trade.settled IS 'settled volume of the month';
COMMENT ON COLUMN certledger.energy_trade.certificate_settled IS 'volume whose certificates were settled with it: what counts of green power, and what leaves the pool of route 2(b) of conventional trade';
COMMENT ON COLUMN certledger.energy_trade.one_to_one IS 'whether all settled volume has an explicit one-to-one relation; otherwise the smaller of contract and settlement counts, month by month';
COMMENT ON COLUMN certledger.energy_trade.dedicated IS 'fossil plant dedicated to an inter-provincial channel (配套电源)';
COMMENT ON COLUMN certledger.energy_trade.line_loss IS 'non-fossil part of the inter-provincial line loss, borne by the selling province';
COMMENT ON COLUMN certledger.energy_trade.publication IS 'where the figure is from';

CREATE TABLE certledger.market_province (
    year        integer NOT NULL CONSTRAINT market_province_year_check CHECK (year BETWEEN 2000 AND 2099),
    market      text NOT NULL CONSTRAINT market_province_market_check CHECK (market <> ''),
    province    region NOT NULL CONSTRAINT market_province_province_check CHECK (tier(province) = 'province'),
    publication text,
    CONSTRAINT market_province_pkey PRIMARY KEY (year, market, province)
);
COMMENT ON TABLE certledger.market_province IS 'provinces of a region or market, among which the rest of its unified purchase is shared (发改能源〔2026〕622号 Annex 1)';
COMMENT ON COLUMN certledger.market_province.year IS 'accounting year';
COMMENT ON COLUMN certledger.market_province.market IS 'region or inter-provincial market';
COMMENT ON COLUMN certledger.market_province.province IS 'province that belongs to it';
COMMENT ON COLUMN certledger.market_province.publication IS 'where the fact is from';

CREATE TABLE certledger.unified_purchase (
    purchase      text NOT NULL CONSTRAINT unified_purchase_purchase_check CHECK (purchase <> ''),
    month         date NOT NULL CONSTRAINT unified_purchase_month_check CHECK (EXTRACT(day FROM month) = 1 AND month BETWEEN '2000-01-01' AND '2099-12-01'),
    kind          energy_trade_kind NOT NULL DEFAULT 'conventional'
                  CONSTRAINT unified_purchase_kind_check CHECK (kind IN ('conventional', 'nuclear')),
    market        text NOT NULL CONSTRAINT unified_purchase_market_check CHECK (market <> ''),
    from_province region NOT NULL CONSTRAINT unified_purchase_from_province_check CHECK (tier(from_province) = 'province'),
    to_province   region CONSTRAINT unified_purchase_to_province_check CHECK (tier(to_province) = 'province'),
    volume        energy NOT NULL CONSTRAINT unified_purchase_volume_check CHECK (volume >= '0 kWh'),
    publication   text,
    CONSTRAINT unified_purchase_key UNIQUE NULLS NOT DISTINCT (purchase, month, kind, market, from_province, to_province)
);
CREATE INDEX unified_purchase_month_idx ON certledger.unified_purchase (month);
COMMENT ON TABLE certledger.unified_purchase IS 'non-fossil volume that a regional grid bought and sold as one (统购统销): what a trade or agreement gives to a province, and the rest, which the provinces of the market share by whole-society consumption (发改能源〔2026〕622号 Annex 1; rule unified_purchase_sharing)';
COMMENT ON COLUMN certledger.unified_purchase.purchase IS 'name of the purchase, such as the plant or the contract';
COMMENT ON COLUMN certledger.unified_purchase.month IS 'month, as its first day';
COMMENT ON COLUMN certledger.unified_purchase.kind IS 'conventional (renewable) or nuclear power';
COMMENT ON COLUMN certledger.unified_purchase.market IS 'region whose provinces share the rest (market_province), and in whose market the volume counts';
COMMENT ON COLUMN certledger.unified_purchase.from_province IS 'province that generated it';
COMMENT ON COLUMN certledger.unified_purchase.to_province IS 'province to which a trade or agreement gives it; empty for the rest';
COMMENT ON COLUMN certledger.unified_purchase.volume IS 'energy of the month, at the buyer-side gateway';
COMMENT ON COLUMN certledger.unified_purchase.publication IS 'where the figure is from';

CREATE TABLE certledger.agreed_allocation (
    year          integer NOT NULL CONSTRAINT agreed_allocation_year_check CHECK (year BETWEEN 2000 AND 2099),
    market        text NOT NULL DEFAULT 'national',
    from_province region NOT NULL CONSTRAINT agreed_allocation_from_province_check CHECK (tier(from_province) = 'province'),
    to_province   region NOT NULL CONSTRAINT agreed_allocation_to_province_check CHECK (tier(to_province) = 'province'),
    non_fossil    energy NOT NULL CONSTRAINT agreed_allocation_non_fossil_check CHECK (non_fossil >= '0 kWh'),
    publication   text,
    CONSTRAINT agreed_allocation_pkey PRIMARY KEY (year, market, from_province, to_province),
    CONSTRAINT agreed_allocation_provinces_check CHECK (from_province <> to_province)
);
COMMENT ON TABLE certledger.agreed_allocation IS 'non-fossil part of a residual that buyer and seller agreed on (option A of 发改能源〔2026〕622号 Annex 1); a market in which one stands is allocated by agreement, every other one by rule interprovincial_allocation';
COMMENT ON COLUMN certledger.agreed_allocation.year IS 'accounting year';
COMMENT ON COLUMN certledger.agreed_allocation.market IS 'region or inter-provincial market';
COMMENT ON COLUMN certledger.agreed_allocation.from_province IS 'province that sent';
COMMENT ON COLUMN certledger.agreed_allocation.to_province IS 'province that received';
COMMENT ON COLUMN certledger.agreed_allocation.non_fossil IS 'non-fossil part, at most the residual of either side';
COMMENT ON COLUMN certledger.agreed_allocation.publication IS 'where the figure is from';

CREATE TABLE certledger.interprovincial_flow (
    year          integer NOT NULL CONSTRAINT interprovincial_flow_year_check CHECK (year BETWEEN 2000 AND 2099),
    market        text NOT NULL DEFAULT 'national',
    from_province region NOT NULL CONSTRAINT interprovincial_flow_from_province_check CHECK (tier(from_province) IN ('province', 'nation')),
    to_province   region NOT NULL CONSTRAINT interprovincial_flow_to_province_check CHECK (tier(to_province) IN ('province', 'nation')),
    flow          energy NOT NULL CONSTRAINT interprovincial_flow_flow_check CHECK (flow >= '0 kWh'),
    publication   text,
    CONSTRAINT interprovincial_flow_pkey PRIMARY KEY (year, market, from_province, to_province),
    CONSTRAINT interprovincial_flow_provinces_check CHECK (from_province <> to_province)
);
COMMENT ON TABLE certledger.interprovincial_flow IS 'volume sent and received between provinces in a year (送出/受入电量), at the buyer-side gateway; 000000 stands for a counterpart that the public record does not name';
COMMENT ON COLUMN certledger.interprovincial_flow.year IS 'accounting year';
COMMENT ON COLUMN certledger.interprovincial_flow.market IS 'region or inter-provincial market';
COMMENT ON COLUMN certledger.interprovincial_flow.from_province IS 'province that sent';
COMMENT ON COLUMN certledger.interprovincial_flow.to_province IS 'province that received';
COMMENT ON COLUMN certledger.interprovincial_flow.flow IS 'energy of the year';
COMMENT ON COLUMN certledger.interprovincial_flow.publication IS 'where the figure is from';

CREATE TABLE certledger.published_generation (
    year        integer NOT NULL CONSTRAINT published_generation_year_check CHECK (year BETWEEN 2000 AND 2099),
    province    region NOT NULL CONSTRAINT published_generation_province_check CHECK (tier(province) = 'province'),
    source      energy_source NOT NULL,
    generated   energy NOT NULL CONSTRAINT published_generation_generated_check CHECK (generated >= '0 kWh'),
    on_grid     energy NOT NULL CONSTRAINT published_generation_on_grid_check CHECK (on_grid >= '0 kWh' AND on_grid <= generated),
    publication text,
    CONSTRAINT published_generation_pkey PRIMARY KEY (year, province, source)
);
COMMENT ON TABLE certledger.published_generation IS 'published generation of a province by source; where a row stands it is used instead of the sum over registered projects';
COMMENT ON COLUMN certledger.published_generation.year IS 'accounting year';
COMMENT ON COLUMN certledger.published_generation.province IS 'province';
COMMENT ON COLUMN certledger.published_generation.source IS 'primary energy';
COMMENT ON COLUMN certledger.published_generation.generated IS 'gross generation (发电量)';
COMMENT ON COLUMN certledger.published_generation.on_grid IS 'on-grid volume (上网电量)';
COMMENT ON COLUMN certledger.published_generation.publication IS 'where the figure is from';

CREATE TABLE certledger.published_consumption (
    year        integer NOT NULL CONSTRAINT published_consumption_year_check CHECK (year BETWEEN 2000 AND 2099),
    region      region NOT NULL,
    consumption energy NOT NULL CONSTRAINT published_consumption_consumption_check CHECK (consumption >= '0 kWh'),
    publication text,
    CONSTRAINT published_consumption_pkey PRIMARY KEY (year, region)
);
COMMENT ON TABLE certledger.published_consumption IS 'whole-society electricity consumption (全社会用电量), the base of published shares; it contains plant use and line losses and is not the grid draw W';
COMMENT ON COLUMN certledger.published_consumption.year IS 'year';
COMMENT ON COLUMN certledger.published_consumption.region IS 'nation, province or prefecture';
COMMENT ON COLUMN certledger.published_consumption.consumption IS 'energy of the year';
COMMENT ON COLUMN certledger.published_consumption.publication IS 'where the figure is from';

CREATE TABLE certledger.published_cap (
    year          integer NOT NULL CONSTRAINT published_cap_year_check CHECK (year BETWEEN 2000 AND 2099),
    kind          cap_kind NOT NULL CONSTRAINT published_cap_kind_check CHECK (kind NOT IN ('user', 'green_power_retired')),
    region        region NOT NULL
                  CONSTRAINT published_cap_region_check CHECK (tier(region)::text = CASE kind WHEN 'city' THEN 'city' ELSE 'province' END),
    from_province region CONSTRAINT published_cap_from_province_check CHECK (tier(from_province) = 'province'),
    month         date CONSTRAINT published_cap_month_check CHECK (EXTRACT(day FROM month) = 1 AND EXTRACT(year FROM month) = year),
    cap           energy NOT NULL CONSTRAINT published_cap_cap_check CHECK (cap >= '0 kWh'),
    publication   text,
    CONSTRAINT published_cap_key UNIQUE NULLS NOT DISTINCT (year, kind, region, from_province, month),
    CONSTRAINT published_cap_pair_check CHECK ((kind = 'spot_pair') = (from_province IS NOT NULL)),
    CONSTRAINT published_cap_monthly_check CHECK ((kind = 'voluntary_out') = (month IS NOT NULL))
);
COMMENT ON TABLE certledger.published_cap IS 'caps that were negotiated or published; where a row stands it is used instead of the one computed from energy trade and flows';
COMMENT ON COLUMN certledger.published_cap.year IS 'accounting year';
COMMENT ON COLUMN certledger.published_cap.kind IS 'which cap';
COMMENT ON COLUMN certledger.published_cap.region IS 'the province, or the city of kind city; of a spot_pair the buying province, of voluntary_out the selling one';
COMMENT ON COLUMN certledger.published_cap.from_province IS 'the selling province of a spot_pair';
COMMENT ON COLUMN certledger.published_cap.month IS 'month of a ceiling of voluntarily transferred volume (voluntary_out), as its first day; what is not used is rolled forward within the year';
COMMENT ON COLUMN certledger.published_cap.cap IS 'the cap; of voluntary_out, of that month alone';
COMMENT ON COLUMN certledger.published_cap.publication IS 'where the figure is from';

CREATE TABLE certledger.published_coefficient (
    year        integer NOT NULL CONSTRAINT published_coefficient_year_check CHECK (year BETWEEN 2000 AND 2099),
    province    region NOT NULL CONSTRAINT published_coefficient_province_check CHECK (tier(province) = 'province'),
    month       date CONSTRAINT published_coefficient_month_check CHECK (EXTRACT(day FROM month) = 1 AND EXTRACT(year FROM month) = year),
    coefficient numeric(13,12) NOT NULL CONSTRAINT published_coefficient_coefficient_check CHECK (coefficient BETWEEN 0 AND 1),
    publication text,
    CONSTRAINT published_coefficient_key UNIQUE NULLS NOT DISTINCT (year, province, month)
);
COMMENT ON TABLE certledger.published_coefficient IS 'allocation coefficients k (分摊系数) that the provincial energy authority published, of a year or of a month of it; applied instead of the computed one, which stays visible beside it (rule published_coefficient_overrides)';
COMMENT ON COLUMN certledger.published_coefficient.year IS 'accounting year';
COMMENT ON COLUMN certledger.published_coefficient.province IS 'province';
COMMENT ON COLUMN certledger.published_coefficient.month IS 'month that it holds for, as its first day; empty for the year';
COMMENT ON COLUMN certledger.published_coefficient.coefficient IS 'k, from 0 to 1';
COMMENT ON COLUMN certledger.published_coefficient.publication IS 'where the figure is from';
