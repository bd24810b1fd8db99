/*-------------------------------------------------------------------------
 *
 * rule.c
 *	  Parameters of the rules, by effective date: table rule, as C reads it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "access/table.h"
#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/datum.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"
#include "utils/snapmgr.h"

#include "compat.h"
#include "direct_table.h"
#include "errcodes.h"
#include "plan.h"
#include "rule.h"

static SavedPlan rule_plan = {
	"SELECT value FROM certledger.rule WHERE name = $1 AND effective_from <= $2"
	" ORDER BY effective_from DESC LIMIT 1",
	2, {PLAN_TEXT, PLAN_DATE}
};

/* Table rule, as far as it is read here. */
enum
{
	RULE_NAME,
	RULE_EFFECTIVE_FROM,
	RULE_VALUE
};

static const DirectDefinition rule_table = {
	.table_name = "rule",
	.rights = ACL_SELECT,
	.ncolumns = 3,
	.columns = {
		[RULE_NAME] = {"name", TEXTOID},
		[RULE_EFFECTIVE_FROM] = {"effective_from", DATEOID},
		[RULE_VALUE] = {"value", TEXTOID}
	}
};

/* Table rule while it is being read. */
struct RuleReader
{
	Relation	relation;
	Relation	index;
	uint64		changes;		/* of the table, before the snapshot */
	Snapshot	snapshot;
	DirectScan	scan;
};

/*
 * Opens table rule for reading; false when statements must do it.
 */
static bool
reader_begin(RuleReader *reader)
{
	static const int key[] = {RULE_NAME, RULE_EFFECTIVE_FROM};
	DirectTable *table = direct_open(&rule_table, AccessShareLock);

	if (table == NULL)
		return false;
	reader->relation = direct_relation(table);
	reader->index = direct_index_open(table, "rule_pkey", false, lengthof(key), key);
	if (reader->index == NULL)
	{
		direct_close(table);
		return false;
	}
	reader->changes = rule_changes(reader->relation);
	direct_snapshot_push();
	reader->snapshot = RegisterSnapshot(GetActiveSnapshot());
	reader->scan = direct_scan_begin(table, reader->index, 2);
	direct_snapshot_pop();
	return true;
}

static void
reader_end(RuleReader *reader)
{
	direct_scan_end(&reader->scan);
	UnregisterSnapshot(reader->snapshot);
	index_close(reader->index, NoLock);
	table_close(reader->relation, NoLock);
}

/*
 * Reads the value of a rule on a day, or NULL when no row is in force.
 */
static char *
reader_value(RuleReader *reader, Datum name, DateADT on)
{
	ScanKeyData keys[2];
	Datum		value = (Datum) 0;
	bool		isnull = true;

	direct_key(&keys[0], reader->index, 1, BTEqualStrategyNumber, name);
	direct_key(&keys[1], reader->index, 2, BTLessEqualStrategyNumber, DateADTGetDatum(on));
	direct_scan_start(&reader->scan, keys);
	if (direct_scan_next(&reader->scan, false))
		value = direct_value(reader->scan.table, reader->scan.slot, RULE_VALUE, &isnull);
	return isnull ? NULL : TextDatumGetCString(value);
}

/*
 * The same by a statement.
 */
static char *
select_rule(Datum name, DateADT on)
{
	Datum		values[2] = {name, DateADTGetDatum(on)};
	char	   *value = NULL;

	if (plan_execute(&rule_plan, values, NULL, SPI_OK_SELECT) > 0)
		value = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	SPI_freetuptable(SPI_tuptable);
	return value;
}

/*
 * The value of a rule that was found; error LC016 when none was.
 */
static char *
required_value(char *value, const char *name, DateADT on)
{
	if (value == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NO_RULE),
				 errmsg("no rule \"%s\" is in force", name),
				 errdetail("Table certledger.rule has no such row with effective_from on or before %s.",
						   DatumGetCString(DirectFunctionCall1(date_out, DateADTGetDatum(on)))),
				 errhint("Insert the row; docs/rules.md lists the defaults.")));
	return value;
}

/*
 * The value of a rule on a day, allocated in the caller's context.  Call
 * inside SPI_connect.  Error LC016 when no row is in force.
 */
char *
rule_value(const char *name, DateADT on)
{
	Datum		key = CStringGetTextDatum(name);
	RuleReader	reader;
	char	   *value;

	if (!reader_begin(&reader))
		return required_value(select_rule(key, on), name, on);
	value = reader_value(&reader, key, on);
	reader_end(&reader);
	return required_value(value, name, on);
}

