/*-------------------------------------------------------------------------
 *
 * gec_text.h
 *	  Text form of a certificate code, in plain C.
 *
 * Needs none of the server's headers, allocates nothing and reports nothing,
 * so that it can be fuzzed and tested alone.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_GEC_TEXT_H
#define CERTLEDGER_GEC_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One certificate.
 *
 * The text has 32 digits: project (17), month YYMM (4), serial (9), volume
 * class (1), trade class (1).  Stored, the two classes stand before the
 * serial, so that the certificates of one run (one project, one month, the
 * same classes) are neighbours and a run is one range:
 *
 *	volume = YYMM * 10^11 + volume class * 10^10 + trade class * 10^9 + serial
 *
 * The map is one to one between all texts of 32 digits and all pairs below
 * the two limits, so the order has no holes: the type is discrete.
 */
typedef struct gec
{
	uint64_t	project;		/* 0 .. 10^17 - 1 */
	uint64_t	volume;			/* 0 .. 10^15 - 1 */
} gec;

#define GEC_TEXT_LEN		32
#define GEC_PROJECT_LEN		17

#define GEC_PROJECT_LIMIT	UINT64_C(100000000000000000)	/* 10^17 */
#define GEC_VOLUME_LIMIT	UINT64_C(1000000000000000)	/* 10^15 */
#define GEC_MONTH_UNIT		UINT64_C(100000000000)	/* 10^11 */
#define GEC_CLASS_UNIT		UINT64_C(10000000000)	/* 10^10 */
#define GEC_TRADE_UNIT		UINT64_C(1000000000)	/* 10^9 */
#define GEC_SERIAL_MAX		999999999

typedef enum GecTextError
{
	GEC_TEXT_OK = 0,
	GEC_TEXT_LENGTH,			/* not as many characters as needed */
	GEC_TEXT_NOT_DIGIT			/* a character that is not 0 to 9 */
} GecTextError;

extern GecTextError gec_text_parse(const char *str, size_t len, gec *result,
								   size_t *badpos);
extern GecTextError gec_text_parse_project(const char *str, size_t len,
										   uint64_t *result, size_t *badpos);
extern void gec_text_format(const gec *value, char *buf);
extern void gec_text_format_project(uint64_t project, char *buf);
extern const char *gec_volume_class_label(int digit);
extern int	gec_volume_class_digit(const char *label);

#endif							/* CERTLEDGER_GEC_TEXT_H */
