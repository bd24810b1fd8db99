/*-------------------------------------------------------------------------
 *
 * energy_text.c
 *	  Text forms of an energy and of an energy accumulator, in plain C.
 *
 * An energy is read without ever leaving integers: the number is kept as its
 * significant digits and a power of ten, the unit adds to the power, and the
 * digits are put together only when it is clear that they give a whole number
 * of watt-hours with at most 19 digits.  So nothing is rounded, and an
 * exponent of any size costs no more than reading its digits.
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "energy_text.h"
#include "integer_text.h"

/*
 * An exponent is not followed beyond this.  No text in memory has so many
 * digits that an exponent of this size could be made up for by them.
 */
#define ENERGY_EXPONENT_LIMIT	INT64_C(1000000000000)	/* 10^12 */

/* Longest run of decimal digits that always fits 64 bits unsigned. */
#define ENERGY_MAX_DIGITS	19

/* A name in UTF-8 and the power of ten that it stands for. */
typedef struct EnergyName
{
	const char *name;
	size_t		len;
	int			power;
} EnergyName;

#define ENERGY_NAME(name, power)	{name, sizeof(name) - 1, power}

/* Multipliers of kilowatt-hours; a longer one stands before its beginning. */
static const EnergyName energy_multipliers[] = {
	ENERGY_NAME("\xe4\xb8\x87\xe4\xba\xbf", 12),	/* 万亿 */
	ENERGY_NAME("\xe4\xb8\x87", 4), /* 万 */
	ENERGY_NAME("\xe4\xba\xbf", 8), /* 亿 */
};

/* Chinese units, as powers of ten of a watt-hour. */
static const EnergyName energy_units[] = {
	ENERGY_NAME("\xe5\x8d\x83\xe7\x93\xa6\xe6\x97\xb6", 3), /* 千瓦时 */
	ENERGY_NAME("\xe5\xba\xa6", 3), /* 度 */
	ENERGY_NAME("\xe7\x93\xa6\xe6\x97\xb6", 0), /* 瓦时 */
	ENERGY_NAME("\xe5\x85\x86\xe7\x93\xa6\xe6\x97\xb6", 6), /* 兆瓦时 */
	ENERGY_NAME("\xe5\x90\x89\xe7\x93\xa6\xe6\x97\xb6", 9), /* 吉瓦时 */
	ENERGY_NAME("\xe5\xa4\xaa\xe7\x93\xa6\xe6\x97\xb6", 12),	/* 太瓦时 */
};

#define ENERGY_LENGTH_OF(array)	(sizeof(array) / sizeof((array)[0]))

/* Power of ten of the unit that a bare number and a multiplier stand for. */
#define ENERGY_KWH_POWER	3

/* Folds an ASCII letter to lower case, whatever the locale. */
static inline char
energy_lower(char c)
{
	return (c >= 'A' && c <= 'Z') ? (char) (c + ('a' - 'A')) : c;
}

/*
 * Gives the first place at or after p that is no white space: none of the six
 * ASCII characters that isspace() knows in the C locale, nor U+3000.
 */
static inline const char *
energy_skip_space(const char *p, const char *end)
{
	while (p < end)
	{
		if (*p == ' ' || (*p >= '\t' && *p <= '\r'))
			p++;
		else if (end - p >= 3 && memcmp(p, "\xe3\x80\x80", 3) == 0)
			p += 3;
		else
			break;
	}
	return p;
}

/*
 * Reads what may follow the number, up to end: nothing, or a unit with an
 * optional multiplier before it.  Leaves in *power the power of ten that
 * turns the number into watt-hours.
 */
static EnergyTextError
energy_parse_unit(const char *p, const char *end, int *power)
{
	int			multiplier = 0;
	bool		mega;

	*power = ENERGY_KWH_POWER;
	if (p == end)
		return ENERGY_TEXT_OK;

	for (size_t i = 0; i < ENERGY_LENGTH_OF(energy_multipliers); i++)
	{
		const EnergyName *name = &energy_multipliers[i];

		if ((size_t) (end - p) >= name->len &&
			memcmp(p, name->name, name->len) == 0)
		{
			multiplier = name->power;
			p = energy_skip_space(p + name->len, end);
			break;
		}
	}

	if (end - p == 2 || end - p == 3)
	{
		const char *w = end - 2;

		if (energy_lower(w[0]) == 'w' && energy_lower(w[1]) == 'h')
		{
			mega = false;
			if (p == w)
				*power = 0;
			else
			{
				switch (energy_lower(*p))
				{
					case 'k':
						*power = 3;
						break;
					case 'm':
						*power = 6;
						mega = true;
						break;
					case 'g':
						*power = 9;
						break;
					case 't':
						*power = 12;
						break;
					default:
						return ENERGY_TEXT_UNIT;
				}
			}

			/*
			 * Who writes a small m before a capital W means the prefix milli,
			 * or does not know: a factor of 10^9 is no place for a guess.
			 */
			if (mega && p[0] == 'm' && w[0] == 'W')
				return ENERGY_TEXT_MILLIWATT;
			goto found;
		}
	}

	for (size_t i = 0; i < ENERGY_LENGTH_OF(energy_units); i++)
	{
		const EnergyName *name = &energy_units[i];

		if ((size_t) (end - p) == name->len &&
			memcmp(p, name->name, name->len) == 0)
		{
			*power = name->power;
			goto found;
		}
	}
	return (multiplier != 0 && p == end) ? ENERGY_TEXT_MULTIPLIER :
		ENERGY_TEXT_UNIT;

found:
	if (multiplier != 0 && *power != ENERGY_KWH_POWER)
		return ENERGY_TEXT_MULTIPLIER;
	*power += multiplier;
	return ENERGY_TEXT_OK;
}

