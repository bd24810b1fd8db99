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

#define ERRCODE_INSUFFICIENT_CERTIFICATES		MAKE_SQLSTATE('L', 'C', '0', '0', '1')
#define ERRCODE_CERTIFICATES_NOT_HELD			MAKE_SQLSTATE('L', 'C', '0', '0', '2')
#define ERRCODE_CERTIFICATES_TERMINAL			MAKE_SQLSTATE('L', 'C', '0', '0', '3')
#define ERRCODE_CERTIFICATES_NOT_TRADABLE		MAKE_SQLSTATE('L', 'C', '0', '0', '4')
#define ERRCODE_CERTIFICATES_TRADED_ALREADY		MAKE_SQLSTATE('L', 'C', '0', '0', '5')
#define ERRCODE_CERTIFICATES_EXPIRED			MAKE_SQLSTATE('L', 'C', '0', '0', '6')
#define ERRCODE_CERTIFICATES_WRONG_VINTAGE		MAKE_SQLSTATE('L', 'C', '0', '0', '7')
#define ERRCODE_CERTIFICATES_UNKNOWN			MAKE_SQLSTATE('L', 'C', '0', '0', '8')
#define ERRCODE_CERTIFICATES_WRONG_STATE		MAKE_SQLSTATE('L', 'C', '0', '0', '9')
#define ERRCODE_CERTIFICATES_WRONG_CLASS		MAKE_SQLSTATE('L', 'C', '0', '1', '0')
#define ERRCODE_CERTIFICATES_WRONG_ROUTE		MAKE_SQLSTATE('L', 'C', '0', '1', '1')
#define ERRCODE_REF_REUSED						MAKE_SQLSTATE('L', 'C', '0', '1', '2')
#define ERRCODE_APPEND_ONLY						MAKE_SQLSTATE('L', 'C', '0', '1', '3')
#define ERRCODE_POSTED_ONLY						MAKE_SQLSTATE('L', 'C', '0', '1', '4')
#define ERRCODE_ACCOUNT_UNKNOWN					MAKE_SQLSTATE('L', 'C', '0', '1', '5')
#define ERRCODE_NO_RULE							MAKE_SQLSTATE('L', 'C', '0', '1', '6')
#define ERRCODE_CERTIFICATES_NOT_YET			MAKE_SQLSTATE('L', 'C', '0', '1', '7')
#define ERRCODE_CERTIFICATES_NAMED_TWICE		MAKE_SQLSTATE('L', 'C', '0', '1', '8')
#define ERRCODE_CERTIFICATES_NOT_ONE_RUN		MAKE_SQLSTATE('L', 'C', '0', '1', '9')
#define ERRCODE_ACCOUNT_NOT_OPEN				MAKE_SQLSTATE('L', 'C', '0', '2', '0')
#define ERRCODE_ACCOUNT_CLOSED					MAKE_SQLSTATE('L', 'C', '0', '2', '1')
#define ERRCODE_ACCOUNT_WRONG_KIND				MAKE_SQLSTATE('L', 'C', '0', '2', '2')
#define ERRCODE_RULE_INVALID					MAKE_SQLSTATE('L', 'C', '0', '2', '3')
#define ERRCODE_GENERATION_ISSUED				MAKE_SQLSTATE('L', 'C', '0', '2', '4')
#define ERRCODE_CERTIFICATES_LOCKED				MAKE_SQLSTATE('L', 'C', '0', '2', '5')
#define ERRCODE_CERTIFICATES_FROZEN				MAKE_SQLSTATE('L', 'C', '0', '2', '6')
#define ERRCODE_CERTIFICATES_FILTERED			MAKE_SQLSTATE('L', 'C', '0', '2', '7')
#define ERRCODE_CERTIFICATES_NOT_UNDER_HOLD		MAKE_SQLSTATE('L', 'C', '0', '2', '8')
#define ERRCODE_DOCUMENT_UNKNOWN				MAKE_SQLSTATE('L', 'C', '0', '2', '9')
#define ERRCODE_DOCUMENT_MISMATCH				MAKE_SQLSTATE('L', 'C', '0', '3', '0')
#define ERRCODE_ORDER_ENDED						MAKE_SQLSTATE('L', 'C', '0', '3', '1')
#define ERRCODE_ORDER_TOO_LONG					MAKE_SQLSTATE('L', 'C', '0', '3', '2')
#define ERRCODE_CERTIFICATES_WRONG_TECHNOLOGY	MAKE_SQLSTATE('L', 'C', '0', '3', '3')
#define ERRCODE_OBJECTION_TOO_LATE				MAKE_SQLSTATE('L', 'C', '0', '3', '4')
#define ERRCODE_RETIREMENT_TOO_LATE				MAKE_SQLSTATE('L', 'C', '0', '3', '5')
#define ERRCODE_CLAIM_ABOVE_CAP					MAKE_SQLSTATE('L', 'C', '0', '3', '6')
#define ERRCODE_CERTIFICATES_MOVED_ON			MAKE_SQLSTATE('L', 'C', '0', '3', '7')
#define ERRCODE_CERTIFICATES_SUBSIDISED			MAKE_SQLSTATE('L', 'C', '0', '3', '8')
#define ERRCODE_CERTIFICATES_WRONG_PROVINCE		MAKE_SQLSTATE('L', 'C', '0', '3', '9')
#define ERRCODE_ACCEPTANCE_REQUIRED				MAKE_SQLSTATE('L', 'C', '0', '4', '0')
#define ERRCODE_GENERATION_NOT_ISSUED			MAKE_SQLSTATE('L', 'C', '0', '4', '1')
#define ERRCODE_GENERATION_TOO_GREAT			MAKE_SQLSTATE('L', 'C', '0', '4', '2')
#define ERRCODE_GENERATION_DRAWN_TOO_GREAT		MAKE_SQLSTATE('L', 'C', '0', '4', '3')
#define ERRCODE_STATION_MIXED					MAKE_SQLSTATE('L', 'C', '0', '4', '4')
#define ERRCODE_TRADE_MODE_CLOSED				MAKE_SQLSTATE('L', 'C', '0', '4', '5')
#define ERRCODE_YEAR_CLOSED						MAKE_SQLSTATE('L', 'C', '0', '4', '6')
#define ERRCODE_YEAR_WRONG_STATE				MAKE_SQLSTATE('L', 'C', '0', '4', '7')
#define ERRCODE_ACCOUNTS_UNSETTLED				MAKE_SQLSTATE('L', 'C', '0', '4', '8')
#define ERRCODE_RUN_ONLY						MAKE_SQLSTATE('L', 'C', '0', '4', '9')

#endif							/* CERTLEDGER_ERRCODES_H */
