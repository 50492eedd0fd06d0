# kernel/tls on the test machine. Its helper, run9-crypt, lies beside the test.
unittls = test/unit/kerntest.c test/unit/dev/devcall.c test/unit/tls/tlscall.c

$(eval $(call machtests,tls,$(unittls),address))
$(eval $(call machtests,tlslie,$(unittls),address))
$(eval $(call machtests,tlsmany,$(unittls),address thread))

$(UNITOUT)/address/run9-crypt $(UNITOUT)/thread/run9-crypt: $(OUT)/helper/run9-crypt
	@mkdir -p $(@D)
	@cp $< $@
$(UNITOUT)/address/tls_test: | $(UNITOUT)/address/run9-crypt
$(foreach s,address thread,$(eval $(UNITOUT)/$(s)/tlsmany_test: | $(UNITOUT)/$(s)/run9-crypt))

# The lying helper, in folders of its own: test/unit/tls/lie.h
lyingcrypts = $(foreach d,lying mute,$(UNITOUT)/address/$(d)/run9-crypt)
$(lyingcrypts): test/unit/tls/lyingcrypt.c test/unit/tls/lie.h kernel/tls/cryptmsg.h
	@mkdir -p $(@D)
	$(Q)$(CC) $(UNITCFLAGS) -o $@ $<
$(UNITOUT)/address/tlslie_test: | $(lyingcrypts)
