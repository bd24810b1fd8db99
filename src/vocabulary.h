/*-------------------------------------------------------------------------
 *
 * vocabulary.h
 *	  The ledger's enumerated words as C enums, and the OIDs of its types.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_VOCABULARY_H
#define CERTLEDGER_VOCABULARY_H

/* Words in the order of their CREATE TYPE in enums.sql. */
typedef enum HoldingState
{
	STATE_ACCRUED,
	STATE_ISSUED,
	STATE_LISTED,
	STATE_LOCKED,
	STATE_TRANSFERRED,
	STATE_FROZEN,
	STATE_RETIRED,
	STATE_EXPIRED,
	STATE_CANCELLED
} HoldingState;
#define HOLDING_STATES	9

typedef enum Route
{
	ROUTE_PRODUCTION,
	ROUTE_GREEN_POWER,
	ROUTE_SELF_USE,
	ROUTE_OFF_GRID,
	ROUTE_HYDRO_TRANSFER,
	ROUTE_MECHANISM_TRANSFER,
	ROUTE_PROVINCIAL_ALLOCATION,
	ROUTE_IN_PROVINCE_TRADE,
	ROUTE_SPOT_TRADE,
	ROUTE_VOLUNTARY_TRADE,
	ROUTE_OUT_OF_PROVINCE_TRADE
} Route;
#define ROUTES	11

typedef enum TradeMode
{
	MODE_LISTING,
	MODE_BILATERAL,
	MODE_AUCTION,
	MODE_GREEN_POWER,
	MODE_EXISTING_HYDRO,
	MODE_SELF_USE,
	MODE_OFF_GRID,
	MODE_MECHANISM_PRICE,
	MODE_ALLOCATION
} TradeMode;
#define TRADE_MODES 9

typedef enum DocumentKind
{
	DOCUMENT_ISSUANCE,
	DOCUMENT_CORRECTION,
	DOCUMENT_TRANSFER,
	DOCUMENT_RESPONSE,
	DOCUMENT_RETIREMENT,
	DOCUMENT_HOLD,
	DOCUMENT_CANCELLATION,
	DOCUMENT_EXPIRY
} DocumentKind;
#define DOCUMENT_KINDS	8

typedef enum HoldAction
{
	ACTION_LIST,
	ACTION_DELIST,
	ACTION_LOCK,
	ACTION_RELEASE,
	ACTION_FREEZE,
	ACTION_UNFREEZE
} HoldAction;
#define HOLD_ACTIONS	6

typedef enum FreezeReason
{
	FREEZE_CCER,
	FREEZE_DISPUTE
} FreezeReason;
#define FREEZE_REASONS	2

typedef enum ResponseKind
{
	RESPONSE_ACCEPT,
	RESPONSE_REJECT,
	RESPONSE_WITHDRAW
} ResponseKind;
#define RESPONSE_KINDS	3

typedef enum CancellationReason
{
	CANCELLATION_CCER,
	CANCELLATION_OBJECTION
} CancellationReason;
#define CANCELLATION_REASONS	2

typedef enum AccountKind
{
	ACCOUNT_GENERATOR,
	ACCOUNT_USER,
	ACCOUNT_AGENT,
	ACCOUNT_PROVINCIAL
} AccountKind;
#define ACCOUNT_KINDS	4

typedef enum ClaimRegime
{
	REGIME_MANDATORY,
	REGIME_VOLUNTARY
} ClaimRegime;
#define CLAIM_REGIMES	2

typedef enum Identification
{
	IDENTIFICATION_PHYSICAL,
	IDENTIFICATION_ENERGY_TRADE,
	IDENTIFICATION_CERTIFICATE_TRADE,
	IDENTIFICATION_ALLOCATION
} Identification;
#define IDENTIFICATIONS 4

/* One enumerated type: its OID, and its labels' OIDs and names in C order. */
typedef struct Wordlist
{
	const char *type_name;
	int			nwords;
	const char *const *words;
	Oid			type;
	Oid			array_type;
	Oid		   *oids;
} Wordlist;

typedef struct Vocabulary
{
	Wordlist	state;
	Wordlist	route;
	Wordlist	mode;
	Wordlist	document;
	Wordlist	account_kind;
	Wordlist	regime;
	Wordlist	hold_action;
	Wordlist	freeze_reason;
	Wordlist	response;
	Wordlist	cancellation;
	Wordlist	identification;
	Oid			source_array;	/* energy_source[] */
	Oid			region;
	Oid			region_array;
	Oid			gec;
	Oid			gec_array;
	Oid			gecrange;
	uint32		version;		/* grows whenever an OID changed */
} Vocabulary;

extern const Vocabulary *vocabulary_get(void);
extern Oid	vocabulary_type(const char *name);
extern int	word_of_oid(const Wordlist *list, Oid oid);

#endif							/* CERTLEDGER_VOCABULARY_H */
