-- guard.sql: what posts documents, and what keeps history from being rewritten.
--
-- Guards stand on every leaf partition too (a statement trigger of the parent
-- does not fire for a leaf) and are ENABLE ALWAYS, so that
-- session_replication_role does not switch them off.

CREATE TRIGGER issuance_post AFTER INSERT ON certledger.issuance
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION certledger.post_issuance();
COMMENT ON TRIGGER issuance_post ON certledger.issuance IS 'posts every document of the statement, or refuses the whole statement';
CREATE TRIGGER correction_post AFTER INSERT ON certledger.correction
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION certledger.post_correction();
COMMENT ON TRIGGER correction_post ON certledger.correction IS 'posts every document of the statement, or refuses the whole statement';
CREATE TRIGGER transfer_post AFTER INSERT ON certledger.transfer
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION certledger.post_transfer();
COMMENT ON TRIGGER transfer_post ON certledger.transfer IS 'posts every document of the statement, or refuses the whole statement';
CREATE TRIGGER retirement_post AFTER INSERT ON certledger.retirement
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION certledger.post_retirement();
COMMENT ON TRIGGER retirement_post ON certledger.retirement IS 'posts every document of the statement, or refuses the whole statement';
CREATE TRIGGER hold_post AFTER INSERT ON certledger.hold
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION certledger.post_hold();
COMMENT ON TRIGGER hold_post ON certledger.hold IS 'posts every document of the statement, or refuses the whole statement';
CREATE TRIGGER response_post AFTER INSERT ON certledger.response
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION certledger.post_response();
COMMENT ON TRIGGER response_post ON certledger.response IS 'posts every document of the statement, or refuses the whole statement';
CREATE TRIGGER cancellation_post AFTER INSERT ON certledger.cancellation
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION certledger.post_cancellation();
COMMENT ON TRIGGER cancellation_post ON certledger.cancellation IS 'posts every document of the statement, or refuses the whole statement';
CREATE TRIGGER expiry_post AFTER INSERT ON certledger.expiry
    REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION certledger.post_expiry();
