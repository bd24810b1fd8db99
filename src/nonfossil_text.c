/*-------------------------------------------------------------------------
 *
 * nonfossil_text.c
 *	  Validity and text form of a non-fossil accumulator, in plain C.
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "integer_text.h"
#include "nonfossil_text.h"

_Static_assert(sizeof(NonfossilAccumulator) == NONFOSSIL_ACCUMULATOR_SIZE,
			   "layout of nonfossil_accumulator");

/*
 * Gives the least number of energies that have this sum.
 */
static inline NonfossilSum
least_count(NonfossilSum sum)
{
	if (sum == (int64_t) sum)
		return sum != 0;
	if (sum > 0)
		return (sum - 1) / INT64_MAX + 1;
	return -(sum + 1) / ((NonfossilSum) INT64_MAX + 1) + 1;
}

/*
 * Tells whether count energies can have these sums, one for each method:
 * whether the least numbers of energies that each of them needs are not more
 * than count together.  Every accumulator keeps to this, so its sums cannot
 * leave their 112 bits.
 */
NonfossilError
nonfossil_accumulator_check(int64_t count, const NonfossilSum *sums)
{
	NonfossilSum needed = 0;

	if (count < 0 || count > NONFOSSIL_MAX_COUNT)
		return NONFOSSIL_COUNT;
	for (int method = 0; method < NONFOSSIL_METHODS; method++)
		needed += least_count(sums[method]);
	return needed <= count ? NONFOSSIL_OK : NONFOSSIL_SUM;
}

/*
 * Reads an accumulator from str (len bytes): the number of energies, then the
 * sum of each method in watt-hours, "(count,sum,sum,sum,sum)".  Only the
 * canonical text is accepted, without white space, signs of plus and leading
 * zeros, and only sums that count energies can have.  On failure *result is
 * untouched.
 */
NonfossilError
nonfossil_accumulator_text_parse(const char *str, size_t len,
								 NonfossilAccumulator *result)
{
	const char *p = str;
	const char *end = str + len;
	__int128	count;
	NonfossilSum sums[NONFOSSIL_METHODS];
	NonfossilError error;

	if (p == end || *p++ != '(')
		return NONFOSSIL_SYNTAX;
	if (!integer_text_read_digits(&p, end, &count))
		return NONFOSSIL_SYNTAX;
	for (int method = 0; method < NONFOSSIL_METHODS; method++)
	{
		if (p == end || *p++ != ',')
			return NONFOSSIL_SYNTAX;
		if (!integer_text_read(&p, end, &sums[method]))
			return NONFOSSIL_SYNTAX;
	}
	if (p == end || *p++ != ')' || p != end)
		return NONFOSSIL_SYNTAX;

	if (count > NONFOSSIL_MAX_COUNT)
		return NONFOSSIL_COUNT;
	error = nonfossil_accumulator_check((int64_t) count, sums);
	if (error != NONFOSSIL_OK)
		return error;
	result->count = (int64_t) count;
	for (int method = 0; method < NONFOSSIL_METHODS; method++)
		nonfossil_set_sum(result, method, sums[method]);
	return NONFOSSIL_OK;
}

/*
 * Writes an accumulator into buf (NONFOSSIL_ACCUMULATOR_TEXT_SIZE bytes), with
 * a zero byte.  Gives the length.
 */
size_t
nonfossil_accumulator_text_format(const NonfossilAccumulator *state, char *buf)
{
	char		work[NONFOSSIL_ACCUMULATOR_TEXT_SIZE];
	char	   *end = work + sizeof(work);
	char	   *p = end;
	size_t		len;

	*--p = '\0';
	*--p = ')';
	for (int method = NONFOSSIL_METHODS - 1; method >= 0; method--)
	{
		p = integer_text_write(nonfossil_sum(state, method), p);
		*--p = ',';
	}
	p = integer_text_write(state->count, p);
	*--p = '(';

	len = (size_t) (end - p) - 1;
	memcpy(buf, p, len + 1);
	return len;
}