/*
 * Tells whether the word at p starts like NaN, Inf or Infinity.
 */
static bool
energy_is_not_finite(const char *p, const char *end)
{
	char		word[3];

	if (end - p < 3)
		return false;
	for (int i = 0; i < 3; i++)
		word[i] = energy_lower(p[i]);
	return memcmp(word, "nan", 3) == 0 || memcmp(word, "inf", 3) == 0;
}

/*
 * Reads an energy from str (len bytes of UTF-8, not necessarily ended by a
 * zero byte) and sets *result to its watt-hours:
 *
 *	[space] [+|-] number [space] [[multiplier [space]] unit] [space]
 *
 * The number is decimal, with an optional point and an optional exponent;
 * single underscores may stand between digits.  Without a unit it counts
 * kilowatt-hours.  On failure *result is untouched.
 */
EnergyTextError
energy_text_parse(const char *str, size_t len, int64_t *result)
{
	const char *p = str;
	const char *end = str + len;
	const char *digits;			/* where the digits start */
	const char *first = NULL;	/* first digit that is not zero */
	const char *last = NULL;	/* last digit that is not zero */
	int64_t		first_place = 0;	/* power of ten of *first, before the
									 * exponent; counted while reading */
	int64_t		last_place = 0; /* the same of *last */
	int64_t		places = 0;		/* digits before the point so far, or minus
								 * the digits after it */
	int64_t		exponent = 0;
	bool		negative = false;
	bool		seen_digit = false;
	bool		seen_point = false;
	EnergyTextError error;
	int			power;
	uint64_t	value;

	p = energy_skip_space(p, end);
	if (p < end && (*p == '+' || *p == '-'))
		negative = (*p++ == '-');

	/*
	 * The digits.  Before the point a place is counted from the left, from 0
	 * downwards, and corrected when the number of places is known.
	 */
	digits = p;
	for (; p < end; p++)
	{
		char		c = *p;

		if (integer_text_is_digit(c))
		{
			seen_digit = true;
			places--;
			if (c != '0')
			{
				if (first == NULL)
				{
					first = p;
					first_place = places;
				}
				last = p;
				last_place = places;
			}
		}
		else if (c == '.' && !seen_point)
		{
			seen_point = true;
			first_place -= places;
			last_place -= places;
			places = 0;
		}
		else if (c == '_')
		{
			if (p == digits || !integer_text_is_digit(p[-1]) ||
				p + 1 == end || !integer_text_is_digit(p[1]))
				return ENERGY_TEXT_GROUPING;
		}
		else
			break;
	}
	if (!seen_digit)
		return energy_is_not_finite(p, end) ? ENERGY_TEXT_NOT_FINITE :
			ENERGY_TEXT_NO_NUMBER;
	if (!seen_point)
	{
		first_place -= places;
		last_place -= places;
	}
	if (p < end && *p == ',')
		return ENERGY_TEXT_COMMA;

	/* the exponent */
	if (p < end && (*p == 'e' || *p == 'E'))
	{
		bool		negative_exponent = false;

		p++;
		if (p < end && (*p == '+' || *p == '-'))
			negative_exponent = (*p++ == '-');
		if (p == end || !integer_text_is_digit(*p))
			return (p < end && *p == '_') ? ENERGY_TEXT_GROUPING :
				ENERGY_TEXT_EXPONENT;
		for (; p < end; p++)
		{
			if (integer_text_is_digit(*p))
			{
				if (exponent < ENERGY_EXPONENT_LIMIT)
					exponent = exponent * 10 + (*p - '0');
			}
			else if (*p == '_')
			{
				if (p[-1] == '_' || p + 1 == end || !integer_text_is_digit(p[1]))
					return ENERGY_TEXT_GROUPING;
			}
			else
				break;
		}
		if (negative_exponent)
			exponent = -exponent;
	}

	/* the unit */
	p = energy_skip_space(p, end);
	{
		/*
		 * Find where trailing white space starts: skip words until one is
		 * followed by nothing but white space.
		 */
		const char *unit_end = p;

		for (const char *q = p; q < end;)
		{
			const char *after = energy_skip_space(q, end);

			if (after == q)
				unit_end = ++q;
			else
				q = after;
		}
		error = energy_parse_unit(p, unit_end, &power);
		if (error != ENERGY_TEXT_OK)
			return error;
	}

	/* zero is zero with every exponent */
	if (first == NULL)
	{
		*result = 0;
		return ENERGY_TEXT_OK;
	}

	/*
	 * The last digit that is not zero decides whether it is whole, the first
	 * one how large it is.
	 */
	if (last_place + exponent + power < 0)
		return ENERGY_TEXT_TOO_FINE;
	if (first_place + exponent + power >= ENERGY_MAX_DIGITS)
		return ENERGY_TEXT_OUT_OF_RANGE;
	value = 0;
	for (p = first; p <= last; p++)
	{
		if (integer_text_is_digit(*p))
			value = value * 10 + (uint64_t) (*p - '0');
	}
	for (int64_t i = last_place + exponent + power; i > 0; i--)
		value *= 10;

	if (value > (uint64_t) INT64_MAX + (negative ? 1 : 0))
		return ENERGY_TEXT_OUT_OF_RANGE;
	*result = negative ? (int64_t) (0 - value) : (int64_t) value;
	return ENERGY_TEXT_OK;
}

