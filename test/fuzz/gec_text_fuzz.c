/*-------------------------------------------------------------------------
 *
 * gec_text_fuzz.c
 *	  libFuzzer harness for src/gec_text.c.
 *
 * A text is accepted exactly when it has 32 digits; then it comes back byte
 * for byte, and order of the values is order of the texts with the serial
 * moved behind the classes.  What is refused must leave the result alone.
 *
 *-------------------------------------------------------------------------
 */
#include <stdlib.h>
#include <string.h>

#include "../../src/gec_text.h"

#define UNTOUCHED	UINT64_C(0x0123456789abcdef)

static void
check(int ok)
{
	if (!ok)
		abort();
}

/* Length of the digits that text begins with. */
static size_t
digits(const char *text, size_t len)
{
	size_t		n = 0;

	while (n < len && text[n] >= '0' && text[n] <= '9')
		n++;
	return n;
}

/* Project, month, classes, serial: the digits in the order of storage. */
static void
storage_order(const char *code, char *key)
{
	memcpy(key, code, 21);
	memcpy(key + 21, code + 30, 2);
	memcpy(key + 23, code + 21, 9);
}

static bool
fuzz_gec(const char *text, size_t len, gec *value)
{
	char		out[GEC_TEXT_LEN + 1];
	size_t		badpos = SIZE_MAX;
	size_t		n = digits(text, len);

	value->project = value->volume = UNTOUCHED;
	switch (gec_text_parse(text, len, value, &badpos))
	{
		case GEC_TEXT_OK:
			check(len == GEC_TEXT_LEN && n == len);
			check(value->project < GEC_PROJECT_LIMIT);
			check(value->volume < GEC_VOLUME_LIMIT);
			gec_text_format(value, out);
			check(strlen(out) == GEC_TEXT_LEN);
			check(memcmp(out, text, len) == 0);
			return true;
		case GEC_TEXT_LENGTH:
			check(len != GEC_TEXT_LEN);
			check(n >= (len < GEC_TEXT_LEN ? len : GEC_TEXT_LEN));
			break;
		case GEC_TEXT_NOT_DIGIT:
			check(badpos == n && badpos < len);
			break;
	}
	check(value->project == UNTOUCHED && value->volume == UNTOUCHED);
	return false;
}

static void
fuzz_project(const char *text, size_t len)
{
	char		out[GEC_PROJECT_LEN + 1];
	size_t		badpos = SIZE_MAX;
	uint64_t	project = UNTOUCHED;

	if (gec_text_parse_project(text, len, &project, &badpos) != GEC_TEXT_OK)
	{
		check(project == UNTOUCHED);
		return;
	}
	check(len == GEC_PROJECT_LEN && digits(text, len) == len);
	gec_text_format_project(project, out);
	check(strlen(out) == GEC_PROJECT_LEN && memcmp(out, text, len) == 0);
}

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* a copy of the exact size lets the sanitizer see one byte too many */
	char	   *text = malloc(size > 0 ? size : 1);
	gec			value;

	memcpy(text, data, size);
	(void) fuzz_gec(text, size, &value);
	fuzz_project(text, size);

	/* two codes in one input: the order of the values */
	if (size == 2 * GEC_TEXT_LEN)
	{
		gec			other;

		if (fuzz_gec(text, GEC_TEXT_LEN, &value) &&
			fuzz_gec(text + GEC_TEXT_LEN, GEC_TEXT_LEN, &other))
		{
			char		key[GEC_TEXT_LEN];
			char		other_key[GEC_TEXT_LEN];
			int			by_text;
			int			by_value;

			storage_order(text, key);
			storage_order(text + GEC_TEXT_LEN, other_key);
			by_text = memcmp(key, other_key, GEC_TEXT_LEN);
			by_value = value.project != other.project ?
				(value.project < other.project ? -1 : 1) :
				(value.volume > other.volume) - (value.volume < other.volume);
			check((by_text > 0) - (by_text < 0) == by_value);
		}
	}

	/* every value there is: the first sixteen bytes, brought into range */
	if (size >= sizeof(gec))
	{
		gec			again;
		char		canonical[GEC_TEXT_LEN + 1];

		memcpy(&value, data, sizeof(gec));
		value.project %= GEC_PROJECT_LIMIT;
		value.volume %= GEC_VOLUME_LIMIT;
		gec_text_format(&value, canonical);
		check(fuzz_gec(canonical, GEC_TEXT_LEN, &again));
		check(again.project == value.project && again.volume == value.volume);
	}

	/* digits and labels of volume classes belong together */
	if (size > 0)
	{
		const char *label = gec_volume_class_label((signed char) data[0]);

		check(label == NULL ||
			  gec_volume_class_digit(label) == (signed char) data[0]);
	}
	free(text);
	return 0;
}
