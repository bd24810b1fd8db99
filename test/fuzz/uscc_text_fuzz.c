/*-------------------------------------------------------------------------
 *
 * uscc_text_fuzz.c
 *	  libFuzzer harness for src/uscc_text.c.
 *
 * Whatever is accepted must be accepted again as it is stored, with the check
 * character that its first 17 characters give; every single wrong character
 * must be found.
 *
 *-------------------------------------------------------------------------
 */
#include <stdlib.h>
#include <string.h>

#include "../../src/uscc_text.h"

static void
check(int ok)
{
	if (!ok)
		abort();
}

static void
fuzz_code(const char *text, size_t len)
{
	static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	uscc		code;
	uscc		again;
	size_t		badpos = 0;
	char		expected = 0;
	UsccTextError error;

	error = uscc_text_parse(text, len, &code, &badpos, &expected);
	if (error != USCC_TEXT_OK)
	{
		check(error == USCC_TEXT_LENGTH || badpos < len);
		return;
	}
	check(len == USCC_LEN);
	check(uscc_text_parse(code.code, USCC_LEN, &again, &badpos,
						  &expected) == USCC_TEXT_OK);
	check(memcmp(&code, &again, sizeof(code)) == 0);
	check(uscc_text_check_character(code.code, USCC_LEN - 1, &badpos,
									&expected) == USCC_TEXT_OK);
	check(expected == code.code[USCC_LEN - 1]);

	for (int i = 0; i < USCC_LEN; i++)
	{
		for (const char *c = alphabet; *c != '\0'; c++)
		{
			uscc		wrong = code;

			if (*c == code.code[i])
				continue;
			wrong.code[i] = *c;
			check(uscc_text_parse(wrong.code, USCC_LEN, &again, &badpos,
								  &expected) != USCC_TEXT_OK);
		}
	}
}

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* a copy of the exact size lets the sanitizer see one byte too many */
	char	   *text = malloc(size > 0 ? size : 1);
	size_t		badpos = 0;
	char		expected;

	memcpy(text, data, size);
	fuzz_code(text, size);

	/* a body is completed, so that valid codes are met often */
	if (uscc_text_check_character(text, size, &badpos, &expected) ==
		USCC_TEXT_OK)
	{
		char		code[USCC_LEN];

		check(size == USCC_LEN - 1);
		memcpy(code, text, USCC_LEN - 1);
		code[USCC_LEN - 1] = expected;
		fuzz_code(code, USCC_LEN);
	}
	free(text);
	return 0;
}
