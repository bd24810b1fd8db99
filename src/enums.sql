-- enums.sql: the vocabulary of the ledger as enumerated types.
-- Values stand in the order in which reports list them; C code looks them up
-- by name, never by position.

CREATE TYPE energy_source AS ENUM (
    'wind', 'solar', 'hydro', 'biomass', 'geothermal', 'ocean',
    'nuclear', 'fossil', 'pumped_storage', 'storage');
COMMENT ON TYPE energy_source IS
    'primary energy of a plant (能源类型): wind 风电, solar 太阳能, hydro 常规水电, biomass 生物质, geothermal 地热, ocean 海洋能, nuclear 核电, fossil 火电, pumped_storage 抽水蓄能, storage 新型储能';

CREATE TYPE volume_class AS ENUM (
    'on_grid', 'self_use', 'off_grid', 'existing_hydro', 'hydrogen_integration', 'mechanism_price', 'plant_use');
COMMENT ON TYPE volume_class IS
    'where a plant''s energy went (电量类型): on_grid 上网电量, self_use 自发自用, off_grid 离网, existing_hydro 存量常规水电 on-grid volume, hydrogen_integration 制氢一体化, mechanism_price 机制电量 (on-grid volume under the sustainable-development price settlement mechanism), plant_use 生产耗用电 (earns no certificate)';

CREATE TYPE account_kind AS ENUM ('generator', 'user', 'agent', 'provincial');
COMMENT ON TYPE account_kind IS
    'who an account belongs to (账户类型): generator 发电企业或项目业主, user 用户, agent 代理机构或售电公司, provincial 省级账户';

CREATE TYPE holding_state AS ENUM (
    'accrued', 'issued', 'listed', 'locked', 'transferred', 'frozen',
    'retired', 'expired', 'cancelled');
COMMENT ON TYPE holding_state IS
    'state of certificates: accrued (energy without certificate yet), issued 已核发, listed 已挂牌, locked 已锁定, transferred 已划转, frozen 已冻结; terminal: retired 已核销, expired 已过期, cancelled 已注销';

CREATE TYPE trade_mode AS ENUM (
    'listing', 'bilateral', 'auction', 'green_power', 'existing_hydro',
    'self_use', 'off_grid', 'mechanism_price', 'allocation');
COMMENT ON TYPE trade_mode IS
    'how certificates change hands: trades listing 挂牌, bilateral 双边协商, auction 集中竞价, green_power 绿电交易; transfers that are no trade (划转): existing_hydro 存量水电, self_use 自发自用, off_grid 离网, mechanism_price 机制电量, allocation 省级账户分配';

CREATE TYPE route AS ENUM (
    'production', 'green_power', 'self_use', 'off_grid', 'hydro_transfer',
    'mechanism_transfer', 'provincial_allocation', 'in_province_trade',
    'spot_trade', 'voluntary_trade', 'out_of_province_trade');
COMMENT ON TYPE route IS
    'the way by which the holder came to the certificates; it decides the one term of the accounts that they feed (发改能源〔2026〕622号 Annexes 1 to 3): production (own issue), green_power -> T, self_use and off_grid -> P, hydro_transfer and mechanism_transfer and provincial_allocation -> C route 3, in_province_trade -> C route 1, spot_trade -> C mode 1, voluntary_trade -> C mode 2, out_of_province_trade -> C route 2(b)';

CREATE TYPE identification AS ENUM (
    'physical', 'energy_trade', 'certificate_trade', 'allocation');
COMMENT ON TYPE identification IS
    'method by which non-fossil consumption is identified (认定方式): physical 物理认定 P, energy_trade 交易认定-电能量 T, certificate_trade 交易认定-绿证 C, allocation 分摊认定 A and S';

CREATE TYPE claim_regime AS ENUM ('mandatory', 'voluntary');
COMMENT ON TYPE claim_regime IS
    'what a retirement is for: mandatory accounting 强制核算 (vintage and caps apply) or voluntary disclosure 自愿披露 (neither applies)';

CREATE TYPE tier AS ENUM ('nation', 'province', 'city', 'county', 'user');
COMMENT ON TYPE tier IS
    'tier of accounting or of a region code: nation 全国, province 省, city 地市 (prefecture level), county 区县, user 用户';