/*
 * Writes wh watt-hours into buf (ENERGY_TEXT_SIZE bytes), in kilowatt-hours
 * with at most three decimals, unit and a zero byte.  Gives the length.
 */
size_t
energy_text_format(int64_t wh, char *buf)
{
	char		work[ENERGY_TEXT_SIZE];
	char	   *end = work + sizeof(work);
	char	   *p;
	uint64_t	value = wh < 0 ? 0 - (uint64_t) wh : (uint64_t) wh;
	unsigned int fraction = (unsigned int) (value % 1000);
	size_t		len;

	p = end - 5;
	memcpy(p, " kWh", 5);
	if (fraction != 0)
	{
		int			decimals = 3;

		while (fraction % 10 == 0)
		{
			fraction /= 10;
			decimals--;
		}
		for (; decimals > 0; decimals--)
		{
			*--p = (char) ('0' + fraction % 10);
			fraction /= 10;
		}
		*--p = '.';
	}
	p = integer_text_write_digits(value / 1000, p);
	if (wh < 0)
		*--p = '-';

	len = (size_t) (end - p) - 1;
	memcpy(buf, p, len + 1);
	return len;
}

/*
 * Tells whether count energies can have the sum hi * 2^64 + lo.  Every
 * accumulator keeps to this, so its sum cannot leave 128 bits: with less than
 * 2^63 energies it stays within +-2^126.
 */
bool
energy_accumulator_valid(int64_t count, int64_t hi, uint64_t lo)
{
	__int128	sum = (__int128) (((unsigned __int128) (uint64_t) hi << 64) | lo);

	return count >= 0 &&
		sum >= (__int128) count * INT64_MIN &&
		sum <= (__int128) count * INT64_MAX;
}

/*
 * Reads an accumulator from str (len bytes): "(count,sum)", sum in watt-hours.
 * Only the canonical text is accepted, without white space, signs of plus and
 * leading zeros, and only a sum that count energies can have.
 */
EnergyTextError
energy_accumulator_text_parse(const char *str, size_t len, int64_t *count,
							  int64_t *hi, uint64_t *lo)
{
	const char *p = str;
	const char *end = str + len;
	__int128	entries;
	__int128	sum;

	if (p == end || *p++ != '(')
		return ENERGY_TEXT_SYNTAX;
	if (!integer_text_read_digits(&p, end, &entries))
		return ENERGY_TEXT_SYNTAX;
	if (p == end || *p++ != ',')
		return ENERGY_TEXT_SYNTAX;
	if (!integer_text_read(&p, end, &sum))
		return ENERGY_TEXT_SYNTAX;
	if (p == end || *p++ != ')' || p != end)
		return ENERGY_TEXT_SYNTAX;

	if (entries > INT64_MAX ||
		!energy_accumulator_valid((int64_t) entries, (int64_t) (sum >> 64),
								  (uint64_t) sum))
		return ENERGY_TEXT_OUT_OF_RANGE;
	*count = (int64_t) entries;
	*hi = (int64_t) (sum >> 64);
	*lo = (uint64_t) sum;
	return ENERGY_TEXT_OK;
}

/*
 * Writes an accumulator into buf (ENERGY_ACCUMULATOR_TEXT_SIZE bytes), with a
 * zero byte.  Gives the length.
 */
size_t
energy_accumulator_text_format(int64_t count, int64_t hi, uint64_t lo,
							   char *buf)
{
	char		work[ENERGY_ACCUMULATOR_TEXT_SIZE];
	char	   *end = work + sizeof(work);
	char	   *p = end;
	__int128	sum = (__int128) (((unsigned __int128) (uint64_t) hi << 64) | lo);
	size_t		len;

	*--p = '\0';
	*--p = ')';
	p = integer_text_write(sum, p);
	*--p = ',';
	p = integer_text_write_digits((unsigned __int128) count, p);
	*--p = '(';

	len = (size_t) (end - p) - 1;
	memcpy(buf, p, len + 1);
	return len;
}
