/*-------------------------------------------------------------------------
 *
 * nonfossil_text.h
 *	  Layout and text form of a non-fossil accumulator, in plain C.
 *
 * Needs none of the server's headers, allocates nothing and reports nothing,
 * so that it can be fuzzed and tested alone.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_NONFOSSIL_TEXT_H
#define CERTLEDGER_NONFOSSIL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The methods of identification: P, T, C and A of 发改能源〔2026〕622号. */
#define NONFOSSIL_METHODS	4

/* Most energies that an accumulator takes in: 2^48, 281 million million. */
#define NONFOSSIL_MAX_COUNT	(INT64_C(1) << 48)

/*
 * Type nonfossil_accumulator: how many energies were taken in, and for each
 * method their sum in watt-hours.
 *
 * At most 2^48 energies have sums within +-2^111, so 112 bits a sum lose
 * nothing, and all fits 64 bytes: what sum(bigint) needs for one sum.  More
 * would take 128 bytes for each group of a hash table, for PostgreSQL's
 * allocator rounds up to powers of two.
 *
 * A sum is cut in three, so that adding to it mostly touches low[] only, and
 * that nothing needs more than the alignment of a double, which is what a
 * tuple gives.  Always valid, see nonfossil_accumulator_check().
 */
typedef struct NonfossilAccumulator
{
	int64_t		count;
	uint64_t	low[NONFOSSIL_METHODS]; /* bits 0 to 63 of each sum */
	uint32_t	middle[NONFOSSIL_METHODS];	/* bits 64 to 95 */
	int16_t		high[NONFOSSIL_METHODS];	/* bits 96 to 111, with the sign */
} NonfossilAccumulator;

#define NONFOSSIL_ACCUMULATOR_SIZE	64

/*
 * Room for every text that nonfossil_accumulator_text_format() writes: two
 * parentheses, four commas and signs, a zero byte, 15 digits and four times 34.
 */
#define NONFOSSIL_ACCUMULATOR_TEXT_SIZE 168

/* What is wrong with an accumulator. */
typedef enum NonfossilError
{
	NONFOSSIL_OK = 0,
	NONFOSSIL_SYNTAX,			/* not "(count,sum,sum,sum,sum)" */
	NONFOSSIL_COUNT,			/* count below 0 or above its limit */
	NONFOSSIL_SUM				/* so many energies cannot have these sums */
} NonfossilError;

/*
 * A sum in watt-hours.  Not the server's int128: that one has the alignment of
 * a double, and an array of them must not be given to code that counts on more.
 */
typedef __int128 NonfossilSum;

/* Bits 64 to 111 of a sum, with the sign. */
static inline int64_t
nonfossil_upper(const NonfossilAccumulator *state, int method)
{
	return state->high[method] * (INT64_C(1) << 32) + state->middle[method];
}

static inline void
nonfossil_set_upper(NonfossilAccumulator *state, int method, int64_t upper)
{
	state->middle[method] = (uint32_t) upper;
	state->high[method] = (int16_t) (upper >> 32);
}

/* Sum of one method in watt-hours. */
static inline NonfossilSum
nonfossil_sum(const NonfossilAccumulator *state, int method)
{
	return (NonfossilSum) (((unsigned __int128)
						(uint64_t) nonfossil_upper(state, method) << 64) |
					   state->low[method]);
}

static inline void
nonfossil_set_sum(NonfossilAccumulator *state, int method, NonfossilSum sum)
{
	state->low[method] = (uint64_t) sum;
	nonfossil_set_upper(state, method, (int64_t) (sum >> 64));
}

/*
 * Adds watt-hours to the sum of one method: nonfossil_set_sum() of the sum
 * and value together, faster.  The upper bits change only when the carry and
 * the sign of value do not cancel out.
 */
static inline void
nonfossil_add(NonfossilAccumulator *state, int method, int64_t value)
{
	uint64_t	low = state->low[method] + (uint64_t) value;
	int			upper = (low < (uint64_t) value) - (value < 0);

	state->low[method] = low;
	if (upper != 0)
		nonfossil_set_upper(state, method,
							nonfossil_upper(state, method) + upper);
}

extern NonfossilError nonfossil_accumulator_check(int64_t count,
												  const NonfossilSum *sums);
extern NonfossilError nonfossil_accumulator_text_parse(const char *str,
													   size_t len,
													   NonfossilAccumulator *result);
extern size_t nonfossil_accumulator_text_format(const NonfossilAccumulator *state,
												char *buf);

#endif							/* CERTLEDGER_NONFOSSIL_TEXT_H */
