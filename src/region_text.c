/*-------------------------------------------------------------------------
 *
 * region_text.c
 *	  GB/T 2260 region codes, in plain C.
 *
 *-------------------------------------------------------------------------
 */
#include "region_text.h"

/* The province digits of GB/T 2260: 31 of the mainland, and 71, 81, 82. */
static const bool region_is_province[100] = {
	[11] = true, [12] = true, [13] = true, [14] = true, [15] = true,
	[21] = true, [22] = true, [23] = true,
	[31] = true, [32] = true, [33] = true, [34] = true, [35] = true,
	[36] = true, [37] = true,
	[41] = true, [42] = true, [43] = true, [44] = true, [45] = true,
	[46] = true,
	[50] = true, [51] = true, [52] = true, [53] = true, [54] = true,
	[61] = true, [62] = true, [63] = true, [64] = true, [65] = true,
	[71] = true, [81] = true, [82] = true
};

/*
 * Says whether a number is a region code: the nation (0), or a province of
 * the list with any prefecture and county digits, but no county without a
 * prefecture.  Which prefectures and counties exist is data, not type.
 */
RegionError
region_check(int32_t code)
{
	if (code == REGION_NATION)
		return REGION_OK;
	if (code < 0 || code > 999999)
		return REGION_LENGTH;
	if (!region_is_province[code / 10000])
		return REGION_NO_PROVINCE;
	if (code % 100 != 0 && code / 100 % 100 == 0)
		return REGION_NO_PREFECTURE;
	return REGION_OK;
}

/*
 * Reads a region code of 2, 4 or 6 digits from str (len bytes, not
 * necessarily ended by a zero byte); missing digits are zeros.  Nothing else
 * is accepted, no blanks either.  On REGION_NOT_DIGIT *badpos is the offset
 * of the first byte that is no digit.  *result is set on REGION_OK, and to
 * the number that was read on the two errors about its meaning.
 */
RegionError
region_text_parse(const char *str, size_t len, int32_t *result,
				  size_t *badpos)
{
	int32_t		code = 0;

	for (size_t i = 0; i < len && i < REGION_TEXT_LEN; i++)
	{
		unsigned int digit = (unsigned int) (unsigned char) str[i] - '0';

		if (digit > 9)
		{
			*badpos = i;
			return REGION_NOT_DIGIT;
		}
		code = code * 10 + (int32_t) digit;
	}
	if (len != 2 && len != 4 && len != 6)
		return REGION_LENGTH;
	for (size_t i = len; i < REGION_TEXT_LEN; i++)
		code *= 10;

	*result = code;
	return region_check(code);
}

/*
 * Writes the six digits of a valid code and a zero byte: buf has room for 7
 * bytes.
 */
void
region_text_format(int32_t code, char *buf)
{
	for (int i = REGION_TEXT_LEN - 1; i >= 0; i--)
	{
		buf[i] = (char) ('0' + code % 10);
		code /= 10;
	}
	buf[REGION_TEXT_LEN] = '\0';
}
