# Makefile of transfer_detect
#
# Two kinds of targets live here. all, install, installcheck, clean and their like come from PGXS and
# need the server's development files. demo, test, unit, arrows, dist, fuzz, torture, fleet and help do not: they work on a machine
# that has only make (demo and test install the rest), so the PGXS part below is skipped when there is
# no pg_config.
#
# PG_CONFIG=/path/to/pg_config chooses the server, here and in the scripts.

EXTENSION  = transfer_detect
MODULE_big = transfer_detect

# The source directory: "." but for a build in a directory of its own (make -f ../Makefile).
top := $(patsubst %/,%,$(dir $(firstword $(MAKEFILE_LIST))))

# The version is written down once, in the control file.
EXTVERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'.*/\1/p" $(top)/$(EXTENSION).control)

# The install script is put together from these parts, in this order: each may use what stands in the
# ones before.
SQL_PARTS = schemas transfer fleet \
	distinct distinct_bounded distinct_set distinct_typed \
	esql_runtime_scalar esql_runtime_convert esql_runtime_documents esql_runtime_dates esql_runtime_sum esql_runtime_first esql_runtime_statistics esql_runtime_numbers esql_runtime_lists esql_runtime_regex esql_runtime_search \
	schema trust habits rules runs alerts exceptions esql detect rule_index document_index engine late remote citus \
	report_text triage_events evidence hits filing filing_bulk hit_events alert_list \
	triage_tree triage_history triage_peers triage_related triage_text triage_findings triage_reasons triage_guide triage response \
	report_style report_parts report_alert_tree report_alert_before report_alert report_period context export \
	detection habit_joins habit_filing habit_teaching run_rules preview survey suggestions \
	operations notify references schedule ingest partitions
SQL_FILES = $(SQL_PARTS:%=$(top)/sql/%.sql)
FIELD_LISTS = $(top)/sql/ecs-fields.tsv $(top)/sql/integration-fields.tsv
# In a directory of its own, a build makes its own scripts, also where the source has them (as make dist packs it): make
# would look for a relative name there.
made = $(if $(filter .,$(top)),,$(CURDIR)/)sql
INSTALL_SCRIPT_SQL = $(made)/$(EXTENSION)--$(EXTVERSION).sql

# The version before this one. Its upgrade script repeats the install script between two parts written by hand
# (script/upgrade-script.awk). When this version is released, it becomes a file of its own, and is not made any more.
PREVIOUS           = 1.0.0
UPGRADE_SCRIPT_SQL = $(made)/$(EXTENSION)--$(PREVIOUS)--$(EXTVERSION).sql
UPGRADE_PARTS      = $(top)/sql/upgrade/before.sql $(INSTALL_SCRIPT_SQL) $(top)/sql/upgrade/after.sql

DATA       = $(filter-out sql/$(notdir $(UPGRADE_SCRIPT_SQL)),$(patsubst $(top)/%,%,$(wildcard $(top)/sql/$(EXTENSION)--*--*.sql)))
DATA_built = $(INSTALL_SCRIPT_SQL) $(UPGRADE_SCRIPT_SQL)

TD_SOURCES = $(sort $(shell find $(top)/src -name "*.c"))
TD_HEADERS = $(shell find $(top)/src -name "*.h")
OBJS       = $(TD_SOURCES:$(top)/%.c=%.o)

# Warnings are for everybody, -Werror is not: a newer compiler must not break a user's build. The tests
# add it (COPT=-Werror). PostgreSQL's own headers cause the one that is off.
PG_CPPFLAGS = -I$(top)/src
PG_CFLAGS   = -Wall -Wextra -Wno-unused-parameter

# JSON for src/ecs, regular expressions for src/esql/pattern, Markdown for src/report, and gzip for files of documents.
PURE_LIBS   = -ljansson -lpcre2-8 -lcmark
SHLIB_LINK  = $(PURE_LIBS) -lz

