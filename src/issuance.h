/*-------------------------------------------------------------------------
 *
 * issuance.h
 *	  What issuance and correction share.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_ISSUANCE_H
#define CERTLEDGER_ISSUANCE_H

extern void issuance_lock(void);

#endif							/* CERTLEDGER_ISSUANCE_H */
