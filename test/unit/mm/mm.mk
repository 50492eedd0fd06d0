# kernel/mm, with processes that run kernel code (test/mach/memproc.h).
unitmmprog = test/unit/mm/prog.c

$(eval $(call machtests,mm segment prefill forkhold,$(unitmmprog),address thread))
$(eval $(call machtests,segtab,$(unitmmprog),address))
$(eval $(call machtests,imagerace pagerace,test/unit/mm/race.c,address thread))
$(eval $(call machtests,mmstorm,,address thread))
