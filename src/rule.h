/*-------------------------------------------------------------------------
 *
 * rule.h
 *	  Parameters of the rules, by effective date.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_RULE_H
#define CERTLEDGER_RULE_H

#include "utils/date.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "vocabulary.h"

/*
 * Values that a statement has looked up, so that a statement of many
 * documents asks for each rule once a day.  Zero it before use, and set context
 * to where values can live as long as the cache.  With keep_open, which is for
 * postings, what the session remembers is taken first; for the rest table rule
 * stays open, and is read by one snapshot, until rule_cache_end().
 */
#define RULE_CACHE_SIZE 64
typedef struct RuleReader RuleReader;
typedef struct RuleCache
{
	int			nrules;			/* ever looked up; the oldest gives way */
	struct
	{
		const char *name;		/* compared as a pointer: use literals */
		DateADT		on;
		char	   *value;
		void	   *parsed;		/* whatever the reader made of it */
	}			rules[RULE_CACHE_SIZE];
	MemoryContext context;
	bool		keep_open;
	RuleReader *reader;			/* or NULL */
} RuleCache;

/* A comma-separated list. */
typedef struct RuleList
{
	int			nitems;
	char	  **items;
} RuleList;

extern void rule_cache_end(RuleCache *cache);
extern char *rule_value(const char *name, DateADT on);
extern void rule_check_validity(const char *name, DateADT on);
extern DateADT rule_day(const char *name, DateADT on);
extern Route rule_route(RuleCache *cache, const char *name, DateADT on);
extern int	rule_year(RuleCache *cache, const char *name, DateADT on);
extern int	rule_count(RuleCache *cache, const char *name, DateADT on);
extern Interval *rule_interval(RuleCache *cache, const char *name, DateADT on);
extern const RuleList *rule_list(RuleCache *cache, const char *name, DateADT on);
extern uint32 rule_words(RuleCache *cache, const char *name, DateADT on,
						 const Wordlist *words);
extern char *rule_word(const char *name, DateADT on,
					   const char *const *words, const char *wanted);
extern int	rule_choice(RuleCache *cache, const char *name, DateADT on,
						const char *const *words, const char *wanted);
extern Datum rule_sources(const char *name, DateADT on);
extern Datum rule_ratio(const char *name, DateADT on);
extern Datum rule_number(const char *name, DateADT on);
extern Datum rule_share(const char *name, DateADT on);
extern int	rule_year_or_word(const char *name, DateADT on, const char *word);
extern uint32 rule_known_words(const char *name, DateADT on,
							   const char *const *words, const char *wanted);
extern bool rule_lists(const char *name, DateADT on, const char *word);

/* rule_memory.c */
extern char *rule_recall(const char *name, DateADT on);
extern uint64 rule_changes(Relation relation);
extern void rule_remember(Relation relation, uint64 changes, const char *name,
						  DateADT on, const char *value);

#endif							/* CERTLEDGER_RULE_H */
