/*-------------------------------------------------------------------------
 *
 * energy_text.h
 *	  Text forms of an energy and of an energy accumulator, in plain C.
 *
 * Needs none of the server's headers, allocates nothing and reports nothing,
 * so that it can be fuzzed and tested alone.  All text is UTF-8.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_ENERGY_TEXT_H
#define CERTLEDGER_ENERGY_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Room for every text that energy_text_format() writes, with the zero byte:
 * "-9223372036854775.808 kWh" is the longest.
 */
#define ENERGY_TEXT_SIZE	32

/*
 * Room for every text that energy_accumulator_text_format() writes: two
 * parentheses, a comma, a sign, a zero byte, 19 digits and 39 digits.
 */
#define ENERGY_ACCUMULATOR_TEXT_SIZE	64

/* What is wrong with a text. */
typedef enum EnergyTextError
{
	ENERGY_TEXT_OK = 0,
	ENERGY_TEXT_NO_NUMBER,		/* no digit where the number must start */
	ENERGY_TEXT_NOT_FINITE,		/* NaN or Infinity */
	ENERGY_TEXT_GROUPING,		/* an underscore not between two digits */
	ENERGY_TEXT_COMMA,			/* a comma after a digit */
	ENERGY_TEXT_EXPONENT,		/* an exponent without digits */
	ENERGY_TEXT_UNIT,			/* what follows the number is no unit */
	ENERGY_TEXT_MILLIWATT,		/* mWh: milliwatt-hours, surely not meant */
	ENERGY_TEXT_MULTIPLIER,		/* a multiplier without a unit it may bear */
	ENERGY_TEXT_TOO_FINE,		/* not a whole number of watt-hours */
	ENERGY_TEXT_OUT_OF_RANGE,	/* does not fit 64 bits of watt-hours */
	ENERGY_TEXT_SYNTAX			/* accumulator: not "(count,sum)" */
} EnergyTextError;

extern EnergyTextError energy_text_parse(const char *str, size_t len,
										 int64_t *result);
extern size_t energy_text_format(int64_t wh, char *buf);

extern EnergyTextError energy_accumulator_text_parse(const char *str,
													 size_t len,
													 int64_t *count,
													 int64_t *hi,
													 uint64_t *lo);
extern size_t energy_accumulator_text_format(int64_t count, int64_t hi,
											 uint64_t lo, char *buf);
extern bool energy_accumulator_valid(int64_t count, int64_t hi, uint64_t lo);

#endif							/* CERTLEDGER_ENERGY_TEXT_H */
