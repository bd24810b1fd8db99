/*-------------------------------------------------------------------------
 *
 * integer_text.h
 *	  Decimal digits of 128-bit integers, in plain C.
 *
 * What the text forms of accumulators have in common.  Needs none of the
 * server's headers, so that its users can be fuzzed and tested alone.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_INTEGER_TEXT_H
#define CERTLEDGER_INTEGER_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Largest 128-bit integer, 2^127 - 1. */
#define INTEGER_TEXT_MAX	((__int128) (~(unsigned __int128) 0 >> 1))

static inline bool
integer_text_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * Reads decimal digits from *p on, without leading zeros, into *result, which
 * stops at INTEGER_TEXT_MAX.  False when there are no digits or too many
 * zeros.
 */
static inline bool
integer_text_read_digits(const char **p, const char *end, __int128 *result)
{
	const char *start = *p;
	__int128	value = 0;

	for (; *p < end && integer_text_is_digit(**p); (*p)++)
	{
		int			digit = **p - '0';

		if (value > (INTEGER_TEXT_MAX - digit) / 10)
			value = INTEGER_TEXT_MAX;
		else
			value = value * 10 + digit;
	}
	*result = value;
	return *p > start && (*start != '0' || *p == start + 1);
}

/*
 * Reads an integer from *p on, with a sign only when it is negative, into
 * *result, which stops at INTEGER_TEXT_MAX and -INTEGER_TEXT_MAX.  False when
 * it is not written as integer_text_write() writes it.
 */
static inline bool
integer_text_read(const char **p, const char *end, __int128 *result)
{
	bool		negative = (*p < end && **p == '-');

	if (negative)
		(*p)++;
	if (!integer_text_read_digits(p, end, result))
		return false;
	if (negative)
	{
		*result = -*result;
		return *result != 0;
	}
	return true;
}

/*
 * Writes value in decimal so that it ends before *end, and gives its start.
 */
static inline char *
integer_text_write_digits(unsigned __int128 value, char *end)
{
	/* 64-bit steps: dividing 128 bits is slow */
	while (value > UINT64_MAX)
	{
		*--end = (char) ('0' + (int) (value % 10));
		value /= 10;
	}
	for (uint64_t rest = (uint64_t) value;;)
	{
		*--end = (char) ('0' + rest % 10);
		rest /= 10;
		if (rest == 0)
			return end;
	}
}

/*
 * The same with a sign when value is negative.
 */
static inline char *
integer_text_write(__int128 value, char *end)
{
	unsigned __int128 digits = (unsigned __int128) value;

	if (value >= 0)
		return integer_text_write_digits(digits, end);
	end = integer_text_write_digits(0 - digits, end);
	*--end = '-';
	return end;
}

#endif							/* CERTLEDGER_INTEGER_TEXT_H */
