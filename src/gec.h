/*-------------------------------------------------------------------------
 *
 * gec.h
 *	  Type gec (one certificate) and its ranges, for the C of this extension.
 *
 * Include after postgres.h.  Ranges of type gecrange are always held as
 * [first, end): end is the code after the last certificate, never inside.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_GEC_H
#define CERTLEDGER_GEC_H

#include "fmgr.h"
#include "utils/rangetypes.h"
#include "utils/typcache.h"

#include "gec_text.h"

#ifndef HAVE_INT128
#error "certledger needs a compiler with 128-bit integers"
#endif

#define DatumGetGecP(X)		((gec *) DatumGetPointer(X))
#define GecPGetDatum(X)		PointerGetDatum(X)
#define PG_GETARG_GEC_P(n)	DatumGetGecP(PG_GETARG_DATUM(n))
#define PG_RETURN_GEC_P(x)	return GecPGetDatum(x)

/* Energy of one certificate in watt-hours: 1,000 kWh. */
#define GEC_WH				INT64CONST(1000000)

/* Trade class digits. */
#define GEC_TRADABLE		1
#define GEC_NOT_TRADABLE	2

/* Order of two certificates: negative, zero, positive. */
static inline int
gec_cmp(const gec *a, const gec *b)
{
	if (a->project != b->project)
		return a->project < b->project ? -1 : 1;
	if (a->volume != b->volume)
		return a->volume < b->volume ? -1 : 1;
	return 0;
}

static inline bool
gec_equal(const gec *a, const gec *b)
{
	return a->project == b->project && a->volume == b->volume;
}

/* True when both numbers are inside their digits. */
static inline bool
gec_is_valid(const gec *a)
{
	return a->project < GEC_PROJECT_LIMIT && a->volume < GEC_VOLUME_LIMIT;
}

/*
 * Steps from b to a, exact: positive when a comes after b.  For [b, a) it is
 * the number of certificates.
 */
static inline int128
gec_distance(const gec *a, const gec *b)
{
	int64		projects = (int64) a->project - (int64) b->project;
	int64		volumes = (int64) a->volume - (int64) b->volume;

	return (int128) projects * (int64) GEC_VOLUME_LIMIT + volumes;
}

/*
 * Goes n steps on from a (back, when n is negative) and sets *result, which
 * may be a itself.  False, and *result untouched, when that leaves the codes.
 */
static inline bool
gec_advance(const gec *a, int64 n, gec *result)
{
	int128		volume = (int128) a->volume + n;
	int64		projects;
	int64		project;

	if (likely(volume >= 0 && volume < (int128) GEC_VOLUME_LIMIT))
	{
		result->project = a->project;
		result->volume = (uint64) volume;
		return true;
	}

	/* carry into the project, rounding towards minus infinity */
	projects = (int64) (volume / (int64) GEC_VOLUME_LIMIT);
	volume -= (int128) projects * (int64) GEC_VOLUME_LIMIT;
	if (volume < 0)
	{
		projects--;
		volume += (int64) GEC_VOLUME_LIMIT;
	}
	project = (int64) a->project + projects;
	if (project < 0 || project >= (int64) GEC_PROJECT_LIMIT)
		return false;
	result->project = (uint64) project;
	result->volume = (uint64) volume;
	return true;
}

/*
 * The last certificate of a range that holds any, given the code after it.
 */
static inline gec
gec_last_before(const gec *end)
{
	gec			last = *end;
	bool		exists PG_USED_FOR_ASSERTS_ONLY = gec_advance(end, -1, &last);

	Assert(exists);
	return last;
}

/* Production month as four digits YYMM (not checked to be a month). */
static inline int
gec_yymm(const gec *a)
{
	return (int) (a->volume / GEC_MONTH_UNIT);
}

/* Serial number within the run, 0 to 999999999 (issued ones start at 1). */
static inline int64
gec_serial_number(const gec *a)
{
	return (int64) (a->volume % GEC_TRADE_UNIT);
}

/* Volume class digit. */
static inline int
gec_volume_digit(const gec *a)
{
	return (int) (a->volume / GEC_CLASS_UNIT % 10);
}

/* Trade class digit: GEC_TRADABLE, GEC_NOT_TRADABLE or none of ours. */
static inline int
gec_trade_digit(const gec *a)
{
	return (int) (a->volume / GEC_TRADE_UNIT % 10);
}

/* Month, volume class and trade class: with the project it names the run. */
static inline uint64
gec_series(const gec *a)
{
	return a->volume / GEC_TRADE_UNIT;
}

static inline bool
gec_same_series(const gec *a, const gec *b)
{
	return a->project == b->project && gec_series(a) == gec_series(b);
}

/* Puts a code together; all parts must be inside their digits. */
static inline void
gec_pack(gec *result, uint64 project, int yymm, int volume_digit,
		 int trade_digit, int64 serial)
{
	Assert(project < GEC_PROJECT_LIMIT && yymm >= 0 && yymm <= 9999);
	Assert(volume_digit >= 0 && volume_digit <= 9);
	Assert(trade_digit >= 0 && trade_digit <= 9);
	Assert(serial >= 0 && serial <= GEC_SERIAL_MAX);
	result->project = project;
	result->volume = yymm * GEC_MONTH_UNIT + volume_digit * GEC_CLASS_UNIT +
		trade_digit * GEC_TRADE_UNIT + serial;
}

/* gec.c */
extern void gec_step_error(const gec *value, int64 n);

/* gecrange.c; typcache is that of gecrange, with TYPECACHE_RANGE_INFO */
extern bool gecrange_bounds(TypeCacheEntry *typcache, const RangeType *range,
							gec *first, gec *end);
extern RangeType *gecrange_make(TypeCacheEntry *typcache, const gec *first,
								const gec *end);
extern bool gecrange_is_one_run(const gec *first, const gec *end);

#endif							/* CERTLEDGER_GEC_H */
