/*-------------------------------------------------------------------------
 *
 * gec_text.c
 *	  Text form of a certificate code, in plain C.
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "gec_text.h"

/* Labels of enum volume_class by the digit that stands for them in a code. */
static const char *const gec_volume_classes[] = {
	NULL, "on_grid", "self_use", "off_grid", "existing_hydro",
	"hydrogen_integration", "mechanism_price"
};

#define GEC_VOLUME_CLASSES \
	((int) (sizeof(gec_volume_classes) / sizeof(gec_volume_classes[0])))

/*
 * Reads n decimal digits at str into *result (n <= 19).  On a character that
 * is no digit gives false and leaves its offset in *badpos.
 */
static inline bool
gec_read_digits(const char *str, size_t n, uint64_t *result, size_t *badpos)
{
	uint64_t	value = 0;

	for (size_t i = 0; i < n; i++)
	{
		unsigned int digit = (unsigned int) (unsigned char) str[i] - '0';

		if (digit > 9)
		{
			*badpos = i;
			return false;
		}
		value = value * 10 + digit;
	}
	*result = value;
	return true;
}

/*
 * Writes value as n decimal digits with leading zeros.
 */
static inline void
gec_write_digits(uint64_t value, size_t n, char *buf)
{
	while (n > 0)
	{
		buf[--n] = (char) ('0' + value % 10);
		value /= 10;
	}
}

/*
 * Reads a certificate code of exactly 32 digits from str (len bytes, not
 * necessarily ended by a zero byte).  Nothing else is accepted, no blanks
 * either.  On GEC_TEXT_NOT_DIGIT *badpos is the offset of the first byte that
 * is no digit.  *result is set on GEC_TEXT_OK only.
 */
GecTextError
gec_text_parse(const char *str, size_t len, gec *result, size_t *badpos)
{
	uint64_t	project;
	uint64_t	month_serial;
	unsigned int volume_class;
	unsigned int trade_class;

	/* look at the digits first: they explain a misprint better than a count */
	if (len != GEC_TEXT_LEN)
	{
		for (size_t i = 0; i < len && i < GEC_TEXT_LEN; i++)
		{
			if ((unsigned int) (unsigned char) str[i] - '0' > 9)
			{
				*badpos = i;
				return GEC_TEXT_NOT_DIGIT;
			}
		}
		return GEC_TEXT_LENGTH;
	}

	if (!gec_read_digits(str, GEC_PROJECT_LEN, &project, badpos))
		return GEC_TEXT_NOT_DIGIT;
	if (!gec_read_digits(str + GEC_PROJECT_LEN, 13, &month_serial, badpos))
	{
		*badpos += GEC_PROJECT_LEN;
		return GEC_TEXT_NOT_DIGIT;
	}
	volume_class = (unsigned int) (unsigned char) str[30] - '0';
	trade_class = (unsigned int) (unsigned char) str[31] - '0';
	if (volume_class > 9 || trade_class > 9)
	{
		*badpos = volume_class > 9 ? 30 : 31;
		return GEC_TEXT_NOT_DIGIT;
	}

	result->project = project;
	result->volume = month_serial / GEC_TRADE_UNIT * GEC_MONTH_UNIT +
		volume_class * GEC_CLASS_UNIT + trade_class * GEC_TRADE_UNIT +
		month_serial % GEC_TRADE_UNIT;
	return GEC_TEXT_OK;
}

/*
 * Reads a project registration code of exactly 17 digits; errors as above.
 */
GecTextError
gec_text_parse_project(const char *str, size_t len, uint64_t *result,
					   size_t *badpos)
{
	size_t		n = len < GEC_PROJECT_LEN ? len : GEC_PROJECT_LEN;
	uint64_t	project = 0;

	if (!gec_read_digits(str, n, &project, badpos))
		return GEC_TEXT_NOT_DIGIT;
	if (len != GEC_PROJECT_LEN)
		return GEC_TEXT_LENGTH;
	*result = project;
	return GEC_TEXT_OK;
}

/*
 * Writes the 32 digits of a certificate code and a zero byte: buf has room
 * for 33 bytes.
 */
void
gec_text_format(const gec *value, char *buf)
{
	uint64_t	classes = value->volume % GEC_MONTH_UNIT / GEC_TRADE_UNIT;
	uint64_t	month = value->volume / GEC_MONTH_UNIT;
	uint64_t	serial = value->volume % GEC_TRADE_UNIT;

	gec_write_digits(value->project, GEC_PROJECT_LEN, buf);
	gec_write_digits(month, 4, buf + 17);
	gec_write_digits(serial, 9, buf + 21);
	gec_write_digits(classes, 2, buf + 30);
	buf[GEC_TEXT_LEN] = '\0';
}

/*
 * Writes the 17 digits of a project registration code and a zero byte: buf
 * has room for 18 bytes.
 */
void
gec_text_format_project(uint64_t project, char *buf)
{
	gec_write_digits(project, GEC_PROJECT_LEN, buf);
	buf[GEC_PROJECT_LEN] = '\0';
}

/*
 * The label of enum volume_class for a digit, or NULL when the digit stands
 * for none.
 */
const char *
gec_volume_class_label(int digit)
{
	if (digit < 1 || digit >= GEC_VOLUME_CLASSES)
		return NULL;
	return gec_volume_classes[digit];
}

/*
 * The digit for a label of enum volume_class, or 0 for a label that earns no
 * certificate (plant_use) or is unknown.
 */
int
gec_volume_class_digit(const char *label)
{
	for (int digit = 1; digit < GEC_VOLUME_CLASSES; digit++)
	{
		if (strcmp(gec_volume_classes[digit], label) == 0)
			return digit;
	}
	return 0;
}