REGRESS      = $(patsubst $(top)/test/sql/%.sql,%,$(sort $(wildcard $(top)/test/sql/*.sql)))
REGRESS_OPTS = --encoding=UTF8 --inputdir=$(top)/test --load-extension=$(EXTENSION)
TAP_TESTS    = 1
PROVE_TESTS ?= $(top)/test/t/*.pl $(top)/test/torture/*.pl $(CITUS_TESTS)
# where the tests find their data
export TD_TEST_DATA := $(abspath $(top)/test/data)
# All digits of floats, whatever the server is configured to print.
installcheck: export PGOPTIONS := $(PGOPTIONS) -c extra_float_digits=1

# pg_regress looks for NAME.sql in sql/ before it looks in test/sql/ (up to PostgreSQL 15).
ifneq ($(filter $(SQL_PARTS),$(REGRESS)),)
$(error test/sql/$(firstword $(filter $(SQL_PARTS),$(REGRESS))).sql has the name of a part of the install script in sql/: rename the test)
endif

EXTRA_CLEAN = build

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)

# Isolation tests, where the program that runs them is (not every package brings it). Their expected
# output is in test/expected: PostgreSQL 15 looks for it beside the specs only.
ifneq ($(wildcard $(dir $(PGXS))../test/isolation/pg_isolation_regress),)
ISOLATION      = $(patsubst $(top)/test/specs/%.spec,%,$(sort $(wildcard $(top)/test/specs/*.spec)))
ISOLATION_OPTS = --inputdir=$(top)/test --load-extension=$(EXTENSION)
else ifneq ($(PGXS),)
installcheck: no-isolation
no-isolation:
	@echo 'isolation tests: skipped, this server comes without pg_isolation_regress'
endif

# Tests of Citus, where it is installed. No Debian suite has it.
ifneq ($(wildcard $(shell $(PG_CONFIG) --sharedir 2>/dev/null)/extension/citus.control),)
CITUS_TESTS = $(top)/test/citus/*.pl
endif

.DEFAULT_GOAL := all

ifneq ($(wildcard $(PGXS)),)

include $(PGXS)

# What the library calls of itself is found when it is linked. A session that loads it would look for that in all
# libraries of the server, for some milliseconds.
ifneq ($(PORTNAME),darwin)
SHLIB_LINK += -Wl,-Bsymbolic
endif

# Where a plan or a query is taken apart, a switch over its kinds names all of them, so that who adds a kind is
# led to every place. The tests make that an error (STRICT_SWITCH=-Werror=switch-enum).
$(filter src/esql/analysis/%.o src/esql/sql/%.o src/detect/%.o,$(OBJS)): override CFLAGS += $(STRICT_SWITCH)

# PGXS knows no header dependencies, and makes no directories in a separate build tree.
$(OBJS) $(OBJS:.o=.bc): $(TD_HEADERS)
ifneq ($(top),.)
$(shell mkdir -p $(sort $(dir $(OBJS))))
endif

else

all install installdirs uninstall installcheck clean distclean maintainer-clean:
	@echo 'make $@ needs the development files of a PostgreSQL server (15 or later), and "$(PG_CONFIG) --pgxs" finds none.' >&2
	@echo 'On Debian and Ubuntu: script/setup, or apt-get install postgresql-server-dev-NN libjansson-dev libpcre2-dev libcmark-dev zlib1g-dev gcc' >&2
	@echo 'Elsewhere: give the path of pg_config, as in make PG_CONFIG=/usr/local/pgsql/bin/pg_config' >&2
	@exit 1

endif

$(INSTALL_SCRIPT_SQL): $(SQL_FILES) $(FIELD_LISTS) $(top)/script/install-script.awk $(top)/$(EXTENSION).control
	mkdir -p $(@D)
	awk -f $(top)/script/install-script.awk -v fields='$(FIELD_LISTS)' $(SQL_FILES) >$@.tmp
	mv $@.tmp $@

$(UPGRADE_SCRIPT_SQL): $(UPGRADE_PARTS) $(top)/script/upgrade-script.awk
	mkdir -p $(@D)
	awk -f $(top)/script/upgrade-script.awk $(UPGRADE_PARTS) >$@.tmp
	mv $@.tmp $@

# Unit tests of the sources that know no PostgreSQL, which are those that do not begin with compat.h: each
# test/unit/test_*.c is a program, linked with what it needs of them. UNIT_CFLAGS adds to the flags
# (script/test adds sanitizers).
UNIT_DIR    = build/unit
UNIT_CC    ?= cc
UNIT_FLAGS  = -std=gnu99 -O1 -g -Wall -Wextra -Wdeclaration-after-statement -Werror=vla \
	-I$(top)/src -I$(top)/test $(COPT) $(UNIT_CFLAGS)
PURE        = $(shell grep -L 'include "compat.h"' $(TD_SOURCES))
PURE_OBJS   = $(PURE:$(top)/src/%.c=$(UNIT_DIR)/%.o)
UNIT_TESTS  = $(patsubst $(top)/test/unit/%.c,$(UNIT_DIR)/%,$(sort $(wildcard $(top)/test/unit/test_*.c)))

unit: $(UNIT_TESTS)
	@status=0; for t in $(UNIT_TESTS); do echo "== $$(basename $$t)"; $$t || status=1; done; exit $$status

$(PURE_OBJS): $(UNIT_DIR)/%.o: $(top)/src/%.c $(TD_HEADERS)
	@mkdir -p $(@D)
	$(UNIT_CC) $(UNIT_FLAGS) -c -o $@ $<

$(UNIT_DIR)/pure.a: $(PURE_OBJS)
	@mkdir -p $(@D)
	@rm -f $@
	ar qcs $@ $^

$(UNIT_TESTS): $(UNIT_DIR)/%: $(top)/test/unit/%.c $(UNIT_DIR)/pure.a $(wildcard $(top)/test/unit/*.h) $(TD_HEADERS)
	$(UNIT_CC) $(UNIT_FLAGS) -o $@ $< $(UNIT_DIR)/pure.a $(PURE_LIBS)

# Which folder includes which, one line each; fails on an include that may not be.
arrows:
	@$(top)/test/arrows $(top)

# Fuzzing, FUZZ_SECONDS for each test/fuzz/fuzz_*.c.
FUZZ_SECONDS ?= 10

fuzz:
	@PG_CONFIG='$(PG_CONFIG)' PURE='$(PURE)' PURE_LIBS='$(PURE_LIBS)' $(top)/script/fuzz $(FUZZ_SECONDS)

test:
	@PG_CONFIG='$(PG_CONFIG)' $(top)/script/test

# Random and hostile input for MINUTES a test: TORTURE='MINUTES=5 SEED=1 ONLY=hostile'. The TAP tests have
# some seconds of it.
torture:
	@PG_CONFIG='$(PG_CONFIG)' $(top)/test/torture/torture $(TORTURE)

demo:
	@PG_CONFIG='$(PG_CONFIG)' $(top)/script/demo

# The tests on the PostgreSQL of other Debian suites: MATRIX='trixie sid'. See script/matrix.
matrix:
	@$(top)/script/matrix $(MATRIX)

# The regression tests in databases of other encodings, locales and settings: VARIANTS='latin1 jit'. See script/variant.sh.
variants:
	@PG_CONFIG='$(PG_CONFIG)' $(top)/script/variants $(VARIANTS)

# The Debian package, built, installed and tried: PACKAGE=trixie names the suite. See script/package.
package:
	@$(top)/script/package $(PACKAGE)

# The source as PGXN takes it, and a check that what was packed builds, installs and passes the regression tests.
DIST_ZIP = build/$(EXTENSION)-$(EXTVERSION).zip

dist: $(INSTALL_SCRIPT_SQL)
	@mkdir -p build
	@$(top)/script/dist $(DIST_ZIP)
	@echo 'made $(DIST_ZIP)'

distcheck: dist
	@PG_CONFIG='$(PG_CONFIG)' $(top)/script/distcheck $(DIST_ZIP)

# RPM packages of that, by rpmbuild, checked by rpmlint.
rpm: dist
	@PG_CONFIG='$(PG_CONFIG)' $(top)/script/rpm $(DIST_ZIP)

# Speed, beside plain SQL, hll, DuckDB and ClickHouse: BENCH='EVENTS=1000000 RUNS=3' for smaller sizes, BENCH=GOALS for
# our goals and version 1.0.0 beside this one.
bench:
	@PG_CONFIG='$(PG_CONFIG)' $(top)/test/bench/bench $(BENCH)

# A month of a simulated fleet under each rule: FLEET='seed=2 hosts=150 rules=a,b'.
fleet:
	@PG_CONFIG='$(PG_CONFIG)' $(top)/test/fleet/fleet $(FLEET)

help:
	@echo 'make demo           try it: builds, starts a throw-away server, finds the alerts in recorded events'
	@echo 'make test           all tests, on a throw-away server; installs what they need (as root or with sudo)'
	@echo 'make                build the extension'
	@echo 'make install        install it into the server that pg_config belongs to (usually with sudo)'
	@echo 'make installcheck   regression, isolation and TAP tests on the installed extension and a running server'
	@echo 'make unit           unit tests of the parts that know no PostgreSQL'
	@echo 'make arrows         show which folder of src includes which, and check that it may'
	@echo 'make fuzz           fuzz these parts, FUZZ_SECONDS=$(FUZZ_SECONDS) for each target (needs clang)'
	@echo 'make torture        random and hostile input, TORTURE="MINUTES=5 SEED=1" for longer and to repeat'
	@echo 'test/shippers/run   rsyslog and syslog-ng deliver for real; test/shippers/audit: the audit system (as root)'
	@echo 'make matrix         make test on the PostgreSQL of other Debian suites, MATRIX="trixie sid" (as root)'
	@echo 'make variants       regression tests in databases of other kinds, VARIANTS="latin1 c icu strings jit parallel"'
	@echo 'make package        build the Debian package in a root of its own, install and try it (as root)'
	@echo 'make dist           pack the source as PGXN takes it; make distcheck builds, installs and tests that'
	@echo 'make rpm            build RPM packages with rpmbuild'
	@echo 'make bench          compare its speed with that of other ways, BENCH="EVENTS=1000000 RUNS=3" for smaller sizes'
	@echo 'make fleet          what each rule makes of a month of a simulated fleet, FLEET="seed=2 hosts=150" for others'
	@echo 'make clean          remove what was built'
	@echo
	@echo 'PG_CONFIG=/path/to/pg_config chooses the server.'

.PHONY: all install installdirs uninstall installcheck clean unit arrows fuzz torture test matrix variants package dist distcheck rpm demo bench fleet help
