EXTENSION = certledger
EXTVERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" certledger.control)
MODULE_big = certledger
DATA_built = certledger--$(EXTVERSION).sql

# One room per concept: its C and its SQL declaration, in dependency order.
CONCEPTS = certledger enums energy region uscc gec gecrange certificate_filter rule posting guard account \
	project issuance correction transfer hold response retirement claim cancellation expiry \
	batch availability history holding market verify recognise apportion nonfossil direct_connection_share \
	energy_trade cap recognition cap_check province_account user_account account_year run_accounts explain explain_region \
	account_difference emission ets_green_offset responsibility_check direct_connection procurement_plan ledger
# What create_ledger() lays out, in dependency order.
LEDGER_PARTS = $(patsubst %,src/ledger/%.sql,reference region_name \
	emission_factor rule registry document holding fact responsibility_weight direct_connection \
	claim result partition view report guard)
OBJS = $(patsubst %.c,%.o,$(wildcard src/*.c))
SQL_PARTS = $(patsubst %,src/%.sql,$(CONCEPTS))

PG_CFLAGS = -DCERTLEDGER_VERSION='"$(EXTVERSION)"' -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare -Wno-missing-field-initializers

# Tests: the concepts' own in their order, then all others by name.
SQL_TESTS = $(sort $(patsubst sql/%.sql,%,$(wildcard sql/*.sql)))
REGRESS = $(filter $(SQL_TESTS),$(CONCEPTS)) $(filter-out $(CONCEPTS),$(SQL_TESTS))
ISOLATION = $(sort $(patsubst test/specs/%.spec,%,$(wildcard test/specs/*.spec)))
ISOLATION_OPTS = --inputdir=test
PROVE_TESTS = $(sort $(wildcard test/t/*.pl))
TAP_TESTS = $(if $(PROVE_TESTS),1)

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)
ifneq ($(wildcard $(PGXS)),)
include $(PGXS)
$(OBJS): $(wildcard src/*.h)
else
all install installcheck clean:
	$(error PostgreSQL's development files (pg_config, PGXS; Debian: postgresql-server-dev-15) are missing: "make demo" or "make test" installs them)
endif

.DELETE_ON_ERROR:

certledger--$(EXTVERSION).sql: $(SQL_PARTS) $(LEDGER_PARTS)
	cat $(LEDGER_PARTS) > $@.ledger
	{ printf '\\echo Use "CREATE EXTENSION certledger" to load this file. \\quit\n'; \
	  cat $(SQL_PARTS) | sed -e '/^@LEDGER_PARTS@$$/{r $@.ledger' -e 'd}'; } > $@
	rm -f $@.ledger

# From nothing: these install what is missing, build in a temporary folder
# and use a server of their own there (tools/with-server).
.PHONY: demo psql test bench fuzz dist help

demo: ## show the ledger at work on the examples
	@exec tools/with-server tools/demo </dev/null

psql: ## open psql on the examples' data
	@tools/with-server tools/psql

test: ## run all tests; narrow with REGRESS="..." ISOLATION= PROVE_TESTS=
	@exec env PROFILE=-Werror REGRESS='$(REGRESS)' ISOLATION='$(ISOLATION)' \
		PROVE_TESTS='$(PROVE_TESTS)' tools/with-server --tap tools/test </dev/null

bench: ## take the benchmarks; SIZE=small (minutes) or full, GROUPS="..."
	@exec env SIZE='$(or $(SIZE),small)' tools/bench $(GROUPS) </dev/null

fuzz: ## fuzz the text parsers
	@test/fuzz/run

dist: ## make the release archive of HEAD
	git archive --format=zip --prefix=certledger-$(EXTVERSION)/ \
		-o certledger-$(EXTVERSION).zip HEAD

help: ## list these targets
	@echo 'all, install, installcheck: as with every PGXS extension'
	@sed -n 's/^\([a-z]*\):.* ## \(.*\)/\1: \2/p' Makefile
