/*-------------------------------------------------------------------------
 *
 * errcodes.h
 *	  SQLSTATEs of the ledger's own refusals, class LC.
 *
 * The standard reserves classes that begin with 0-4 and A-H; LC is free for
 * implementations.  Plain input errors keep PostgreSQL's codes.  docs/errors.md
 * lists these and says what to do about each.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_ERRCODES_H
#define CERTLEDGER_ERRCODES_H

#define ERRCODE_INSUFFICIENT_CERTIFICATES	MAKE_SQLSTATE('L', 'C', '0', '0', '1')
#define ERRCODE_CERTIFICATES_NOT_HELD		MAKE_SQLSTATE('L', 'C', '0', '0', '2')
#define ERRCODE_CERTIFICATES_TERMINAL		MAKE_SQLSTATE('L', 'C', '0', '0', '3')
#define ERRCODE_CERTIFICATES_NOT_TRADABLE	MAKE_SQLSTATE('L', 'C', '0', '0', '4')
#define ERRCODE_CERTIFICATES_TRADED_ALREADY MAKE_SQLSTATE('L', 'C', '0', '0', '5')
#define ERRCODE_CERTIFICATES_EXPIRED		MAKE_SQLSTATE('L', 'C', '0', '0', '6')
#define ERRCODE_CERTIFICATES_WRONG_VINTAGE	MAKE_SQLSTATE('L', 'C', '0', '0', '7')
#define ERRCODE_CERTIFICATES_UNKNOWN		MAKE_SQLSTATE('L', 'C', '0', '0', '8')
#define ERRCODE_CERTIFICATES_WRONG_STATE	MAKE_SQLSTATE('L', 'C', '0', '0', '9')
#define ERRCODE_CERTIFICATES_WRONG_CLASS	MAKE_SQLSTATE('L', 'C', '0', '1', '0')
#define ERRCODE_CERTIFICATES_WRONG_ROUTE	MAKE_SQLSTATE('L', 'C', '0', '1', '1')
#define ERRCODE_REF_REUSED					MAKE_SQLSTATE('L', 'C', '0', '1', '2')
#define ERRCODE_APPEND_ONLY					MAKE_SQLSTATE('L', 'C', '0', '1', '3')
#define ERRCODE_POSTED_ONLY					MAKE_SQLSTATE('L', 'C', '0', '1', '4')
#define ERRCODE_ACCOUNT_UNUSABLE			MAKE_SQLSTATE('L', 'C', '0', '1', '5')
#define ERRCODE_NO_RULE						MAKE_SQLSTATE('L', 'C', '0', '1', '6')
#define ERRCODE_CERTIFICATES_NOT_YET		MAKE_SQLSTATE('L', 'C', '0', '1', '7')

#endif							/* CERTLEDGER_ERRCODES_H */