/*
 * Likewise for a cache, which may keep the table open; then what the session
 * remembers need not be read, and what is read is remembered.
 */
static char *
cache_value(RuleCache *cache, const char *name, DateADT on)
{
	char	   *value;

	if (!cache->keep_open)
		return rule_value(name, on);
	value = rule_recall(name, on);
	if (value != NULL)
		return value;
	if (cache->reader == NULL)
	{
		RuleReader *reader = palloc_object(RuleReader);

		if (!reader_begin(reader))
		{
			cache->keep_open = false;
			return rule_value(name, on);
		}
		cache->reader = reader;
	}
	value = required_value(reader_value(cache->reader, CStringGetTextDatum(name), on), name, on);
	rule_remember(cache->reader->relation, cache->reader->changes, name, on, value);
	return value;
}

/*
 * Closes the table that a cache may have kept open.
 */
void
rule_cache_end(RuleCache *cache)
{
	if (cache->reader != NULL)
		reader_end(cache->reader);
	cache->reader = NULL;
}

/*
 * Refuses a value that its reader cannot use.
 */
pg_noreturn static void
invalid_value(const char *name, const char *value, const char *wanted)
{
	ereport(ERROR,
			(errcode(ERRCODE_RULE_INVALID),
			 errmsg("rule \"%s\" has an invalid value: \"%s\"", name, value),
			 errdetail("The value must be %s.", wanted),
			 errhint("Insert a corrected row into table certledger.rule.")));
}

/*
 * The place of a rule in a cache, filled with its value on a day.
 */
static int
cached_rule(RuleCache *cache, const char *name, DateADT on)
{
	MemoryContext old;
	int			i;

	for (i = 0; i < Min(cache->nrules, RULE_CACHE_SIZE); i++)
		if (cache->rules[i].name == name && cache->rules[i].on == on)
			return i;

	Assert(cache->context != NULL);
	i = cache->nrules++ % RULE_CACHE_SIZE;
	old = MemoryContextSwitchTo(cache->context);
	cache->rules[i].value = cache_value(cache, name, on);
	cache->rules[i].name = name;
	cache->rules[i].on = on;
	cache->rules[i].parsed = NULL;
	MemoryContextSwitchTo(old);
	return i;
}

/*
 * A rule whose value is a route of trades across provinces.
 */
Route
rule_route(RuleCache *cache, const char *name, DateADT on)
{
	const Vocabulary *v = vocabulary_get();
	char	   *value = cache->rules[cached_rule(cache, name, on)].value;

	for (int i = ROUTE_SPOT_TRADE; i <= ROUTE_OUT_OF_PROVINCE_TRADE; i++)
		if (strcmp(value, v->route.words[i]) == 0)
			return (Route) i;
	invalid_value(name, value, "spot_trade, voluntary_trade or out_of_province_trade");
}

/*
 * A whole number between two limits.
 */
static int
whole_number(const char *name, const char *value, int lowest, int highest,
			 const char *wanted)
{
	char	   *end;
	long		number = strtol(value, &end, 10);

	if (*value == '\0' || *end != '\0' || number < lowest || number > highest)
		invalid_value(name, value, wanted);
	return (int) number;
}

/*
 * A rule whose value is one of some words, which end with NULL; wanted names
 * them for the message.
 */
char *
rule_word(const char *name, DateADT on, const char *const *words, const char *wanted)
{
	char	   *value = rule_value(name, on);

	for (; *words != NULL; words++)
		if (strcmp(value, *words) == 0)
			return value;
	invalid_value(name, value, wanted);
}

/*
 * Likewise from a cache; the place of the word in the list.
 */
int
rule_choice(RuleCache *cache, const char *name, DateADT on, const char *const *words,
			const char *wanted)
{
	const char *value = cache->rules[cached_rule(cache, name, on)].value;

	for (int i = 0; words[i] != NULL; i++)
		if (strcmp(value, words[i]) == 0)
			return i;
	invalid_value(name, value, wanted);
}

/*
 * A rule whose value is a list of sources, separated by commas without
 * spaces; as an array of enum energy_source.
 */
