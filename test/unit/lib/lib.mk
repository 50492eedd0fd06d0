# kernel/lib. mem.c and str.c have libc's names and are renamed to be tested;
# the other files need nothing that is not theirs.
unitlib = kernel/lib/conv.c kernel/lib/error.c kernel/lib/field.c \
	kernel/lib/fmt.c kernel/lib/switches.c kernel/lib/utf.c

unit_conv_SRC = $(unitlib)
unit_field_SRC = $(unitlib)
unit_fmt_SRC = $(unitlib)
unit_sha1_SRC = kernel/lib/sha1.c
unit_switches_SRC = $(unitlib)
unit_utf_SRC = $(unitlib)
unit_zone_SRC = kernel/lib/zone.c $(unitlib)

unitlibc = memcpy memmove memset memcmp memchr strlen strcmp strncmp strchr \
	strrchr strstr strtoull strtoll
unit_mem_SRC = kernel/lib/mem.c
unit_mem_DEFS = $(foreach f,$(unitlibc),-D$(f)=k$(f))
unit_str_SRC = kernel/lib/str.c
unit_str_DEFS = $(unit_mem_DEFS)
