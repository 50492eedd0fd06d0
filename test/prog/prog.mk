# Plan 9 programs for tests and benchmarks: every test/prog/NAME.c becomes
# $(OUT)/prog/NAME, and every NAMEtest.c also $(OUT)/prog/trap/NAMEtest, the
# same with system calls in an encoding that run9 cannot rewrite. Included by
# the top Makefile; `make -f test/prog/prog.mk` at the top works too.
#
#	make progs          build them
#	make check-prog     run the tests under $(RUN9)
#	PROGCFLAGS_name=    more flags for one program

ifeq ($(origin CC),default)
CC = gcc
endif
OUT ?= out
RUN9 ?= run9
ifndef P9OUT
include plan9/plan9.mk
endif

PROGDIR = test/prog
PROGOUT = $(OUT)/prog
PROGOBJ = $(PROGOUT)/obj
PROGNAMES = $(patsubst $(PROGDIR)/%.c,%,$(wildcard $(PROGDIR)/*.c))
PROGTESTS = $(filter %test,$(PROGNAMES))
PROGLIB = $(sort $(wildcard $(PROGDIR)/lib/*.c $(PROGDIR)/lib/*.S))
# of plan9/plan9.mk: the C library
PROGLIBOBJ = $(P9LIBOBJ) $(PROGLIB:$(PROGDIR)/%=$(PROGOBJ)/%.o)
PROGSTUBS = $(P9OUT)/plan9/lib/stubs.S.o
PROGELF2AOUT = $(ELF2AOUT)
# What some programs have besides, of test/prog/serv: PROGMORE_name
PROGSERV = $(PROGOBJ)/serv/servmsg.c.o
PROGMORE_limits = $(PROGOBJ)/share/limitheap.c.o
PROGMORE_ownservtest = $(PROGOBJ)/serv/memserv.c.o
PROGMORE_ownhangtest = $(PROGOBJ)/serv/memserv.c.o
PROGMORE_mounttest = $(PROGOBJ)/serv/treeserv.c.o
PROGMORE_procviewtest = $(PROGOBJ)/serv/treeserv.c.o
PROGMORE_mntwildtest = $(PROGOBJ)/serv/wildserv.c.o $(PROGSERV)
PROGMORE_mntholdtest = $(PROGOBJ)/serv/holdserv.c.o $(PROGSERV)
PROGMORE_mcachetest = $(PROGOBJ)/serv/cacheserv.c.o $(PROGSERV)
PROGWITHMORE = $(foreach p,$(PROGNAMES),$(if $(PROGMORE_$(p)),$(p)))

PROGCFLAGS = $(P9CFLAGS) -I$(PROGDIR)/lib -I$(PROGDIR)/serv -I$(PROGDIR)/share
# ... and of test/prog/share, which has what tests of one subject share
PROGCMD = $(PROGOBJ)/share/hostcmd.c.o
PROGEXEC = $(PROGOBJ)/share/execself.c.o
PROGDEBUG = $(PROGOBJ)/share/debugger.c.o
PROGKICK = $(PROGOBJ)/share/kick.c.o
PROGNOTE = $(PROGOBJ)/share/notelog.c.o
PROGTEXT = $(PROGOBJ)/share/textfile.c.o
PROGTLS = $(PROGOBJ)/share/tlsend.c.o
PROGTRAP = $(PROGOBJ)/share/trapdies.c.o
PROGMORE_cmdtest = $(PROGCMD)
PROGMORE_cmdctltest = $(PROGCMD)
PROGMORE_exectest = $(PROGEXEC)
PROGMORE_execfiletest = $(PROGEXEC)
PROGMORE_debugtest = $(PROGDEBUG)
PROGMORE_brokentest = $(PROGDEBUG)
PROGMORE_procstoptest = $(PROGDEBUG)
PROGMORE_procregstest = $(PROGDEBUG)
PROGMORE_proctracetest = $(PROGDEBUG)
PROGMORE_procothertest = $(PROGDEBUG)
PROGMORE_kicktest = $(PROGKICK)
PROGMORE_killtest = $(PROGKICK)
PROGMORE_filetest = $(PROGTEXT)
PROGMORE_filemodetest = $(PROGTEXT)
PROGNET = $(PROGOBJ)/share/netends.c.o
PROGMORE_tcptest = $(PROGNET)
PROGMORE_udptest = $(PROGNET)
PROGMORE_netfiletest = $(PROGNET)
PROGMORE_netmany = $(PROGNET)
PROGMORE_netsharetest = $(PROGNET)
PROGMORE_netstatetest = $(PROGNET)
PROGMORE_tlstest = $(PROGTLS)
PROGMORE_tlsbadtest = $(PROGTLS)
PROGMORE_tlsnotetest = $(PROGTLS)
PROGMORE_tlsmnttest = $(PROGTLS)
PROGMORE_tlsciphertest = $(PROGTLS)
PROGMORE_traptest = $(PROGTRAP)
PROGMORE_trapdeathtest = $(PROGTRAP)
PROGMORE_notetest = $(PROGNOTE)
PROGMORE_noteframetest = $(PROGNOTE)
PROGMORE_noteholdtest = $(PROGNOTE)
PROGMORE_execstaytest = $(PROGNOTE)
PROGLDFLAGS = $(P9LDFLAGS)

PROGS = $(PROGNAMES:%=$(PROGOUT)/%) $(PROGTESTS:%=$(PROGOUT)/trap/%)

# Tests find run9's own programs with theirs.
PROGBINS = cat echo
PROGS += $(PROGBINS:%=$(PROGOUT)/%)

$(PROGBINS:%=$(PROGOUT)/%): $(PROGOUT)/%: $(P9OUT)/bin/%
	@mkdir -p $(@D)
	@cp $< $@

progs: $(PROGS)

check-prog: progs $(if $(wildcard Makefile),$(RUN9))
	@CC='$(CC)' RUN9='$(abspath $(RUN9))' OUT='$(OUT)' $(PROGDIR)/run.sh

check-elf2aout: progs
	@CC='$(CC)' OUT='$(OUT)' $(PROGDIR)/elf2aout.sh

# Objects are rebuilt when the compiler or its flags change.
$(PROGOBJ)/flags: PROGFORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(PROGCFLAGS) $(PROGLDFLAGS)' | cmp -s - $@ || \
		echo '$(CC) $(PROGCFLAGS) $(PROGLDFLAGS)' >$@

$(PROGOBJ)/%.c.o: $(PROGDIR)/%.c $(PROGOBJ)/flags
	@mkdir -p $(@D)
	@echo '	CC $<'
	@$(CC) $(PROGCFLAGS) $(PROGCFLAGS_$(*F)) -MMD -MP -c -o $@ $<

$(PROGOBJ)/%.S.o: $(PROGDIR)/%.S $(PROGOBJ)/flags
	@mkdir -p $(@D)
	@$(CC) $(PROGCFLAGS) -MMD -MP -c -o $@ $<

$(PROGOBJ)/trap/trapstubs.S.o: plan9/lib/stubs.S $(PROGOBJ)/flags
	@mkdir -p $(@D)
	@$(CC) $(PROGCFLAGS) -DTRAPSTUBS -MMD -MP -c -o $@ $<

$(PROGOBJ)/%.elf: $(PROGOBJ)/%.c.o $(PROGLIBOBJ) $(P9LD)
	@$(CC) $(PROGLDFLAGS) -o $@ $< $(PROGMORE_$(*F)) $(PROGLIBOBJ)

$(PROGOBJ)/trap/%.elf: $(PROGOBJ)/%.c.o $(PROGLIBOBJ) \
		$(PROGOBJ)/trap/trapstubs.S.o $(P9LD)
	@$(CC) $(PROGLDFLAGS) -o $@ $< $(PROGMORE_$(*F)) $(PROGOBJ)/trap/trapstubs.S.o \
		$(filter-out $(PROGSTUBS),$(PROGLIBOBJ))

$(foreach p,$(PROGWITHMORE),$(eval \
	$(PROGOBJ)/$(p).elf $(PROGOBJ)/trap/$(p).elf: $(PROGMORE_$(p))))

# Not a pattern rule: $(PROGOUT)/% would also match every file below it.
$(PROGNAMES:%=$(PROGOUT)/%): $(PROGOUT)/%: $(PROGOBJ)/%.elf $(PROGELF2AOUT)
	@$(PROGELF2AOUT) $< $@

$(PROGTESTS:%=$(PROGOUT)/trap/%): $(PROGOUT)/trap/%: $(PROGOBJ)/trap/%.elf \
		$(PROGELF2AOUT)
	@mkdir -p $(@D)
	@$(PROGELF2AOUT) $< $@

-include $(wildcard $(PROGOBJ)/*.d $(PROGOBJ)/lib/*.d \
	$(PROGOBJ)/serv/*.d $(PROGOBJ)/share/*.d $(PROGOBJ)/trap/*.d)

PROGFORCE:

.PHONY: progs check-prog check-elf2aout PROGFORCE
.SECONDARY: $(PROGNAMES:%=$(PROGOBJ)/%.elf) $(PROGNAMES:%=$(PROGOBJ)/%.c.o) \
	$(PROGTESTS:%=$(PROGOBJ)/trap/%.elf)
