# kernel/lib.
fuzz_convm2d_SRC = kernel/lib/conv.c
fuzz_convm2d_ARGS = -max_len=400
fuzz_text_SRC = kernel/lib/field.c kernel/lib/fmt.c kernel/lib/utf.c
fuzz_text_ARGS = -max_len=200
