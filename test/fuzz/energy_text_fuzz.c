/*-------------------------------------------------------------------------
 *
 * energy_text_fuzz.c
 *	  libFuzzer harness for src/energy_text.c.
 *
 * Whatever is accepted must be written back as a canonical text that gives
 * the same value and, written again, the same text.  What is refused must
 * leave the result alone.
 *
 *-------------------------------------------------------------------------
 */
#include <stdlib.h>
#include <string.h>

#include "../../src/energy_text.h"

#define UNTOUCHED	INT64_C(0x0123456789abcdef)

static void
check(int ok)
{
	if (!ok)
		abort();
}

static void
fuzz_energy(const char *text, size_t len)
{
	int64_t		value = UNTOUCHED;
	int64_t		again = UNTOUCHED;
	char		first[ENERGY_TEXT_SIZE];
	char		second[ENERGY_TEXT_SIZE];
	size_t		first_len;

	if (energy_text_parse(text, len, &value) != ENERGY_TEXT_OK)
	{
		check(value == UNTOUCHED);
		return;
	}
	first_len = energy_text_format(value, first);
	check(first_len == strlen(first) && first_len < sizeof(first));
	check(energy_text_parse(first, first_len, &again) == ENERGY_TEXT_OK);
	check(again == value);
	check(energy_text_format(again, second) == first_len);
	check(strcmp(first, second) == 0);

	/* without its unit the canonical text means the same */
	check(energy_text_parse(first, first_len - strlen(" kWh"), &again) ==
		  ENERGY_TEXT_OK);
	check(again == value);
}

static void
fuzz_accumulator(const char *text, size_t len)
{
	int64_t		count;
	int64_t		hi;
	uint64_t	lo;
	char		out[ENERGY_ACCUMULATOR_TEXT_SIZE];

	if (energy_accumulator_text_parse(text, len, &count, &hi, &lo) !=
		ENERGY_TEXT_OK)
		return;
	check(energy_accumulator_valid(count, hi, lo));

	/* only canonical texts are accepted, so the text itself comes back */
	check(energy_accumulator_text_format(count, hi, lo, out) == len);
	check(memcmp(out, text, len) == 0);
}

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* a copy of the exact size lets the sanitizer see one byte too many */
	char	   *text = malloc(size > 0 ? size : 1);

	memcpy(text, data, size);
	fuzz_energy(text, size);
	fuzz_accumulator(text, size);

	/* every value there is: the first eight bytes as they stand */
	if (size >= sizeof(int64_t))
	{
		int64_t		value;
		char		canonical[ENERGY_TEXT_SIZE];

		memcpy(&value, data, sizeof(value));
		fuzz_energy(canonical, energy_text_format(value, canonical));
	}
	free(text);
	return 0;
}
