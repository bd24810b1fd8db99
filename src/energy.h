/*-------------------------------------------------------------------------
 *
 * energy.h
 *	  Type energy and its accumulator, for the C of this extension.
 *
 * Include after postgres.h.  An energy is a 64-bit signed count of watt-hours,
 * passed by value; every value of int64 is an energy.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_ENERGY_H
#define CERTLEDGER_ENERGY_H

#include "fmgr.h"
#include "utils/numeric.h"

#ifndef HAVE_INT128
#error "certledger needs a compiler with 128-bit integers"
#endif

#define DatumGetEnergy(X)		DatumGetInt64(X)
#define EnergyGetDatum(X)		Int64GetDatum(X)
#define PG_GETARG_ENERGY(n)		DatumGetEnergy(PG_GETARG_DATUM(n))
#define PG_RETURN_ENERGY(x)		return EnergyGetDatum(x)

/* Watt-hours in a kilowatt-hour and a megawatt-hour. */
#define ENERGY_KWH				INT64CONST(1000)
#define ENERGY_MWH				INT64CONST(1000000)

/*
 * Type energy_accumulator: how many energies were taken in, and their sum in
 * watt-hours as a 128-bit integer in two halves.  The halves need no more
 * than the alignment of a double, which is what a tuple gives; an int128 would
 * need more.
 *
 * Always |sum| <= count * 2^63, see energy_accumulator_valid().
 */
typedef struct EnergyAccumulator
{
	int64		count;
	int64		hi;
	uint64		lo;
} EnergyAccumulator;

#define DatumGetEnergyAccumulatorP(X) \
	((EnergyAccumulator *) DatumGetPointer(X))
#define PG_GETARG_ENERGY_ACCUMULATOR_P(n) \
	DatumGetEnergyAccumulatorP(PG_GETARG_DATUM(n))
#define PG_RETURN_ENERGY_ACCUMULATOR_P(x)	PG_RETURN_POINTER(x)

/* Sum of an accumulator in watt-hours. */
static inline int128
energy_accumulator_sum(const EnergyAccumulator *state)
{
	return (int128) (((uint128) (uint64) state->hi << 64) | state->lo);
}

static inline void
energy_accumulator_set_sum(EnergyAccumulator *state, int128 sum)
{
	state->hi = (int64) (sum >> 64);
	state->lo = (uint64) sum;
}

/* Calls one of numeric's functions of two numbers. */
static inline Numeric
energy_call_numeric(PGFunction function, Numeric a, Numeric b)
{
	return DatumGetNumeric(DirectFunctionCall2(function,
											   NumericGetDatum(a),
											   NumericGetDatum(b)));
}

/* energy.c */
extern _Noreturn void energy_out_of_range(void);
extern int64 energy_from_int128(int128 wh);
extern char *energy_cstring(int64 wh);
extern int64 energy_argument(FunctionCallInfo fcinfo, int number,
							 const char *name);
extern int64 energy_divide_rounded(int128 dividend, int128 divisor);

#endif							/* CERTLEDGER_ENERGY_H */