Datum
rule_sources(const char *name, DateADT on)
{
	static SavedPlan sources_plan = {
		"SELECT array_agg(s.value) FILTER (WHERE s.value IS NOT NULL), bool_and(s.value IS NOT NULL)"
		" FROM string_to_table($1, ',') AS w(word)"
		" LEFT JOIN unnest(enum_range(NULL::certledger.energy_source)) AS s(value)"
		"  ON s.value::text = w.word",
		1, {PLAN_TEXT}
	};
	char	   *value = rule_value(name, on);
	Datum		values[1];
	Datum		sources;
	bool		isnull;

	values[0] = CStringGetTextDatum(value);
	(void) plan_execute(&sources_plan, values, NULL, SPI_OK_SELECT);
	if (!DatumGetBool(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2, &isnull)))
		invalid_value(name, value, "values of energy_source, separated by commas");
	sources = datumCopy(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull),
						false, -1);
	SPI_freetuptable(SPI_tuptable);
	return sources;
}

/*
 * Whether a text is a decimal number without sign, of at most 18 digits and a
 * point.
 */
static bool
is_decimal(const char *value)
{
	size_t		length = strlen(value);

	return length > 0 && length <= 19 && strspn(value, "0123456789.") == length &&
		*value != '.' && value[length - 1] != '.' &&
		strchr(value, '.') == strrchr(value, '.');
}

/*
 * The numeric of a decimal number.
 */
