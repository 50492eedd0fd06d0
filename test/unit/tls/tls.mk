# kernel/tls on the test machine. Its helper, run9-crypt, lies beside the test.
unittls = test/unit/kerntest.c test/unit/dev/devcall.c test/unit/tls/tlscall.c

$(eval $(call machtests,tls,$(unittls),address))
$(eval $(call machtests,tlsmany,$(unittls),address thread))

$(UNITOUT)/address/run9-crypt $(UNITOUT)/thread/run9-crypt: $(OUT)/helper/run9-crypt
	@mkdir -p $(@D)
	@cp $< $@
$(UNITOUT)/address/tls_test: | $(UNITOUT)/address/run9-crypt
$(foreach s,address thread,$(eval $(UNITOUT)/$(s)/tlsmany_test: | $(UNITOUT)/$(s)/run9-crypt))
