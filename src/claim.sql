-- claim.sql: where a retirement claims (发改能源〔2026〕622号 Annex 3).  The
-- totals are kept by claim.c while retirements are posted.

CREATE FUNCTION city_of_claim(region region, kind account_kind, home region) RETURNS region
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN kind <> 'provincial'
                THEN coalesce(prefecture(region), CASE WHEN province(home) = province(region) THEN prefecture(home) END) END;
COMMENT ON FUNCTION city_of_claim(region, account_kind, region) IS
    'city for which a retirement claims, given the region of consumption that it names and the kind and region of the account that claims: a user that names no more than its province claims for the city of its account, and for none where it names another province; a provincial account claims for its province, not for a city (NULL; 发改能源〔2026〕622号 Annexes 2 and 3)';
