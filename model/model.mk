# Models of the lock protocols, checked by Spin: doc/model.md. `make model' runs
# them as a part of the tests (test/check.sh), this without the others' set-up.
#
#	make model-check [RUN=pattern]

model-check:
	$(Q)OUT="$(abspath $(OUT))" CC="$(CC)" model/run.sh $(RUN)

.PHONY: model-check