CREATE TYPE document_kind AS ENUM (
    'issuance', 'correction', 'transfer', 'response', 'retirement', 'hold', 'cancellation', 'expiry');
COMMENT ON TYPE document_kind IS
    'kind of document (单据) that a movement comes from: issuance 核发, correction 更正, transfer 交易或划转, response 受让答复, retirement 核销, hold 挂牌、锁定、冻结, cancellation 注销, expiry 过期';

CREATE TYPE hold_action AS ENUM ('list', 'delist', 'lock', 'release', 'freeze', 'unfreeze');
COMMENT ON TYPE hold_action IS
    'what a hold does with certificates that stay with their holder: list 挂牌 and delist 摘牌, lock 锁定 for the order of a buyer and release 释放, freeze 冻结 and unfreeze 解冻';

CREATE TYPE freeze_reason AS ENUM ('ccer', 'dispute');
COMMENT ON TYPE freeze_reason IS
    'why certificates are frozen: ccer, their project is registered for CCER (国家核证自愿减排量); dispute, an objection is being looked into (争议)';

CREATE TYPE response_kind AS ENUM ('accept', 'reject', 'withdraw');
COMMENT ON TYPE response_kind IS
    'answer to a transfer that was posted as pending: accept 接受 or reject 拒绝 by the receiver, withdraw 撤回 by the giver';

CREATE TYPE cancellation_reason AS ENUM ('ccer', 'objection');
COMMENT ON TYPE cancellation_reason IS
    'why certificates are cancelled (注销): ccer, the emission reductions of the same energy were registered; objection, an objection was upheld (异议成立)';

CREATE TYPE storage_metering AS ENUM ('none', 'separate', 'shared');
COMMENT ON TYPE storage_metering IS
    'storage at a plant (配套储能): none; separate, plant and storage have meters of their own and only the plant''s energy is reported; shared, one meter for both, so that certificates stand for energy fed in less energy drawn';

CREATE TYPE supply_kind AS ENUM (
    'self_use', 'direct_connection', 'microgrid', 'park', 'production_use');
COMMENT ON TYPE supply_kind IS
    'kind of physical supply (物理认定): self_use 自发自用, direct_connection 绿电直连, microgrid 微电网, park 源网荷储一体化园区, production_use a generating company''s own use 生产耗用电 (发改能源〔2026〕622号 Annex 4)';

CREATE TYPE energy_trade_kind AS ENUM (
    'green_power', 'conventional', 'nuclear', 'fossil', 'spot');
COMMENT ON TYPE energy_trade_kind IS
    'kind of an energy trade settlement line: green_power 绿电交易, conventional 常规电能量交易 of renewable power, nuclear 核电市场交易, fossil 火电交易, spot 现货 without one-to-one relation or type';

CREATE TYPE cap_kind AS ENUM (
    'user', 'city', 'green_power_retired', 'province_in', 'province_out', 'spot_pair',
    'voluntary_out', 'in_province_pool', 'out_of_province_buyer', 'out_of_province_seller');
COMMENT ON TYPE cap_kind IS
    'kind of a recognition cap (认定上限; 发改能源〔2026〕622号 art. 7, Annexes 1 to 3): user grid draw; city grid draw of all its users; green_power_retired green power of a buyer whose certificates are retired (only where rule green_power_needs_retirement says so); province_in and province_out received or sent volume less dedicated fossil trade (and so mode 2); spot_pair mode 1 between two provinces; voluntary_out a selling province''s monthly ceiling of mode 2, rolled forward within the year; in_province_pool intra-provincial conventional renewable trade; out_of_province_buyer and out_of_province_seller route 2(b)';

CREATE TYPE storage_kind AS ENUM ('pumped_storage', 'new_storage');
COMMENT ON TYPE storage_kind IS
    'kind of storage whose charging is grid draw (发改能源〔2026〕622号 Annex 3): pumped_storage 抽水蓄能, new_storage 新型储能';

CREATE TYPE year_state AS ENUM ('open', 'closed');
COMMENT ON TYPE year_state IS
    'state of a version of a year''s accounts: open (run as often as wanted) or closed (never changed again)';
