/*-------------------------------------------------------------------------
 *
 * uscc_text.h
 *	  Text form of a unified social credit code (GB 32100-2015), in plain C.
 *
 * Needs none of the server's headers, allocates nothing and reports nothing,
 * so that it can be fuzzed and tested alone.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_USCC_TEXT_H
#define CERTLEDGER_USCC_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define USCC_LEN			18

/*
 * One code: registration authority (1), kind of organisation (1), region
 * (6 digits), organisation code (9), check character (1), in capitals and
 * without a zero byte.
 */
typedef struct uscc
{
	char		code[USCC_LEN];
} uscc;

/* What is wrong with a text. */
typedef enum UsccTextError
{
	USCC_TEXT_OK = 0,
	USCC_TEXT_LENGTH,			/* not as many characters as needed */
	USCC_TEXT_CHARACTER,		/* a character that no code has */
	USCC_TEXT_REGION,			/* a letter among the digits of the region */
	USCC_TEXT_CHECK				/* the check character does not fit */
} UsccTextError;

extern UsccTextError uscc_text_parse(const char *str, size_t len, uscc *result,
									 size_t *badpos, char *expected);
extern UsccTextError uscc_text_check_character(const char *str, size_t len,
											   size_t *badpos, char *expected);
extern int	uscc_character_value(char c);

#endif							/* CERTLEDGER_USCC_TEXT_H */
