/*-------------------------------------------------------------------------
 *
 * region_text_fuzz.c
 *	  libFuzzer harness for src/region_text.c.
 *
 * What is accepted is written back with six digits that begin with the text
 * and give the same value; its last code and all regions around it are valid
 * and hold it.  What is refused must be no code.
 *
 *-------------------------------------------------------------------------
 */
#include <stdlib.h>
#include <string.h>

#include "../../src/region_text.h"

static void
check(int ok)
{
	if (!ok)
		abort();
}

static void
check_valid(int32_t code)
{
	char		out[REGION_TEXT_LEN + 1];
	int32_t		path[REGION_PATH_MAX];
	int32_t		last = region_last_of(code);
	int32_t		again;
	size_t		badpos;
	int			n;

	region_text_format(code, out);
	check(strlen(out) == REGION_TEXT_LEN);
	check(region_text_parse(out, REGION_TEXT_LEN, &again, &badpos) ==
		  REGION_OK);
	check(again == code);

	check(region_check(last) == REGION_OK);
	check(region_is_within(last, code));
	check(region_last_of(last) == last ||
		  region_tier_of(code) == REGION_TIER_NATION);
	check(region_check(last + 1) != REGION_OK ||
		  !region_is_within(last + 1, code));

	n = region_path_of(code, path);
	check(n == (int) region_tier_of(code) + 1);
	check(path[0] == REGION_NATION && path[n - 1] == code);
	for (int i = 0; i < n; i++)
	{
		check(region_check(path[i]) == REGION_OK);
		check((int) region_tier_of(path[i]) == i);
		check(region_is_within(code, path[i]));
		check(i == 0 || path[i] > path[i - 1]);
	}
}

static void
fuzz_region(const char *text, size_t len)
{
	char		out[REGION_TEXT_LEN + 1];
	int32_t		code = -1;
	size_t		badpos = SIZE_MAX;

	switch (region_text_parse(text, len, &code, &badpos))
	{
		case REGION_OK:
			check(len == 2 || len == 4 || len == 6);
			check(region_check(code) == REGION_OK);
			region_text_format(code, out);
			check(memcmp(out, text, len) == 0);
			check_valid(code);
			break;
		case REGION_LENGTH:
			check(len != 2 && len != 4 && len != 6);
			break;
		case REGION_NOT_DIGIT:
			check(badpos < len && badpos < REGION_TEXT_LEN);
			check(text[badpos] < '0' || text[badpos] > '9');
			break;
		case REGION_NO_PROVINCE:
		case REGION_NO_PREFECTURE:
			check(code > 0 && code <= 999999);
			check(region_check(code) != REGION_OK);
			break;
	}
}

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* a copy of the exact size lets the sanitizer see one byte too many */
	char	   *text = malloc(size > 0 ? size : 1);

	memcpy(text, data, size);
	fuzz_region(text, size);

	/* every number there is, and one that is likely a code */
	if (size >= sizeof(int32_t))
	{
		int32_t		code;

		memcpy(&code, data, sizeof(code));
		if (region_check(code) == REGION_OK)
			check_valid(code);
		code = (int32_t) ((uint32_t) code % 1000000);
		if (region_check(code) == REGION_OK)
			check_valid(code);
	}
	free(text);
	return 0;
}
