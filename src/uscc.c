/*-------------------------------------------------------------------------
 *
 * uscc.c
 *	  Type uscc: unified social credit code (GB 32100-2015).
 *
 * A code is stored as its 18 characters, which are all ASCII, in capitals.
 * The order is that of the bytes and knows no collation.  Only codes whose
 * check character fits are ever stored.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/sortsupport.h"

#include "compat.h"
#include "uscc_text.h"

#define DatumGetUsccP(X)		((uscc *) DatumGetPointer(X))
#define PG_GETARG_USCC_P(n)		DatumGetUsccP(PG_GETARG_DATUM(n))
#define PG_RETURN_USCC_P(x)		PG_RETURN_POINTER(x)

PG_FUNCTION_INFO_V1(uscc_in);
PG_FUNCTION_INFO_V1(uscc_out);
PG_FUNCTION_INFO_V1(uscc_recv);
PG_FUNCTION_INFO_V1(uscc_send);
PG_FUNCTION_INFO_V1(uscc_eq);
PG_FUNCTION_INFO_V1(uscc_ne);
PG_FUNCTION_INFO_V1(uscc_lt);
PG_FUNCTION_INFO_V1(uscc_le);
PG_FUNCTION_INFO_V1(uscc_gt);
PG_FUNCTION_INFO_V1(uscc_ge);
PG_FUNCTION_INFO_V1(uscc_cmp);
PG_FUNCTION_INFO_V1(uscc_sortsupport);
PG_FUNCTION_INFO_V1(uscc_larger);
PG_FUNCTION_INFO_V1(uscc_smaller);
PG_FUNCTION_INFO_V1(uscc_hash);
PG_FUNCTION_INFO_V1(uscc_hash_extended);
PG_FUNCTION_INFO_V1(uscc_check_character);

/*
 * Order of two codes: negative, zero, positive.
 */
static inline int
uscc_compare(const uscc *a, const uscc *b)
{
	return memcmp(a->code, b->code, USCC_LEN);
}

/*
 * Reports why the len bytes at str are no code; softly where context allows.
 * needed is how many characters there should be.
 */
static void
uscc_report(UsccTextError error, const char *str, size_t len, int needed,
			size_t badpos, char expected, int sqlerrcode, Node *context)
{
	int			position = (int) badpos + 1;
	int			bad_len;

	switch (error)
	{
		case USCC_TEXT_OK:
			break;
		case USCC_TEXT_LENGTH:
			ereturn(context,,
					(errcode(sqlerrcode),
					 errmsg("invalid unified social credit code: \"%.*s\"",
							(int) len, str),
					 errdetail("It has %d characters where there must be %d.",
							   pg_mbstrlen_with_len(str, (int) len), needed),
					 errhint("Write the characters only, without blanks or separators.")));
		case USCC_TEXT_CHARACTER:
			bad_len = pg_mbcharcliplen(str + badpos, (int) (len - badpos), 1);
			ereturn(context,,
					(errcode(sqlerrcode),
					 errmsg("invalid unified social credit code: \"%.*s\"",
							(int) len, str),
					 errdetail("Character %d is \"%.*s\", which no such code has.",
							   position, bad_len, str + badpos),
					 errhint("Digits and the letters A to Y without I, O, S and V are used.")));
		case USCC_TEXT_REGION:
			ereturn(context,,
					(errcode(sqlerrcode),
					 errmsg("invalid unified social credit code: \"%.*s\"",
							(int) len, str),
					 errdetail("Character %d is \"%c\" where the region code must have a digit.",
							   position, str[badpos]),
					 errhint("Characters 3 to 8 are a region code of six digits.")));
		case USCC_TEXT_CHECK:
			ereturn(context,,
					(errcode(sqlerrcode),
					 errmsg("invalid unified social credit code: \"%.*s\"",
							(int) len, str),
					 errdetail("The check character is \"%c\" where the first 17 characters need \"%c\".",
							   str[badpos], expected),
					 errhint("Compare the code with the business licence; at least one character is wrong.")));
	}
}

/*
 * uscc_in(cstring) returns uscc
 *
 * Exactly 18 characters, small letters counting as capitals.  Raises 22P02
 * (soft where the server has that) for anything else, and when the check
 * character does not fit.
 */
Datum
uscc_in(PG_FUNCTION_ARGS)
{
	char	   *str = PG_GETARG_CSTRING(0);
	size_t		len = strlen(str);
	uscc	   *result = palloc(sizeof(uscc));
	size_t		badpos = 0;
	char		expected = '\0';
	UsccTextError error;

	error = uscc_text_parse(str, len, result, &badpos, &expected);
	if (unlikely(error != USCC_TEXT_OK))
	{
		uscc_report(error, str, len, USCC_LEN, badpos, expected,
					ERRCODE_INVALID_TEXT_REPRESENTATION, fcinfo->context);
		PG_RETURN_NULL();
	}
	PG_RETURN_USCC_P(result);
}

/*
 * uscc_out(uscc) returns cstring
 *
 * The 18 characters.
 */
Datum
uscc_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(pnstrdup(PG_GETARG_USCC_P(0)->code, USCC_LEN));
}

/*
 * uscc_recv(internal) returns uscc
 *
 * The 18 characters in ASCII, in capitals, as uscc_send() sends them.  Raises
 * 22P03 for anything else, and when the check character does not fit.
 */
Datum
uscc_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	uscc	   *result = palloc(sizeof(uscc));
	const char *bytes = pq_getmsgbytes(buf, USCC_LEN);
	size_t		badpos = 0;
	char		expected = '\0';

	/* bytes are of no known encoding until they are checked: show none */
	if (uscc_text_parse(bytes, USCC_LEN, result, &badpos,
						&expected) != USCC_TEXT_OK ||
		memcmp(bytes, result->code, USCC_LEN) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary value for type %s", "uscc"),
				 errdetail("It must be a unified social credit code of 18 characters in capitals with its check character.")));
	PG_RETURN_USCC_P(result);
}

