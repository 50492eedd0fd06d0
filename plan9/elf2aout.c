/*
 * elf2aout: turn an ELF executable that aout.ld laid out into a Plan 9 amd64
 * executable, a.out(6).
 *
 *	elf2aout in.elf out
 *
 * An a.out has one text, one data segment and a bss behind it, at addresses
 * that follow from their sizes alone. The ELF text segment starts where the
 * a.out one does, with a gap for the header. What cannot be said that way is refused:
 * other segments, other addresses, dynamic linking, thread-local storage, an
 * entry outside text. The output is written only if all is well.
 *
 * A host program.
 */
#include <elf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "aout.h"

enum
{
	EXECPERM = 0755,
};

typedef struct Prog Prog;
struct Prog
{
	u64int entry;
	const uchar *text; /* in the ELF file's bytes */
	u64int textsz;
	const uchar *data;
	u64int datasz;
	u64int bsssz;
};

static const char *inname;

static _Noret void fatal(const char *fmt, ...)
    __attribute__((format(printf, 1, 2)));

static void
fatal(const char *fmt, ...)
{
	va_list arg;

	fprintf(stderr, "elf2aout: %s: ", inname);
	va_start(arg, fmt);
	vfprintf(stderr, fmt, arg);
	va_end(arg);
	fputc('\n', stderr);
	exit(1);
}

static uchar *
readall(const char *name, usize *n)
{
	uchar *buf = NULL;
	usize room = 0, m;
	FILE *f;

	f = fopen(name, "rb");
	if(f == NULL)
		fatal("cannot open: %s", strerror(errno));
	*n = 0;
	do {
		if(*n == room) {
			room = room * 2 + 64 * KiB;
			buf = realloc(buf, room);
			if(buf == NULL)
				fatal("no memory for %zu bytes", room);
		}
		m = fread(buf + *n, 1, room - *n, f);
		*n += m;
	} while(m > 0);
	if(ferror(f))
		fatal("read error: %s", strerror(errno));
	fclose(f);
	return buf;
}

static void
checkheader(const Elf64_Ehdr *h, usize n)
{
	if(n < sizeof *h || memcmp(h->e_ident, ELFMAG, SELFMAG) != 0)
		fatal("not an ELF file");
	if(h->e_ident[EI_CLASS] != ELFCLASS64 ||
	    h->e_ident[EI_DATA] != ELFDATA2LSB || h->e_machine != EM_X86_64)
		fatal("not for x86-64");
	if(h->e_type != ET_EXEC)
		fatal("not a position-dependent executable (type %d, want %d)",
		    h->e_type, ET_EXEC);
	if(h->e_phentsize != sizeof(Elf64_Phdr) || h->e_phoff > n ||
	    h->e_phnum > (n - h->e_phoff) / sizeof(Elf64_Phdr))
		fatal("program headers are outside the file");
}

static void
checksegment(const Elf64_Phdr *p, usize n)
{
	if(p->p_filesz > p->p_memsz)
		fatal("segment at 0x%" PRIx64
		      " has more bytes in the file than "
		      "in memory",
		    p->p_vaddr);
	if(p->p_offset > n || p->p_filesz > n - p->p_offset)
		fatal(
		    "segment at 0x%" PRIx64 " is outside the file", p->p_vaddr);
	if(p->p_memsz > USTKTOP - USTKSIZE)
		fatal("segment at 0x%" PRIx64 " is too big", p->p_vaddr);
}

static void
textsegment(Prog *pr, const Elf64_Phdr *p, const uchar *file)
{
	if(pr->text != NULL)
		fatal("second read-only segment, at 0x%" PRIx64, p->p_vaddr);
	if(p->p_vaddr != UTZERO)
		fatal("text is at 0x%" PRIx64 ", must be at 0x%llx", p->p_vaddr,
		    UTZERO);
	if(p->p_filesz < EXECHDR64)
		fatal("text leaves no room for the header");
	if(p->p_memsz != p->p_filesz)
		fatal("text has uninitialised bytes");
	pr->text = file + p->p_offset + EXECHDR64;
	pr->textsz = p->p_filesz - EXECHDR64;
}

