/*-------------------------------------------------------------------------
 *
 * nonfossil_text_fuzz.c
 *	  libFuzzer harness for src/nonfossil_text.c.
 *
 * Only canonical texts are accepted, so what is accepted must be written back
 * as it was.  What is refused must leave the result alone.  Sums of any size,
 * and energies added to them, must come back from their three parts.
 *
 *-------------------------------------------------------------------------
 */
#include <stdlib.h>
#include <string.h>

#include "../../src/nonfossil_text.h"

static void
check(int ok)
{
	if (!ok)
		abort();
}

/* An accumulator that every result starts as. */
static const NonfossilAccumulator untouched = {
	.count = INT64_C(0x0123456789abcdef),
	.low = {1, 2, 3, 4},
	.middle = {5, 6, 7, 8},
	.high = {9, 10, 11, 12}
};

static void
fuzz_text(const char *text, size_t len)
{
	NonfossilAccumulator value = untouched;
	NonfossilSum sums[NONFOSSIL_METHODS];
	char		out[NONFOSSIL_ACCUMULATOR_TEXT_SIZE];

	if (nonfossil_accumulator_text_parse(text, len, &value) != NONFOSSIL_OK)
	{
		check(memcmp(&value, &untouched, sizeof(value)) == 0);
		return;
	}
	for (int method = 0; method < NONFOSSIL_METHODS; method++)
		sums[method] = nonfossil_sum(&value, method);
	check(nonfossil_accumulator_check(value.count, sums) == NONFOSSIL_OK);
	check(nonfossil_accumulator_text_format(&value, out) == len);
	check(memcmp(out, text, len) == 0 && out[len] == '\0');
}

/*
 * Takes a sum of 112 bits and an energy from the bytes as they stand.
 */
static void
fuzz_sum(const uint8_t *data)
{
	NonfossilAccumulator state = untouched;
	NonfossilSum sum;
	NonfossilSum expected;
	int64_t		value;
	int			method = data[0] % NONFOSSIL_METHODS;

	memcpy(&sum, data + 1, sizeof(sum));
	sum >>= 16;
	memcpy(&value, data + 1 + sizeof(sum), sizeof(value));
	nonfossil_set_sum(&state, method, sum);
	check(nonfossil_sum(&state, method) == sum);

	/* adding keeps to 112 bits as long as the sum does */
	expected = sum + value;
	if (expected >> 111 != 0 && expected >> 111 != -1)
		return;
	nonfossil_add(&state, method, value);
	check(nonfossil_sum(&state, method) == expected);
	for (int other = 0; other < NONFOSSIL_METHODS; other++)
		check(other == method ||
			  nonfossil_sum(&state, other) == nonfossil_sum(&untouched, other));
}

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* a copy of the exact size lets the sanitizer see one byte too many */
	char	   *text = malloc(size > 0 ? size : 1);

	memcpy(text, data, size);
	fuzz_text(text, size);
	free(text);

	if (size >= 1 + sizeof(NonfossilSum) + sizeof(int64_t))
		fuzz_sum(data);
	return 0;
}
