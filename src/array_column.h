/*-------------------------------------------------------------------------
 *
 * array_column.h
 *	  Columns that grow row by row and become array parameters of statements.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_ARRAY_COLUMN_H
#define CERTLEDGER_ARRAY_COLUMN_H

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "gec.h"
#include "vocabulary.h"

/* A column that grows row by row and becomes an array parameter. */
typedef struct Column
{
	Datum	   *values;
	bool	   *nulls;
	int			n;
} Column;

static inline Column
column_make(int capacity)
{
	Column		column;

	column.values = palloc_array(Datum, capacity);
	column.nulls = palloc0_array(bool, capacity);
	column.n = 0;
	return column;
}

static inline void
column_add(Column *column, Datum value)
{
	column->values[column->n++] = value;
}

/* Adds a value that may be NULL. */
static inline void
column_add_nullable(Column *column, Datum value, bool isnull)
{
	column->nulls[column->n] = isnull;
	column->values[column->n++] = value;
}

/* Adds a number that is NULL when it is zero. */
static inline void
column_add_id(Column *column, int64 id)
{
	column_add_nullable(column, Int64GetDatum(id), id == 0);
}

/* The column as an array of by-value elements. */
static inline Datum
column_array(Column *column, Oid type, int length, char align)
{
	int			lower = 1;

	return PointerGetDatum(construct_md_array(column->values, column->nulls, 1,
											  &column->n, &lower, type,
											  length, true, align));
}

static inline Datum
bigint_array(Column *column)
{
	return column_array(column, INT8OID, sizeof(int64), TYPALIGN_DOUBLE);
}

static inline Datum
timestamp_array(Column *column)
{
	return column_array(column, TIMESTAMPTZOID, sizeof(TimestampTz), TYPALIGN_DOUBLE);
}

static inline Datum
date_array(Column *column)
{
	return column_array(column, DATEOID, sizeof(DateADT), TYPALIGN_INT);
}

static inline Datum
oid_sized_array(Column *column, Oid type)
{
	return column_array(column, type, sizeof(Oid), TYPALIGN_INT);
}

static inline Datum
gec_array(Column *column)
{
	return PointerGetDatum(construct_array(column->values, column->n,
										   vocabulary_get()->gec, sizeof(gec),
										   false, TYPALIGN_DOUBLE));
}

#endif							/* CERTLEDGER_ARRAY_COLUMN_H */
