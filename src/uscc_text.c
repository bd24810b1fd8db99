/*-------------------------------------------------------------------------
 *
 * uscc_text.c
 *	  Text form of a unified social credit code (GB 32100-2015), in plain C.
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "uscc_text.h"

#define USCC_BASE			31
#define USCC_REGION_START	2	/* offsets of the region's six digits */
#define USCC_REGION_END		8

/* All characters of a code, in the order of their values; no I, O, S, V, Z. */
static const char uscc_alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/* Weights of the first 17 characters: powers of 3 modulo 31. */
static const uint8_t uscc_weights[USCC_LEN - 1] = {
	1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28
};

/*
 * Gives the value of a character in capitals, 0 to 30, or -1 for one that no
 * code has.
 */
int
uscc_character_value(char c)
{
	static const int8_t letters[26] = {
		/* A to Z */
		10, 11, 12, 13, 14, 15, 16, 17, -1, 18, 19, 20, 21, 22, -1, 23, 24,
		25, -1, 26, 27, -1, 28, 29, 30, -1
	};

	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'Z')
		return letters[c - 'A'];
	return -1;
}

/*
 * Reads n characters at str into code, in capitals.  On a character that
 * cannot stand where it stands leaves its offset in *badpos.
 */
static UsccTextError
uscc_read(const char *str, size_t n, char *code, size_t *badpos)
{
	for (size_t i = 0; i < n; i++)
	{
		char		c = str[i];

		if (c >= 'a' && c <= 'z')
			c = (char) (c - ('a' - 'A'));
		if (uscc_character_value(c) < 0)
		{
			*badpos = i;
			return USCC_TEXT_CHARACTER;
		}
		if (i >= USCC_REGION_START && i < USCC_REGION_END &&
			!(c >= '0' && c <= '9'))
		{
			*badpos = i;
			return USCC_TEXT_REGION;
		}
		code[i] = c;
	}
	return USCC_TEXT_OK;
}

/*
 * Gives the check character of the first 17 characters of a code.
 */
static char
uscc_compute(const char *code)
{
	unsigned int sum = 0;

	for (int i = 0; i < USCC_LEN - 1; i++)
		sum += (unsigned int) uscc_character_value(code[i]) * uscc_weights[i];
	return uscc_alphabet[(USCC_BASE - sum % USCC_BASE) % USCC_BASE];
}

/*
 * Reads a code of exactly 18 characters from str (len bytes, not necessarily
 * ended by a zero byte).  Small letters count as capitals; nothing else is
 * accepted, no blanks and no separators.  On failure *result is untouched,
 * *badpos is the offset of the first character that cannot stand where it
 * stands, and with USCC_TEXT_CHECK *expected is the right check character.
 */
UsccTextError
uscc_text_parse(const char *str, size_t len, uscc *result, size_t *badpos,
				char *expected)
{
	uscc		code;
	UsccTextError error;

	error = uscc_read(str, len < USCC_LEN ? len : USCC_LEN, code.code, badpos);
	if (error != USCC_TEXT_OK)
		return error;
	if (len != USCC_LEN)
		return USCC_TEXT_LENGTH;
	*expected = uscc_compute(code.code);
	if (code.code[USCC_LEN - 1] != *expected)
	{
		*badpos = USCC_LEN - 1;
		return USCC_TEXT_CHECK;
	}
	*result = code;
	return USCC_TEXT_OK;
}

/*
 * Computes into *expected the check character for the first 17 characters of a
 * code, which is all that str holds (len bytes).  Errors as of
 * uscc_text_parse().
 */
UsccTextError
uscc_text_check_character(const char *str, size_t len, size_t *badpos,
						  char *expected)
{
	char		code[USCC_LEN];
	UsccTextError error;

	error = uscc_read(str, len < USCC_LEN - 1 ? len : USCC_LEN - 1, code,
					  badpos);
	if (error != USCC_TEXT_OK)
		return error;
	if (len != USCC_LEN - 1)
		return USCC_TEXT_LENGTH;
	*expected = uscc_compute(code);
	return USCC_TEXT_OK;
}