static Datum
decimal(const char *value)
{
	return DirectFunctionCall3(numeric_in, CStringGetDatum(value),
							   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
}

/*
 * A rule whose value is a decimal number from 0 on, as a numeric.
 */
Datum
rule_number(const char *name, DateADT on)
{
	char	   *value = rule_value(name, on);

	if (!is_decimal(value))
		invalid_value(name, value, "a decimal number from 0 on");
	return decimal(value);
}

/*
 * A rule whose value is a ratio above 0, of at most 18 decimal digits and a
 * point, as a numeric.
 */
Datum
rule_ratio(const char *name, DateADT on)
{
	char	   *value = rule_value(name, on);

	if (!is_decimal(value) || strpbrk(value, "123456789") == NULL)
		invalid_value(name, value, "a decimal number above 0");
	return decimal(value);
}

/*
 * A rule whose value is a share from 0 to 1, as a numeric.
 */
Datum
rule_share(const char *name, DateADT on)
{
	char	   *value = rule_value(name, on);

	if (!is_decimal(value) ||
		DatumGetBool(DirectFunctionCall2(numeric_gt, decimal(value), decimal("1"))))
		invalid_value(name, value, "a decimal number from 0 to 1");
	return decimal(value);
}

/*
 * A rule whose value is a year from 2000 to 2099 or one word; the year, or 0
 * for the word.
 */
int
rule_year_or_word(const char *name, DateADT on, const char *word)
{
	char	   *value = rule_value(name, on);

	if (strcmp(value, word) == 0)
		return 0;
	return whole_number(name, value, 2000, 2099,
						psprintf("%s or a year from 2000 to 2099", word));
}

/*
 * A rule whose value is a year, 2000 to 2099.
 */
int
rule_year(RuleCache *cache, const char *name, DateADT on)
{
	return whole_number(name, cache->rules[cached_rule(cache, name, on)].value,
						2000, 2099, "a year from 2000 to 2099");
}

/*
 * A rule whose value is a number of times, 1 to 100.
 */
int
rule_count(RuleCache *cache, const char *name, DateADT on)
{
	return whole_number(name, cache->rules[cached_rule(cache, name, on)].value,
						1, 100, "a whole number from 1 to 100");
}

/*
 * Whether a text is an interval as rules have them: whole numbers above zero,
 * each with a unit.
 */
static bool
is_interval(const char *value)
{
	static const char *const units[] = {
		"minute", "minutes", "hour", "hours", "day", "days", "week", "weeks",
		"month", "months", "year", "years"
	};

	do
	{
		size_t		digits = strspn(value, "0123456789");
		size_t		length;
		int			i;

		if (digits == 0 || digits > 4 || strspn(value, "0") == digits || value[digits] != ' ')
			return false;
		value += digits + 1;
		length = strcspn(value, " ");
		for (i = 0; i < lengthof(units); i++)
			if (strlen(units[i]) == length && strncmp(units[i], value, length) == 0)
				break;
		if (i == lengthof(units))
			return false;
		value += length;
	} while (*value++ == ' ');
	return true;
}

/*
 * Whether a text is a day, written YYYY-MM-DD.
 */
static bool
is_day(const char *value)
{
	int			year;
	int			month;
	int			day;
	int			checked[3];

	if (strlen(value) != 10 || sscanf(value, "%4d-%2d-%2d", &year, &month, &day) != 3 ||
		strspn(value, "0123456789-") != 10 || month < 1 || day < 1)
		return false;
	j2date(date2j(year, month, day), &checked[0], &checked[1], &checked[2]);
	return checked[0] == year && checked[1] == month && checked[2] == day;
}

/*
 * Refuses a value of certificate_validity that certificate_valid_until()
 * could not read.
 */
void
rule_check_validity(const char *name, DateADT on)
{
	char	   *value = rule_value(name, on);

	if (!is_interval(value) && !(strncmp(value, "until ", 6) == 0 && is_day(value + 6)))
		invalid_value(name, value, "an interval above zero, such as 24 months, or until and a day");
}

/*
 * A rule whose value is a day.
 */
DateADT
rule_day(const char *name, DateADT on)
{
	char	   *value = rule_value(name, on);

	if (!is_day(value))
		invalid_value(name, value, "a day, as YYYY-MM-DD");
	return DatumGetDateADT(DirectFunctionCall1(date_in, CStringGetDatum(value)));
}

/*
 * A rule whose value is an interval above zero, or the word none (NULL).
 */
Interval *
rule_interval(RuleCache *cache, const char *name, DateADT on)
{
	int			i = cached_rule(cache, name, on);
	char	   *value = cache->rules[i].value;

	if (strcmp(value, "none") == 0)
		return NULL;
	if (!is_interval(value))
		invalid_value(name, value, "an interval above zero, such as 3 months, or none");
	if (cache->rules[i].parsed == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(cache->context);

		cache->rules[i].parsed = DatumGetIntervalP(DirectFunctionCall3(interval_in,
																	   CStringGetDatum(value),
																	   ObjectIdGetDatum(InvalidOid),
																	   Int32GetDatum(-1)));
		MemoryContextSwitchTo(old);
	}
	return cache->rules[i].parsed;
}

/*
 * A rule whose value is a comma-separated list; none is an empty one.
 */
const RuleList *
rule_list(RuleCache *cache, const char *name, DateADT on)
{
	int			i = cached_rule(cache, name, on);
	MemoryContext old;
	RuleList   *list;
	char	   *rest;
	char	   *item;

	if (cache->rules[i].parsed != NULL)
		return cache->rules[i].parsed;
	old = MemoryContextSwitchTo(cache->context);
	list = palloc0_object(RuleList);
	list->items = palloc_array(char *, strlen(cache->rules[i].value) + 1);
	rest = pstrdup(cache->rules[i].value);
	if (strcmp(rest, "none") != 0)
		while ((item = strsep(&rest, ",")) != NULL)
			list->items[list->nitems++] = item;
	cache->rules[i].parsed = list;
	MemoryContextSwitchTo(old);
	return list;
}

/*
 * A rule whose value is a list of words of an enumerated type, as a bit mask
 * in the order of C.
 */
uint32
rule_words(RuleCache *cache, const char *name, DateADT on, const Wordlist *words)
{
	const RuleList *list = rule_list(cache, name, on);
	uint32		mask = 0;

	for (int i = 0; i < list->nitems; i++)
	{
		int			word;

		for (word = 0; word < words->nwords; word++)
			if (strcmp(list->items[i], words->words[word]) == 0)
				break;
		if (word == words->nwords)
			invalid_value(name, cache->rules[cached_rule(cache, name, on)].value,
						  psprintf("a comma-separated list of values of type %s",
								   words->type_name));
		mask |= ((uint32) 1) << word;
	}
	return mask;
}

/*
 * A rule whose value is a comma-separated list of words, or none: which of
 * the known words, which end with NULL, are on it, as a bit mask in their
 * order.  wanted names them for the message.
 */
uint32
rule_known_words(const char *name, DateADT on, const char *const *words, const char *wanted)
{
	char	   *value = rule_value(name, on);
	char	   *rest = pstrdup(value);
	char	   *item;
	uint32		mask = 0;

	if (strcmp(value, "none") == 0)
		return 0;
	while ((item = strsep(&rest, ",")) != NULL)
	{
		int			word = 0;

		while (words[word] != NULL && strcmp(item, words[word]) != 0)
			word++;
		if (words[word] == NULL)
			invalid_value(name, value,
						  psprintf("a comma-separated list of %s, or none", wanted));
		mask |= ((uint32) 1) << word;
	}
	return mask;
}

/*
 * Whether a word is on a rule whose value is a comma-separated list, or none.
 */
bool
rule_lists(const char *name, DateADT on, const char *word)
{
	char	   *rest = rule_value(name, on);
	char	   *item;

	while ((item = strsep(&rest, ",")) != NULL)
		if (strcmp(item, word) == 0)
			return true;
	return false;
}
