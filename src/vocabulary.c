/*-------------------------------------------------------------------------
 *
 * vocabulary.c
 *	  The ledger's enumerated words as C enums, and the OIDs of its types.
 *
 * OIDs are looked up once per session.  They change only when the extension is
 * dropped and created again; when the server says that a type or schema has
 * changed, the OID of one type is compared, and all is looked up again when it
 * differs.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_type.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "vocabulary.h"

static const char *const state_words[] = {
	"accrued", "issued", "listed", "locked", "transferred", "frozen",
	"retired", "expired", "cancelled"
};
static const char *const route_words[] = {
	"production", "green_power", "self_use", "off_grid", "hydro_transfer",
	"mechanism_transfer", "provincial_allocation", "in_province_trade",
	"spot_trade", "voluntary_trade", "out_of_province_trade"
};
static const char *const mode_words[] = {
	"listing", "bilateral", "auction", "green_power", "existing_hydro",
	"self_use", "off_grid", "mechanism_price", "allocation"
};
static const char *const document_words[] = {
	"issuance", "correction", "transfer", "response", "retirement", "hold",
	"cancellation", "expiry"
};
static const char *const account_kind_words[] = {
	"generator", "user", "agent", "provincial"
};
static const char *const regime_words[] = {
	"mandatory", "voluntary"
};
static const char *const hold_action_words[] = {
	"list", "delist", "lock", "release", "freeze", "unfreeze"
};
static const char *const freeze_reason_words[] = {
	"ccer", "dispute"
};
static const char *const response_words[] = {
	"accept", "reject", "withdraw"
};
static const char *const cancellation_words[] = {
	"ccer", "objection"
};
static const char *const identification_words[] = {
	"physical", "energy_trade", "certificate_trade", "allocation"
};

StaticAssertDecl(lengthof(state_words) == HOLDING_STATES, "states");
StaticAssertDecl(lengthof(route_words) == ROUTES, "routes");
StaticAssertDecl(lengthof(mode_words) == TRADE_MODES, "modes");
StaticAssertDecl(lengthof(document_words) == DOCUMENT_KINDS, "documents");
StaticAssertDecl(lengthof(account_kind_words) == ACCOUNT_KINDS, "kinds");
StaticAssertDecl(lengthof(regime_words) == CLAIM_REGIMES, "regimes");
StaticAssertDecl(lengthof(hold_action_words) == HOLD_ACTIONS, "hold actions");
StaticAssertDecl(lengthof(freeze_reason_words) == FREEZE_REASONS, "freeze reasons");
StaticAssertDecl(lengthof(response_words) == RESPONSE_KINDS, "responses");
StaticAssertDecl(lengthof(cancellation_words) == CANCELLATION_REASONS, "cancellation reasons");
StaticAssertDecl(lengthof(identification_words) == IDENTIFICATIONS, "identifications");

static Oid	state_oids[HOLDING_STATES];
static Oid	route_oids[ROUTES];
static Oid	mode_oids[TRADE_MODES];
static Oid	document_oids[DOCUMENT_KINDS];
static Oid	account_kind_oids[ACCOUNT_KINDS];
static Oid	regime_oids[CLAIM_REGIMES];
static Oid	hold_action_oids[HOLD_ACTIONS];
static Oid	freeze_reason_oids[FREEZE_REASONS];
static Oid	response_oids[RESPONSE_KINDS];
static Oid	cancellation_oids[CANCELLATION_REASONS];
static Oid	identification_oids[IDENTIFICATIONS];

static Vocabulary vocabulary = {
	.state = {"holding_state", HOLDING_STATES, state_words, .oids = state_oids},
	.route = {"route", ROUTES, route_words, .oids = route_oids},
	.mode = {"trade_mode", TRADE_MODES, mode_words, .oids = mode_oids},
	.document = {"document_kind", DOCUMENT_KINDS, document_words, .oids = document_oids},
	.account_kind = {"account_kind", ACCOUNT_KINDS, account_kind_words, .oids = account_kind_oids},
	.regime = {"claim_regime", CLAIM_REGIMES, regime_words, .oids = regime_oids},
	.hold_action = {"hold_action", HOLD_ACTIONS, hold_action_words, .oids = hold_action_oids},
	.freeze_reason = {"freeze_reason", FREEZE_REASONS, freeze_reason_words, .oids = freeze_reason_oids},
	.response = {"response_kind", RESPONSE_KINDS, response_words, .oids = response_oids},
	.cancellation = {"cancellation_reason", CANCELLATION_REASONS, cancellation_words, .oids = cancellation_oids},
	.identification = {"identification", IDENTIFICATIONS, identification_words, .oids = identification_oids}
};

/*
 * OID of a type of the extension; an error when it is not there.
 */
