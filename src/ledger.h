/*-------------------------------------------------------------------------
 *
 * ledger.h
 *	  The ledger of this database.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_LEDGER_H
#define CERTLEDGER_LEDGER_H

extern bool ledger_exists(void);
extern void ledger_require(void);

#endif							/* CERTLEDGER_LEDGER_H */
