-- emission: indirect emissions from electricity by both methods, and factors.
\set SHOW_CONTEXT never
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/ledger.sql'
\o /dev/null
\i :fixture
\o

-- S-1, S-2
SELECT emission('173.502 MWh', 0.5366) AS s1;
SELECT emission('760 GWh', 0.8426) AS s2;
-- S-2 with the factor as published; kgCO2/kWh is tCO2/MWh
SELECT emission('760 GWh', emission_factor('national_fossil', 2021)) AS s2;
-- exact to the last digit, for any energy
SELECT emission('0.001 kWh', 0.5306) AS one_wh, emission('0 kWh', 0.5306) AS nothing, emission('-1 MWh', 0.5306) AS given_back;
SELECT emission('9223372036854775.807 kWh', 0.5306) AS limit_of_type;
SELECT emission(NULL::energy, 0.5306) IS NULL AS no_energy, emission('1 MWh'::energy, NULL) IS NULL AS no_factor;

-- U2: 105 GWh used, 78.065281 GWh non-fossil, factors of 2023; U4
SELECT round(average_method, 3) AS average_method, round(split_method, 3) AS split_method,
       round(100 * non_fossil_share, 4) AS share, round(100 * break_even_share, 4) AS break_even
FROM indirect_emissions('105 GWh', '78065280.845 kWh', 0.5306, 0.8273);
-- U3
SELECT y.year, round(average_method, 3) AS average_method, round(split_method, 3) AS split_method,
       round(100 * break_even_share, 4) AS break_even
FROM (VALUES (2023), (2022), (2021)) AS y(year),
     indirect_emissions('105 GWh', '78065280.845 kWh', emission_factor('national_average', y.year), emission_factor('national_fossil', y.year))
ORDER BY y.year DESC;
-- the methods meet at the break-even share, below it the average is lower
SELECT e.non_fossil, i.average_method, i.split_method, sign(i.split_method - i.average_method) AS split_less_average
FROM (VALUES ('0 kWh'::energy), ('249 MWh'), ('250 MWh'), ('251 MWh'), ('1 GWh')) AS e(non_fossil),
     indirect_emissions('1 GWh', e.non_fossil, 0.6, 0.8) AS i ORDER BY e.non_fossil;
-- no electricity: no share; a fossil factor of zero: no break-even; NULL in, NULL out
SELECT * FROM indirect_emissions('0 kWh', '0 kWh', 0.5306, 0.8273);
SELECT * FROM indirect_emissions('1 MWh', '0 kWh', 0.5306, 0);
SELECT * FROM indirect_emissions('1 MWh', NULL, 0.5306, 0.8273);

-- factors: the published national ones, a year after the last takes the
-- latest, a year before the first has none
SELECT y.year, emission_factor('national_average', y.year) AS average, emission_factor('national_fossil', y.year) AS fossil,
       emission_factor('national_excl_market_nonfossil', y.year) AS without_market
FROM (VALUES (2020), (2021), (2022), (2023), (2024), (2025), (2099)) AS y(year) ORDER BY y.year;
-- provinces; 西藏 has none in any year
SELECT n.region, n.name, emission_factor('province_average', 2021, n.region) AS f2021,
       emission_factor('province_average', 2022, n.region) AS f2022, emission_factor('province_average', 2025, n.region) AS f2025
FROM region_name n WHERE n.region IN ('110000', '500000', '540000', '650000') ORDER BY n.region;
SELECT count(*) FILTER (WHERE emission_factor('province_average', y.year, n.region) IS NOT NULL) AS provinces,
       string_agg(n.name, ', ') FILTER (WHERE emission_factor('province_average', y.year, n.region) IS NULL) AS without
FROM region_name n, (VALUES (2021), (2022), (2023)) AS y(year) WHERE n.tier = 'province' GROUP BY y.year ORDER BY y.year;
-- what there is none of
SELECT emission_factor('province_average', 2023) AS nation_as_province, emission_factor('no such kind', 2023) AS unknown_kind,
       emission_factor('national_average', 2023, '500000') AS province_as_nation, emission_factor('province_average', NULL, '500000') AS no_year;
-- a newer factor is used once it is there, from its data year on
INSERT INTO emission_factor (data_year, kind, region, factor, notice, status) VALUES (2024, 'national_average', '000000', 0.5200, 'test', 'recalled');
SELECT emission_factor('national_average', 2023) AS f2023, emission_factor('national_average', 2024) AS f2024, emission_factor('national_average', 2026) AS f2026;