COMMENT ON TRIGGER expiry_post ON certledger.expiry IS 'posts every document of the statement, or refuses the whole statement';
CREATE TRIGGER issuance_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON certledger.issuance
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_append_only();
ALTER TABLE certledger.issuance ENABLE ALWAYS TRIGGER issuance_append_only;
COMMENT ON TRIGGER issuance_append_only ON certledger.issuance IS 'documents are never changed or removed';
CREATE TRIGGER transfer_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON certledger.transfer
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_append_only();
ALTER TABLE certledger.transfer ENABLE ALWAYS TRIGGER transfer_append_only;
COMMENT ON TRIGGER transfer_append_only ON certledger.transfer IS 'documents are never changed or removed';
CREATE TRIGGER retirement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON certledger.retirement
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_append_only();
ALTER TABLE certledger.retirement ENABLE ALWAYS TRIGGER retirement_append_only;
COMMENT ON TRIGGER retirement_append_only ON certledger.retirement IS 'documents are never changed or removed';
CREATE TRIGGER correction_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON certledger.correction
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_append_only();
ALTER TABLE certledger.correction ENABLE ALWAYS TRIGGER correction_append_only;
COMMENT ON TRIGGER correction_append_only ON certledger.correction IS 'documents are never changed or removed';
CREATE TRIGGER response_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON certledger.response
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_append_only();
ALTER TABLE certledger.response ENABLE ALWAYS TRIGGER response_append_only;
COMMENT ON TRIGGER response_append_only ON certledger.response IS 'documents are never changed or removed';
CREATE TRIGGER hold_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON certledger.hold
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_append_only();
ALTER TABLE certledger.hold ENABLE ALWAYS TRIGGER hold_append_only;
COMMENT ON TRIGGER hold_append_only ON certledger.hold IS 'documents are never changed or removed';
CREATE TRIGGER cancellation_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON certledger.cancellation
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_append_only();
ALTER TABLE certledger.cancellation ENABLE ALWAYS TRIGGER cancellation_append_only;
COMMENT ON TRIGGER cancellation_append_only ON certledger.cancellation IS 'documents are never changed or removed';
CREATE TRIGGER expiry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON certledger.expiry
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_append_only();
ALTER TABLE certledger.expiry ENABLE ALWAYS TRIGGER expiry_append_only;
COMMENT ON TRIGGER expiry_append_only ON certledger.expiry IS 'documents are never changed or removed';
CREATE TRIGGER account_append_only BEFORE DELETE OR TRUNCATE ON certledger.account
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_append_only();
ALTER TABLE certledger.account ENABLE ALWAYS TRIGGER account_append_only;
COMMENT ON TRIGGER account_append_only ON certledger.account IS 'accounts are never removed';
CREATE TRIGGER project_append_only BEFORE DELETE OR TRUNCATE ON certledger.project
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_append_only();
ALTER TABLE certledger.project ENABLE ALWAYS TRIGGER project_append_only;
COMMENT ON TRIGGER project_append_only ON certledger.project IS 'projects are never removed';
CREATE TRIGGER account_number_fixed BEFORE UPDATE OF account_id, kind, uscc, personal_id ON certledger.account
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_append_only();
ALTER TABLE certledger.account ENABLE ALWAYS TRIGGER account_number_fixed;
COMMENT ON TRIGGER account_number_fixed ON certledger.account IS 'the number and the identity of an account never change';
CREATE TRIGGER issuance_line_posted_only BEFORE INSERT ON certledger.issuance_line
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_posted_only();
ALTER TABLE certledger.issuance_line ENABLE ALWAYS TRIGGER issuance_line_posted_only;
COMMENT ON TRIGGER issuance_line_posted_only ON certledger.issuance_line IS 'written by postings only';
CREATE TRIGGER issuance_line_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON certledger.issuance_line
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_append_only();
ALTER TABLE certledger.issuance_line ENABLE ALWAYS TRIGGER issuance_line_append_only;
COMMENT ON TRIGGER issuance_line_append_only ON certledger.issuance_line IS 'lines are never changed or removed';
CREATE TRIGGER issuance_refusal_posted_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON certledger.issuance_refusal
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_posted_only();
ALTER TABLE certledger.issuance_refusal ENABLE ALWAYS TRIGGER issuance_refusal_posted_only;
COMMENT ON TRIGGER issuance_refusal_posted_only ON certledger.issuance_refusal IS 'written by postings only';
CREATE TRIGGER accrual_posted_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON certledger.accrual
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_posted_only();
ALTER TABLE certledger.accrual ENABLE ALWAYS TRIGGER accrual_posted_only;
COMMENT ON TRIGGER accrual_posted_only ON certledger.accrual IS 'written by postings only';
CREATE TRIGGER holding_posted_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON certledger.holding
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_posted_only();
ALTER TABLE certledger.holding ENABLE ALWAYS TRIGGER holding_posted_only;
COMMENT ON TRIGGER holding_posted_only ON certledger.holding IS 'written by postings only';
CREATE TRIGGER movement_posted_only BEFORE INSERT ON certledger.movement
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_posted_only();
ALTER TABLE certledger.movement ENABLE ALWAYS TRIGGER movement_posted_only;
COMMENT ON TRIGGER movement_posted_only ON certledger.movement IS 'written by postings only';
CREATE TRIGGER movement_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON certledger.movement
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_append_only();
ALTER TABLE certledger.movement ENABLE ALWAYS TRIGGER movement_append_only;
COMMENT ON TRIGGER movement_append_only ON certledger.movement IS 'lines are never changed or removed';
CREATE TRIGGER movement_2023_posted_only BEFORE INSERT ON certledger.movement_2023
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_posted_only();
ALTER TABLE certledger.movement_2023 ENABLE ALWAYS TRIGGER movement_2023_posted_only;
COMMENT ON TRIGGER movement_2023_posted_only ON certledger.movement_2023 IS 'written by postings only';
CREATE TRIGGER movement_2023_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON certledger.movement_2023
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_append_only();
ALTER TABLE certledger.movement_2023 ENABLE ALWAYS TRIGGER movement_2023_append_only;
COMMENT ON TRIGGER movement_2023_append_only ON certledger.movement_2023 IS 'lines are never changed or removed';
CREATE TRIGGER movement_2024_posted_only BEFORE INSERT ON certledger.movement_2024
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_posted_only();
ALTER TABLE certledger.movement_2024 ENABLE ALWAYS TRIGGER movement_2024_posted_only;
COMMENT ON TRIGGER movement_2024_posted_only ON certledger.movement_2024 IS 'written by postings only';
CREATE TRIGGER movement_2024_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON certledger.movement_2024
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_append_only();
ALTER TABLE certledger.movement_2024 ENABLE ALWAYS TRIGGER movement_2024_append_only;
COMMENT ON TRIGGER movement_2024_append_only ON certledger.movement_2024 IS 'lines are never changed or removed';
CREATE TRIGGER movement_2025_posted_only BEFORE INSERT ON certledger.movement_2025
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_posted_only();
ALTER TABLE certledger.movement_2025 ENABLE ALWAYS TRIGGER movement_2025_posted_only;
COMMENT ON TRIGGER movement_2025_posted_only ON certledger.movement_2025 IS 'written by postings only';
CREATE TRIGGER movement_2025_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON certledger.movement_2025
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_append_only();
ALTER TABLE certledger.movement_2025 ENABLE ALWAYS TRIGGER movement_2025_append_only;
COMMENT ON TRIGGER movement_2025_append_only ON certledger.movement_2025 IS 'lines are never changed or removed';
CREATE TRIGGER movement_2026_posted_only BEFORE INSERT ON certledger.movement_2026
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_posted_only();
ALTER TABLE certledger.movement_2026 ENABLE ALWAYS TRIGGER movement_2026_posted_only;
COMMENT ON TRIGGER movement_2026_posted_only ON certledger.movement_2026 IS 'written by postings only';
CREATE TRIGGER movement_2026_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON certledger.movement_2026
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_append_only();
ALTER TABLE certledger.movement_2026 ENABLE ALWAYS TRIGGER movement_2026_append_only;
COMMENT ON TRIGGER movement_2026_append_only ON certledger.movement_2026 IS 'lines are never changed or removed';
CREATE TRIGGER movement_2027_posted_only BEFORE INSERT ON certledger.movement_2027
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_posted_only();
ALTER TABLE certledger.movement_2027 ENABLE ALWAYS TRIGGER movement_2027_posted_only;
COMMENT ON TRIGGER movement_2027_posted_only ON certledger.movement_2027 IS 'written by postings only';
CREATE TRIGGER movement_2027_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON certledger.movement_2027
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_append_only();
ALTER TABLE certledger.movement_2027 ENABLE ALWAYS TRIGGER movement_2027_append_only;
COMMENT ON TRIGGER movement_2027_append_only ON certledger.movement_2027 IS 'lines are never changed or removed';
CREATE TRIGGER movement_2028_posted_only BEFORE INSERT ON certledger.movement_2028
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_posted_only();
ALTER TABLE certledger.movement_2028 ENABLE ALWAYS TRIGGER movement_2028_posted_only;
COMMENT ON TRIGGER movement_2028_posted_only ON certledger.movement_2028 IS 'written by postings only';
CREATE TRIGGER movement_2028_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON certledger.movement_2028
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_append_only();
ALTER TABLE certledger.movement_2028 ENABLE ALWAYS TRIGGER movement_2028_append_only;
COMMENT ON TRIGGER movement_2028_append_only ON certledger.movement_2028 IS 'lines are never changed or removed';
CREATE TRIGGER movement_2029_posted_only BEFORE INSERT ON certledger.movement_2029
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_posted_only();
ALTER TABLE certledger.movement_2029 ENABLE ALWAYS TRIGGER movement_2029_posted_only;
COMMENT ON TRIGGER movement_2029_posted_only ON certledger.movement_2029 IS 'written by postings only';
CREATE TRIGGER movement_2029_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON certledger.movement_2029
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_append_only();
ALTER TABLE certledger.movement_2029 ENABLE ALWAYS TRIGGER movement_2029_append_only;
COMMENT ON TRIGGER movement_2029_append_only ON certledger.movement_2029 IS 'lines are never changed or removed';
CREATE TRIGGER movement_2030_posted_only BEFORE INSERT ON certledger.movement_2030
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_posted_only();
ALTER TABLE certledger.movement_2030 ENABLE ALWAYS TRIGGER movement_2030_posted_only;
COMMENT ON TRIGGER movement_2030_posted_only ON certledger.movement_2030 IS 'written by postings only';
CREATE TRIGGER movement_2030_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON certledger.movement_2030
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_append_only();
ALTER TABLE certledger.movement_2030 ENABLE ALWAYS TRIGGER movement_2030_append_only;
COMMENT ON TRIGGER movement_2030_append_only ON certledger.movement_2030 IS 'lines are never changed or removed';
CREATE TRIGGER movement_other_posted_only BEFORE INSERT ON certledger.movement_other
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_posted_only();
ALTER TABLE certledger.movement_other ENABLE ALWAYS TRIGGER movement_other_posted_only;
COMMENT ON TRIGGER movement_other_posted_only ON certledger.movement_other IS 'written by postings only';
CREATE TRIGGER movement_other_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON certledger.movement_other
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_append_only();
ALTER TABLE certledger.movement_other ENABLE ALWAYS TRIGGER movement_other_append_only;
COMMENT ON TRIGGER movement_other_append_only ON certledger.movement_other IS 'lines are never changed or removed';
CREATE TRIGGER project_number_fixed BEFORE UPDATE OF project_code ON certledger.project
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_append_only();
ALTER TABLE certledger.project ENABLE ALWAYS TRIGGER project_number_fixed;
COMMENT ON TRIGGER project_number_fixed ON certledger.project IS 'the code of a project never changes';
-- Not ENABLE ALWAYS: what a subscription copies was checked where it was posted.
CREATE TRIGGER project_units_insert AFTER INSERT ON certledger.project
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION certledger.check_project_units();
COMMENT ON TRIGGER project_units_insert ON certledger.project IS 'a hydro station with units on both sides of the day of rule existing_hydro_before is two projects';
CREATE TRIGGER project_units_update AFTER UPDATE ON certledger.project
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION certledger.check_project_units();
COMMENT ON TRIGGER project_units_update ON certledger.project IS 'a hydro station with units on both sides of the day of rule existing_hydro_before is two projects';
CREATE TRIGGER rule_changed AFTER INSERT OR UPDATE OR DELETE ON certledger.rule
    FOR EACH ROW EXECUTE FUNCTION certledger.rule_changed();