static Oid
type_oid(Oid namespace_oid, const char *name)
{
	Oid			oid = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid,
									  CStringGetDatum(name),
									  ObjectIdGetDatum(namespace_oid));

	if (!OidIsValid(oid))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("type \"certledger.%s\" does not exist", name),
				 errhint("Run ALTER EXTENSION certledger UPDATE if the library is newer than the extension.")));
	return oid;
}

/*
 * Fills in the OIDs of one enumerated type.
 */
static void
load_words(Oid namespace_oid, Wordlist *list)
{
	list->type = type_oid(namespace_oid, list->type_name);
	list->array_type = get_array_type(list->type);
	for (int i = 0; i < list->nwords; i++)
	{
		list->oids[i] = GetSysCacheOid2(ENUMTYPOIDNAME, Anum_pg_enum_oid,
										ObjectIdGetDatum(list->type),
										CStringGetDatum(list->words[i]));
		if (!OidIsValid(list->oids[i]))
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_OBJECT),
					 errmsg("type \"certledger.%s\" has no value \"%s\"",
							list->type_name, list->words[i]),
					 errhint("Run ALTER EXTENSION certledger UPDATE if the library is newer than the extension.")));
	}
}

/*
 * OID of a type of the extension, by its name.
 */
Oid
vocabulary_type(const char *name)
{
	return type_oid(get_namespace_oid("certledger", false), name);
}

/* How often types or schemas changed, as far as the session has heard. */
static uint32 changes = 1;

static void
types_changed(Datum arg, int cacheid, uint32 hashvalue)
{
	changes++;
}

/*
 * The vocabulary of this database, valid until the end of the statement.
 */
const Vocabulary *
vocabulary_get(void)
{
	static bool registered = false;
	static uint32 compared_at = 0;	/* value of changes */
	static Oid	loaded_gec = InvalidOid;
	uint32		now = changes;
	Oid			namespace_oid;
	Oid			gec;

	if (compared_at == now)
		return &vocabulary;
	if (!registered)
	{
		registered = true;
		CacheRegisterSyscacheCallback(TYPEOID, types_changed, (Datum) 0);
		CacheRegisterSyscacheCallback(NAMESPACEOID, types_changed, (Datum) 0);
	}
	namespace_oid = get_namespace_oid("certledger", false);
	gec = type_oid(namespace_oid, "gec");
	if (gec != loaded_gec)
	{
		loaded_gec = InvalidOid;
		load_words(namespace_oid, &vocabulary.state);
		load_words(namespace_oid, &vocabulary.route);
		load_words(namespace_oid, &vocabulary.mode);
		load_words(namespace_oid, &vocabulary.document);
		load_words(namespace_oid, &vocabulary.account_kind);
		load_words(namespace_oid, &vocabulary.regime);
		load_words(namespace_oid, &vocabulary.hold_action);
		load_words(namespace_oid, &vocabulary.freeze_reason);
		load_words(namespace_oid, &vocabulary.response);
		load_words(namespace_oid, &vocabulary.cancellation);
		load_words(namespace_oid, &vocabulary.identification);
		vocabulary.source_array = get_array_type(type_oid(namespace_oid, "energy_source"));
		vocabulary.region = type_oid(namespace_oid, "region");
		vocabulary.region_array = get_array_type(vocabulary.region);
		vocabulary.gec = gec;
		vocabulary.gec_array = get_array_type(gec);
		vocabulary.gecrange = type_oid(namespace_oid, "gecrange");
		vocabulary.version++;
		loaded_gec = gec;
	}
	compared_at = now;
	return &vocabulary;
}

/*
 * The word that an enum value's OID stands for; an error for a value that a
 * newer extension added.
 */
int
word_of_oid(const Wordlist *list, Oid oid)
{
	for (int i = 0; i < list->nwords; i++)
		if (list->oids[i] == oid)
			return i;
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_OBJECT),
			 errmsg("value %u of type \"certledger.%s\" is not known to the library",
					oid, list->type_name),
			 errhint("Upgrade the certledger package to the version of the extension.")));
	return 0;					/* keep compiler quiet */
}