static void
datasegment(Prog *pr, const Elf64_Phdr *p, const uchar *file)
{
	u64int want;

	if(pr->text == NULL)
		fatal("no text segment before data");
	if(pr->data != NULL)
		fatal("second writable segment, at 0x%" PRIx64, p->p_vaddr);
	if(p->p_flags & PF_X)
		fatal("segment at 0x%" PRIx64 " is writable and executable",
		    p->p_vaddr);
	want = ROUNDUP(UTZERO + EXECHDR64 + pr->textsz, UTROUND);
	if(p->p_vaddr != want)
		fatal("data is at 0x%" PRIx64 ", must be at 0x%" PRIx64
		      " for %" PRIu64 " bytes of text",
		    p->p_vaddr, want, pr->textsz);
	pr->data = file + p->p_offset;
	pr->datasz = p->p_filesz;
	pr->bsssz = p->p_memsz - p->p_filesz;
}

static void
segment(Prog *pr, const Elf64_Phdr *p, const uchar *file, usize n)
{
	switch(p->p_type) {
	case PT_NULL:
	case PT_NOTE:
	case PT_GNU_STACK:
	case PT_GNU_PROPERTY:
		return;
	case PT_LOAD:
		break;
	case PT_DYNAMIC:
	case PT_INTERP:
		fatal("dynamically linked");
	case PT_TLS:
		fatal("has thread-local storage");
	case PT_GNU_RELRO:
		fatal("has data that is read-only after relocation (link with "
		      "-z norelro)");
	default:
		fatal("segment of unknown type 0x%x", p->p_type);
	}
	checksegment(p, n);
	if(p->p_memsz == 0)
		return;
	if(p->p_flags & PF_W)
		datasegment(pr, p, file);
	else
		textsegment(pr, p, file);
}

static void
parse(Prog *pr, const uchar *file, usize n)
{
	const Elf64_Ehdr *h = (const Elf64_Ehdr *)file;
	Elf64_Phdr p;
	int i;

	checkheader(h, n);
	memset(pr, 0, sizeof *pr);
	for(i = 0; i < h->e_phnum; i++) {
		memcpy(&p, file + h->e_phoff + i * sizeof p, sizeof p);
		segment(pr, &p, file, n);
	}
	if(pr->textsz == 0)
		fatal("no text");
	pr->entry = h->e_entry;
	if(pr->entry < UTZERO + EXECHDR64 ||
	    pr->entry - (UTZERO + EXECHDR64) >= pr->textsz)
		fatal("entry 0x%" PRIx64 " is outside text", pr->entry);
	if(pr->textsz > UINT32_MAX || pr->datasz > UINT32_MAX ||
	    pr->bsssz > UINT32_MAX)
		fatal("a segment is 4 GiB or more");
}

static uchar *
put32(uchar *p, u32int v)
{
	*p++ = v >> 24;
	*p++ = v >> 16;
	*p++ = v >> 8;
	*p++ = v;
	return p;
}

static void
header(uchar *h, const Prog *pr)
{
	h = put32(h, S_MAGIC);
	h = put32(h, pr->textsz);
	h = put32(h, pr->datasz);
	h = put32(h, pr->bsssz);
	h = put32(h, 0); /* no symbols */
	h = put32(h, pr->entry);
	h = put32(h, 0); /* no pc/sp table */
	h = put32(h, 0); /* no pc/line table */
	h = put32(h, pr->entry >> 32);
	put32(h, pr->entry);
}

static void
writeout(const char *name, const Prog *pr)
{
	uchar h[EXECHDR64];
	FILE *f;

	header(h, pr);
	remove(name); /* it may be running, or linked elsewhere */
	f = fopen(name, "wb");
	if(f == NULL)
		fatal("cannot create %s: %s", name, strerror(errno));
	fwrite(h, 1, sizeof h, f);
	fwrite(pr->text, 1, pr->textsz, f);
	if(pr->datasz != 0)
		fwrite(pr->data, 1, pr->datasz, f);
	fflush(f);
	if(ferror(f) || fclose(f) != 0) {
		remove(name);
		fatal("cannot write %s: %s", name, strerror(errno));
	}
	if(chmod(name, EXECPERM) < 0)
		fatal("cannot make %s executable: %s", name, strerror(errno));
}

int
main(int argc, char *argv[])
{
	Prog pr;
	uchar *file;
	usize n;

	if(argc != 3) {
		fprintf(stderr, "usage: elf2aout in.elf out\n");
		return 2;
	}
	inname = argv[1];
	file = readall(inname, &n);
	parse(&pr, file, n);
	writeout(argv[2], &pr);
	free(file);
	return 0;
}
