/*-------------------------------------------------------------------------
 *
 * region_text.h
 *	  GB/T 2260 region codes, in plain C.
 *
 * Needs none of the server's headers, allocates nothing and reports nothing,
 * so that it can be fuzzed and tested alone.
 *
 * A code is the number that its six digits read: two of the province, two of
 * the prefecture, two of the county.  Zeros stand for "the whole of it", and
 * 0 is the nation, so everything inside a region is one interval of codes:
 * region .. region_last(region).
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_REGION_TEXT_H
#define CERTLEDGER_REGION_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REGION_TEXT_LEN		6
#define REGION_NATION		0

/* The last code inside the nation: 82 is the last province. */
#define REGION_LAST			829999

/* From the nation down to a county. */
#define REGION_PATH_MAX		4

typedef enum RegionError
{
	REGION_OK = 0,
	REGION_LENGTH,				/* not 2, 4 or 6 characters */
	REGION_NOT_DIGIT,			/* a character that is not 0 to 9 */
	REGION_NO_PROVINCE,			/* the first two digits are no province */
	REGION_NO_PREFECTURE		/* a county without a prefecture */
} RegionError;

typedef enum RegionTier
{
	REGION_TIER_NATION = 0,
	REGION_TIER_PROVINCE,
	REGION_TIER_CITY,
	REGION_TIER_COUNTY
} RegionTier;

extern RegionError region_check(int32_t code);
extern RegionError region_text_parse(const char *str, size_t len,
									 int32_t *result, size_t *badpos);
extern void region_text_format(int32_t code, char *buf);

/* Tier of a valid code. */
static inline RegionTier
region_tier_of(int32_t code)
{
	if (code % 100 != 0)
		return REGION_TIER_COUNTY;
	if (code % 10000 != 0)
		return REGION_TIER_CITY;
	return code != REGION_NATION ? REGION_TIER_PROVINCE : REGION_TIER_NATION;
}

/* The last code inside a region; a valid code itself. */
static inline int32_t
region_last_of(int32_t code)
{
	if (code % 100 != 0)
		return code;
	if (code % 10000 != 0)
		return code + 99;
	return code != REGION_NATION ? code + 9999 : REGION_LAST;
}

/* Is inner inside outer, or the same? */
static inline bool
region_is_within(int32_t inner, int32_t outer)
{
	return inner >= outer && inner <= region_last_of(outer);
}

/*
 * The regions that hold a code, from the nation down to the code itself:
 * fills path and gives their number, 1 to 4.
 */
static inline int
region_path_of(int32_t code, int32_t path[REGION_PATH_MAX])
{
	int			n = 0;

	path[n++] = REGION_NATION;
	if (code != REGION_NATION)
		path[n++] = code - code % 10000;
	if (code % 10000 != 0)
		path[n++] = code - code % 100;
	if (code % 100 != 0)
		path[n++] = code;
	return n;
}

#endif							/* CERTLEDGER_REGION_TEXT_H */