/*
 * uscc_send(uscc) returns bytea
 */
Datum
uscc_send(PG_FUNCTION_ARGS)
{
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendbytes(&buf, PG_GETARG_USCC_P(0)->code, USCC_LEN);
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/* The six comparisons; none can fail. */

Datum
uscc_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(uscc_compare(PG_GETARG_USCC_P(0), PG_GETARG_USCC_P(1)) == 0);
}

Datum
uscc_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(uscc_compare(PG_GETARG_USCC_P(0), PG_GETARG_USCC_P(1)) != 0);
}

Datum
uscc_lt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(uscc_compare(PG_GETARG_USCC_P(0), PG_GETARG_USCC_P(1)) < 0);
}

Datum
uscc_le(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(uscc_compare(PG_GETARG_USCC_P(0), PG_GETARG_USCC_P(1)) <= 0);
}

Datum
uscc_gt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(uscc_compare(PG_GETARG_USCC_P(0), PG_GETARG_USCC_P(1)) > 0);
}

Datum
uscc_ge(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(uscc_compare(PG_GETARG_USCC_P(0), PG_GETARG_USCC_P(1)) >= 0);
}

/*
 * uscc_cmp(uscc, uscc) returns integer
 *
 * Order of two codes: negative, zero, positive.
 */
Datum
uscc_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(uscc_compare(PG_GETARG_USCC_P(0), PG_GETARG_USCC_P(1)));
}

/* Full comparison for sorting. */
static int
uscc_sort_compare(Datum x, Datum y, SortSupport ssup)
{
	return uscc_compare(DatumGetUsccP(x), DatumGetUsccP(y));
}

#if SIZEOF_DATUM >= 8

/*
 * The first 14 characters as one 64-bit number in the same order: two to the
 * base 31, the region to the base 10, six of the organisation code to the
 * base 31 (31^8 * 10^6 is below 2^60).  The first eight bytes as they stand
 * would be authority and region alone, which many codes share.
 */
static Datum
uscc_sort_abbreviate(Datum original, SortSupport ssup)
{
	const char *code = DatumGetUsccP(original)->code;
	uint64		key = 0;

	for (int i = 0; i < 14; i++)
		key = key * (i >= 2 && i < 8 ? 10 : 31) +
			(uint64) uscc_character_value(code[i]);
	return UInt64GetDatum(key);
}

/* Abbreviating is cheap and tells nearly all codes apart: never give it up. */
static bool
uscc_sort_abort(int memtupcount, SortSupport ssup)
{
	return false;
}

#endif							/* SIZEOF_DATUM >= 8 */

/*
 * uscc_sortsupport(internal) returns void
 */
Datum
uscc_sortsupport(PG_FUNCTION_ARGS)
{
	SortSupport ssup = (SortSupport) PG_GETARG_POINTER(0);

	ssup->comparator = uscc_sort_compare;
#if SIZEOF_DATUM >= 8
	if (ssup->abbreviate)
	{
		ssup->comparator = ssup_datum_unsigned_cmp;
		ssup->abbrev_converter = uscc_sort_abbreviate;
		ssup->abbrev_abort = uscc_sort_abort;
		ssup->abbrev_full_comparator = uscc_sort_compare;
	}
#endif
	PG_RETURN_VOID();
}

/*
 * uscc_larger(uscc, uscc) returns uscc
 *
 * The one that comes later; the transition function of max().
 */
Datum
uscc_larger(PG_FUNCTION_ARGS)
{
	uscc	   *a = PG_GETARG_USCC_P(0);
	uscc	   *b = PG_GETARG_USCC_P(1);

	PG_RETURN_USCC_P(uscc_compare(a, b) >= 0 ? a : b);
}

/*
 * uscc_smaller(uscc, uscc) returns uscc
 *
 * The one that comes earlier; the transition function of min().
 */
Datum
uscc_smaller(PG_FUNCTION_ARGS)
{
	uscc	   *a = PG_GETARG_USCC_P(0);
	uscc	   *b = PG_GETARG_USCC_P(1);

	PG_RETURN_USCC_P(uscc_compare(a, b) <= 0 ? a : b);
}

/*
 * uscc_hash(uscc) returns integer
 */
Datum
uscc_hash(PG_FUNCTION_ARGS)
{
	return hash_any((unsigned char *) PG_GETARG_USCC_P(0)->code, USCC_LEN);
}

/*
 * uscc_hash_extended(uscc, bigint) returns bigint
 *
 * Hash with a seed.
 */
Datum
uscc_hash_extended(PG_FUNCTION_ARGS)
{
	return hash_any_extended((unsigned char *) PG_GETARG_USCC_P(0)->code,
							 USCC_LEN, PG_GETARG_INT64(1));
}

/*
 * uscc_check_character(text) returns text
 *
 * The check character of the first 17 characters of a code.  Raises 22023 for
 * what cannot be the first 17 characters of one.
 */
Datum
uscc_check_character(PG_FUNCTION_ARGS)
{
	text	   *body = PG_GETARG_TEXT_PP(0);
	const char *str = VARDATA_ANY(body);
	size_t		len = VARSIZE_ANY_EXHDR(body);
	size_t		badpos = 0;
	char		expected = '\0';
	UsccTextError error;

	error = uscc_text_check_character(str, len, &badpos, &expected);
	if (error != USCC_TEXT_OK)
		uscc_report(error, str, len, USCC_LEN - 1, badpos, expected,
					ERRCODE_INVALID_PARAMETER_VALUE, NULL);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(&expected, 1));
}