ALTER TABLE certledger.rule ENABLE ALWAYS TRIGGER rule_changed;
COMMENT ON TRIGGER rule_changed ON certledger.rule IS 'postings of all sessions read the rule anew; without it they read rules each time';
CREATE TRIGGER generation_lock BEFORE UPDATE OR DELETE ON certledger.generation
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_generation_lock();
ALTER TABLE certledger.generation ENABLE ALWAYS TRIGGER generation_lock;
COMMENT ON TRIGGER generation_lock ON certledger.generation IS 'changes and issue wait for each other';
CREATE TRIGGER generation_issued_update AFTER UPDATE ON certledger.generation
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_issued_generation();
ALTER TABLE certledger.generation ENABLE ALWAYS TRIGGER generation_issued_update;
COMMENT ON TRIGGER generation_issued_update ON certledger.generation IS 'what was issued is not changed';
CREATE TRIGGER generation_issued_delete AFTER DELETE ON certledger.generation
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_issued_generation();
ALTER TABLE certledger.generation ENABLE ALWAYS TRIGGER generation_issued_delete;
COMMENT ON TRIGGER generation_issued_delete ON certledger.generation IS 'what was issued is not removed';
CREATE TRIGGER generation_append_only BEFORE TRUNCATE ON certledger.generation
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_append_only();
ALTER TABLE certledger.generation ENABLE ALWAYS TRIGGER generation_append_only;
COMMENT ON TRIGGER generation_append_only ON certledger.generation IS 'generation is not emptied';
CREATE TRIGGER claim_total_posted_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON certledger.claim_total
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_posted_only();
ALTER TABLE certledger.claim_total ENABLE ALWAYS TRIGGER claim_total_posted_only;
COMMENT ON TRIGGER claim_total_posted_only ON certledger.claim_total IS 'written by postings only';
CREATE TRIGGER claim_pool_posted_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON certledger.claim_pool
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_posted_only();
ALTER TABLE certledger.claim_pool ENABLE ALWAYS TRIGGER claim_pool_posted_only;
COMMENT ON TRIGGER claim_pool_posted_only ON certledger.claim_pool IS 'written by postings only';
CREATE TRIGGER claim_gate_posted_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON certledger.claim_gate
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_posted_only();
ALTER TABLE certledger.claim_gate ENABLE ALWAYS TRIGGER claim_gate_posted_only;
COMMENT ON TRIGGER claim_gate_posted_only ON certledger.claim_gate IS 'written by postings only';

