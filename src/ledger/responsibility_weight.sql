-- responsibility_weight.sql: consumption responsibility weights and ratios of
-- key industries, as published.  Load a year's table with COPY.

CREATE TABLE certledger.responsibility_weight (
    year        integer NOT NULL CONSTRAINT responsibility_weight_year_check CHECK (year BETWEEN 2000 AND 2099),
    province    region NOT NULL CONSTRAINT responsibility_weight_province_check CHECK (tier(province) = 'province'),
    kind        text NOT NULL CONSTRAINT responsibility_weight_kind_check CHECK (kind IN ('total', 'non_hydro')),
    industry    text CONSTRAINT responsibility_weight_industry_check CHECK (industry ~ '^[a-z][a-z0-9_]*$'),
    weight      numeric NOT NULL CONSTRAINT responsibility_weight_weight_check CHECK (weight BETWEEN 0 AND 1),
    force       text NOT NULL
                CONSTRAINT responsibility_weight_force_check
                CHECK (force IN ('binding', 'indicative', 'assessed', 'monitored')),
    publication text NOT NULL CONSTRAINT responsibility_weight_publication_check CHECK (publication <> ''),
    status      text NOT NULL
                CONSTRAINT responsibility_weight_status_check CHECK (status IN ('confirmed', 'partial', 'recalled')),
    CONSTRAINT responsibility_weight_key UNIQUE NULLS NOT DISTINCT (year, province, kind, industry),
    CONSTRAINT responsibility_weight_industry_kind_check
        CHECK (CASE WHEN industry IS NULL THEN force IN ('binding', 'indicative')
                    ELSE kind = 'total' AND force <> 'binding' END)
);
COMMENT ON TABLE certledger.responsibility_weight IS 'consumption responsibility weights (消纳责任权重) of provinces and green power ratios (绿色电力消费比例) of key industries, by year, as published (发改办能源〔2025〕669号 and its yearly successors); create_ledger() fills in sample rows of 重庆 only';
COMMENT ON COLUMN certledger.responsibility_weight.year IS 'year of consumption';
COMMENT ON COLUMN certledger.responsibility_weight.province IS 'province';
COMMENT ON COLUMN certledger.responsibility_weight.kind IS 'total (总量) or non_hydro (非水电); of an industry always total';
COMMENT ON COLUMN certledger.responsibility_weight.industry IS 'key industry whose ratio it is, by the words of rules assessed_industries and monitored_industries; empty for the weight of the province';
COMMENT ON COLUMN certledger.responsibility_weight.weight IS 'least share of renewable in all power consumed, from 0 to 1: 34.2 % is 0.342';
COMMENT ON COLUMN certledger.responsibility_weight.force IS 'of a province binding (约束性) or indicative (预期性); of an industry assessed (考核), monitored (只监测不考核) or indicative';
COMMENT ON COLUMN certledger.responsibility_weight.publication IS 'document that has the figure';
COMMENT ON COLUMN certledger.responsibility_weight.status IS 'how sure the figure is: confirmed (text read), partial (draft, summary or excerpt), recalled (no text seen)';

-- The draft by which 重庆 breaks its weights down, known from a press summary;
-- what force they have says 发改办能源〔2025〕669号.
INSERT INTO certledger.responsibility_weight
    (year, province, kind, industry, weight, force, publication, status)
SELECT v.year, '500000', v.kind, v.industry, v.weight, v.force,
       '重庆市2025年可再生能源电力消纳责任权重分解实施方案(征求意见稿), a draft for comment, as summarised by the press; force after 发改办能源〔2025〕669号',
       'partial'
FROM (VALUES (2025, 'total', NULL, 0.342, 'binding'),
             (2025, 'non_hydro', NULL, 0.108, 'binding'),
             (2026, 'total', NULL, 0.352, 'indicative'),
             (2026, 'non_hydro', NULL, 0.125, 'indicative'),
             (2025, 'total', 'polysilicon', 0.342, 'monitored'),
             (2026, 'total', 'polysilicon', 0.352, 'indicative'),
             (2025, 'total', 'hub_data_centre', 0.80, 'monitored'))
     AS v(year, kind, industry, weight, force);
