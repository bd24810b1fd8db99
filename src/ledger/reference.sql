-- reference.sql: what the rules take from published documents: names of
-- regions, emission factors, parameters by effective date.

CREATE TABLE certledger.region_name (
    region        region,
    name          text NOT NULL CONSTRAINT region_name_name_check CHECK (name <> ''),
    tier          tier NOT NULL GENERATED ALWAYS AS (tier(region)) STORED,
    parent        region GENERATED ALWAYS AS (CASE tier(region) WHEN 'province' THEN '000000'
                                                                WHEN 'city' THEN province(region)
                                                                WHEN 'county' THEN prefecture(region) END) STORED
                  CONSTRAINT region_name_parent_fkey REFERENCES certledger.region_name,
    pseudo        boolean NOT NULL DEFAULT false,
    factor_region text CONSTRAINT region_name_factor_region_check CHECK (factor_region <> ''),
    source        text NOT NULL CONSTRAINT region_name_source_check CHECK (source <> ''),
    CONSTRAINT region_name_pkey PRIMARY KEY (region),
    CONSTRAINT region_name_pseudo_check CHECK (NOT pseudo OR tier(region) = 'city'),
    CONSTRAINT region_name_factor_region_tier_check CHECK (factor_region IS NULL OR tier(region) = 'province')
);
COMMENT ON TABLE certledger.region_name IS 'administrative divisions (行政区划): the nation, 31 provinces and the prefecture tier; counties may be added and need none';
COMMENT ON COLUMN certledger.region_name.region IS 'code of the division (GB/T 2260)';
COMMENT ON COLUMN certledger.region_name.name IS 'name of the division; not unique: four municipalities call their districts 市辖区';
COMMENT ON COLUMN certledger.region_name.tier IS 'tier of the code: nation, province, city (prefecture level) or county';
COMMENT ON COLUMN certledger.region_name.parent IS 'division that holds it: the nation, its province, or its prefecture; empty for the nation';
COMMENT ON COLUMN certledger.region_name.pseudo IS 'whether the prefecture code only groups districts of a municipality or counties that a province governs directly';
COMMENT ON COLUMN certledger.region_name.factor_region IS 'of a province, the grid region whose average emission factor covers it (华北, 东北, 华东, 华中, 西北, 南方, 西南); all of 内蒙古 counts as 华北';
COMMENT ON COLUMN certledger.region_name.source IS 'where code and name are from';

CREATE TABLE certledger.emission_factor (
    data_year   integer NOT NULL CONSTRAINT emission_factor_data_year_check CHECK (data_year BETWEEN 2000 AND 2099),
    kind        text NOT NULL
                CONSTRAINT emission_factor_kind_check
                CHECK (kind IN ('national_average', 'national_fossil', 'national_excl_market_nonfossil',
                                'regional_average', 'province_average')),
    region      region CONSTRAINT emission_factor_region_fkey REFERENCES certledger.region_name,
    region_name text CONSTRAINT emission_factor_region_name_check CHECK (region_name <> ''),
    factor      numeric NOT NULL CONSTRAINT emission_factor_factor_check CHECK (factor >= 0 AND factor < 2),
    notice      text NOT NULL CONSTRAINT emission_factor_notice_check CHECK (notice <> ''),
    status      text NOT NULL
                CONSTRAINT emission_factor_status_check CHECK (status IN ('confirmed', 'partial', 'recalled')),
    CONSTRAINT emission_factor_key UNIQUE NULLS NOT DISTINCT (data_year, kind, region, region_name),
    CONSTRAINT emission_factor_kind_region_check
        CHECK (CASE kind WHEN 'regional_average' THEN region IS NULL AND region_name IS NOT NULL
                         WHEN 'province_average' THEN region IS NOT NULL AND region_name IS NULL AND tier(region) = 'province'
                         ELSE region IS NOT NULL AND region_name IS NULL AND tier(region) = 'nation' END)
);
COMMENT ON TABLE certledger.emission_factor IS 'CO2 emission factors of electricity as published by the Ministry of Ecology and Environment with the National Bureau of Statistics; 西藏 has none of its own';
COMMENT ON COLUMN certledger.emission_factor.data_year IS 'year of the data, not of the notice';
COMMENT ON COLUMN certledger.emission_factor.kind IS 'national_average (全国平均), national_fossil (全国化石能源电力), national_excl_market_nonfossil (average without market-traded non-fossil power), regional_average (区域平均), province_average (省级平均)';
COMMENT ON COLUMN certledger.emission_factor.region IS '000000 for national factors, the province for province_average, empty for regional_average';
COMMENT ON COLUMN certledger.emission_factor.region_name IS 'grid region of a regional_average, as in region_name.factor_region; otherwise empty';
COMMENT ON COLUMN certledger.emission_factor.factor IS 'kgCO2/kWh, which is tCO2/MWh; CO2 of generation only, no life-cycle footprint';
COMMENT ON COLUMN certledger.emission_factor.notice IS 'notice that published it';
COMMENT ON COLUMN certledger.emission_factor.status IS 'how sure the figure is: confirmed in independent copies, partial (indirect evidence), recalled (no text seen)';

CREATE TABLE certledger.rule (
    name           text COLLATE "C" NOT NULL CONSTRAINT rule_name_check CHECK (name ~ '^[a-z][a-z0-9_]*$'),
    effective_from date NOT NULL DEFAULT '-infinity'
                   CONSTRAINT rule_effective_from_check CHECK (effective_from < 'infinity'),
    value          text NOT NULL CONSTRAINT rule_value_check CHECK (value <> ''),
    unit           text,
    description    text NOT NULL CONSTRAINT rule_description_check CHECK (description <> ''),
    source         text NOT NULL CONSTRAINT rule_source_check CHECK (source <> ''),
    status         text NOT NULL
                   CONSTRAINT rule_status_check
                   CHECK (status IN ('confirmed', 'partial', 'recalled', 'inferred', 'default')),
    CONSTRAINT rule_pkey PRIMARY KEY (name, effective_from)
);
COMMENT ON TABLE certledger.rule IS 'parameters of the rules by effective date; to change one, insert a row with a later effective_from and never update the old one, so that past accounts can be run again';
COMMENT ON COLUMN certledger.rule.name IS 'name of the rule';
COMMENT ON COLUMN certledger.rule.effective_from IS 'first day on which the value holds, until a later row; -infinity for always. The registry compares the day of the document (certificate_validity: the production month), accounts and yearly tests the last day of the year';
COMMENT ON COLUMN certledger.rule.value IS 'the value as text: a number, date, interval, energy, word or comma-separated list';
COMMENT ON COLUMN certledger.rule.unit IS 'unit of a number, otherwise the kind of value';
COMMENT ON COLUMN certledger.rule.description IS 'what the value decides';
COMMENT ON COLUMN certledger.rule.source IS 'document number with article or annex, or default of certledger where the documents are silent';
COMMENT ON COLUMN certledger.rule.status IS 'how sure the value is: confirmed (text read), partial (summary read), recalled (no text seen), inferred (our reading of a confirmed text), default (documents are silent: our choice)';