-- Results of the accounts: a closed year is never changed.
CREATE TRIGGER account_year_run_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON certledger.account_year
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_run_only();
ALTER TABLE certledger.account_year ENABLE ALWAYS TRIGGER account_year_run_only;
COMMENT ON TRIGGER account_year_run_only ON certledger.account_year IS 'written by the accounts only';
CREATE TRIGGER recognition_run_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON certledger.recognition
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_run_only();
ALTER TABLE certledger.recognition ENABLE ALWAYS TRIGGER recognition_run_only;
COMMENT ON TRIGGER recognition_run_only ON certledger.recognition IS 'written by the accounts only';
CREATE TRIGGER recognition_2023_run_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON certledger.recognition_2023
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_run_only();
ALTER TABLE certledger.recognition_2023 ENABLE ALWAYS TRIGGER recognition_2023_run_only;
COMMENT ON TRIGGER recognition_2023_run_only ON certledger.recognition_2023 IS 'written by the accounts only';
CREATE TRIGGER recognition_2024_run_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON certledger.recognition_2024
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_run_only();
ALTER TABLE certledger.recognition_2024 ENABLE ALWAYS TRIGGER recognition_2024_run_only;
COMMENT ON TRIGGER recognition_2024_run_only ON certledger.recognition_2024 IS 'written by the accounts only';
CREATE TRIGGER recognition_2025_run_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON certledger.recognition_2025
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_run_only();
ALTER TABLE certledger.recognition_2025 ENABLE ALWAYS TRIGGER recognition_2025_run_only;
COMMENT ON TRIGGER recognition_2025_run_only ON certledger.recognition_2025 IS 'written by the accounts only';
CREATE TRIGGER recognition_2026_run_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON certledger.recognition_2026
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_run_only();
ALTER TABLE certledger.recognition_2026 ENABLE ALWAYS TRIGGER recognition_2026_run_only;
COMMENT ON TRIGGER recognition_2026_run_only ON certledger.recognition_2026 IS 'written by the accounts only';
CREATE TRIGGER recognition_2027_run_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON certledger.recognition_2027
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_run_only();
ALTER TABLE certledger.recognition_2027 ENABLE ALWAYS TRIGGER recognition_2027_run_only;
COMMENT ON TRIGGER recognition_2027_run_only ON certledger.recognition_2027 IS 'written by the accounts only';
CREATE TRIGGER recognition_2028_run_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON certledger.recognition_2028
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_run_only();
ALTER TABLE certledger.recognition_2028 ENABLE ALWAYS TRIGGER recognition_2028_run_only;
COMMENT ON TRIGGER recognition_2028_run_only ON certledger.recognition_2028 IS 'written by the accounts only';
CREATE TRIGGER recognition_2029_run_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON certledger.recognition_2029
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_run_only();
ALTER TABLE certledger.recognition_2029 ENABLE ALWAYS TRIGGER recognition_2029_run_only;
COMMENT ON TRIGGER recognition_2029_run_only ON certledger.recognition_2029 IS 'written by the accounts only';
CREATE TRIGGER recognition_2030_run_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON certledger.recognition_2030
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_run_only();
ALTER TABLE certledger.recognition_2030 ENABLE ALWAYS TRIGGER recognition_2030_run_only;
COMMENT ON TRIGGER recognition_2030_run_only ON certledger.recognition_2030 IS 'written by the accounts only';
CREATE TRIGGER recognition_other_run_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON certledger.recognition_other
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_run_only();
ALTER TABLE certledger.recognition_other ENABLE ALWAYS TRIGGER recognition_other_run_only;
COMMENT ON TRIGGER recognition_other_run_only ON certledger.recognition_other IS 'written by the accounts only';
CREATE TRIGGER recognition_cap_run_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON certledger.recognition_cap
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_run_only();
ALTER TABLE certledger.recognition_cap ENABLE ALWAYS TRIGGER recognition_cap_run_only;
COMMENT ON TRIGGER recognition_cap_run_only ON certledger.recognition_cap IS 'written by the accounts only';
CREATE TRIGGER interprovincial_account_run_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON certledger.interprovincial_account
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_run_only();
ALTER TABLE certledger.interprovincial_account ENABLE ALWAYS TRIGGER interprovincial_account_run_only;
COMMENT ON TRIGGER interprovincial_account_run_only ON certledger.interprovincial_account IS 'written by the accounts only';
CREATE TRIGGER province_account_run_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON certledger.province_account
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_run_only();
ALTER TABLE certledger.province_account ENABLE ALWAYS TRIGGER province_account_run_only;
COMMENT ON TRIGGER province_account_run_only ON certledger.province_account IS 'written by the accounts only';
CREATE TRIGGER coefficient_run_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON certledger.coefficient
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_run_only();
ALTER TABLE certledger.coefficient ENABLE ALWAYS TRIGGER coefficient_run_only;
COMMENT ON TRIGGER coefficient_run_only ON certledger.coefficient IS 'written by the accounts only';
CREATE TRIGGER coefficient_month_run_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON certledger.coefficient_month
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_run_only();
ALTER TABLE certledger.coefficient_month ENABLE ALWAYS TRIGGER coefficient_month_run_only;
COMMENT ON TRIGGER coefficient_month_run_only ON certledger.coefficient_month IS 'written by the accounts only';
CREATE TRIGGER city_account_run_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON certledger.city_account
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_run_only();
ALTER TABLE certledger.city_account ENABLE ALWAYS TRIGGER city_account_run_only;
COMMENT ON TRIGGER city_account_run_only ON certledger.city_account IS 'written by the accounts only';
CREATE TRIGGER user_account_run_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON certledger.user_account
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_run_only();
ALTER TABLE certledger.user_account ENABLE ALWAYS TRIGGER user_account_run_only;
COMMENT ON TRIGGER user_account_run_only ON certledger.user_account IS 'written by the accounts only';
CREATE TRIGGER user_account_2023_run_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON certledger.user_account_2023
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_run_only();
ALTER TABLE certledger.user_account_2023 ENABLE ALWAYS TRIGGER user_account_2023_run_only;
COMMENT ON TRIGGER user_account_2023_run_only ON certledger.user_account_2023 IS 'written by the accounts only';
CREATE TRIGGER user_account_2024_run_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON certledger.user_account_2024
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_run_only();
ALTER TABLE certledger.user_account_2024 ENABLE ALWAYS TRIGGER user_account_2024_run_only;
COMMENT ON TRIGGER user_account_2024_run_only ON certledger.user_account_2024 IS 'written by the accounts only';
CREATE TRIGGER user_account_2025_run_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON certledger.user_account_2025
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_run_only();
ALTER TABLE certledger.user_account_2025 ENABLE ALWAYS TRIGGER user_account_2025_run_only;
COMMENT ON TRIGGER user_account_2025_run_only ON certledger.user_account_2025 IS 'written by the accounts only';
CREATE TRIGGER user_account_2026_run_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON certledger.user_account_2026
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_run_only();
ALTER TABLE certledger.user_account_2026 ENABLE ALWAYS TRIGGER user_account_2026_run_only;
COMMENT ON TRIGGER user_account_2026_run_only ON certledger.user_account_2026 IS 'written by the accounts only';
CREATE TRIGGER user_account_2027_run_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON certledger.user_account_2027
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_run_only();
ALTER TABLE certledger.user_account_2027 ENABLE ALWAYS TRIGGER user_account_2027_run_only;
COMMENT ON TRIGGER user_account_2027_run_only ON certledger.user_account_2027 IS 'written by the accounts only';
CREATE TRIGGER user_account_2028_run_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON certledger.user_account_2028
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_run_only();
ALTER TABLE certledger.user_account_2028 ENABLE ALWAYS TRIGGER user_account_2028_run_only;
COMMENT ON TRIGGER user_account_2028_run_only ON certledger.user_account_2028 IS 'written by the accounts only';
CREATE TRIGGER user_account_2029_run_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON certledger.user_account_2029
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_run_only();
ALTER TABLE certledger.user_account_2029 ENABLE ALWAYS TRIGGER user_account_2029_run_only;
COMMENT ON TRIGGER user_account_2029_run_only ON certledger.user_account_2029 IS 'written by the accounts only';
CREATE TRIGGER user_account_2030_run_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON certledger.user_account_2030
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_run_only();
ALTER TABLE certledger.user_account_2030 ENABLE ALWAYS TRIGGER user_account_2030_run_only;
COMMENT ON TRIGGER user_account_2030_run_only ON certledger.user_account_2030 IS 'written by the accounts only';
CREATE TRIGGER user_account_other_run_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON certledger.user_account_other
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_run_only();
ALTER TABLE certledger.user_account_other ENABLE ALWAYS TRIGGER user_account_other_run_only;
COMMENT ON TRIGGER user_account_other_run_only ON certledger.user_account_other IS 'written by the accounts only';
CREATE TRIGGER account_warning_run_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON certledger.account_warning
    FOR EACH STATEMENT EXECUTE FUNCTION certledger.guard_run_only();
ALTER TABLE certledger.account_warning ENABLE ALWAYS TRIGGER account_warning_run_only;
COMMENT ON TRIGGER account_warning_run_only ON certledger.account_warning IS 'written by the accounts only';
