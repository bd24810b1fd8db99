/*-------------------------------------------------------------------------
 *
 * kept_body.h
 *	  SQL functions whose plan is kept for the session.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_KEPT_BODY_H
#define CERTLEDGER_KEPT_BODY_H

#include "fmgr.h"

extern uint64 kept_body_return(FunctionCallInfo fcinfo);

#endif							/* CERTLEDGER_KEPT_BODY_H */
