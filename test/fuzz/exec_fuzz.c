/*
 * Executables and #! lines from anybody: what exec takes fits the address space,
 * what it does not take is an error that changes nothing, and neither
 * leaves anything behind.
 *
 * The input: a byte of flags, the length of the first file, that file, and what
 * is left is its interpreter.
 */
#include <stdlib.h>
#include <string.h>
#include "aout.h"
#include "kerncall.h"
#include "lib/lib.h"
#include "mach/memproc.h"
#include "mach/mmtest.h"
#include "mach/ram.h"
#include "ns/ns.h"
#include "proc/sys.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum
{
	/* a device call fails: which, is in the bits from Failbit on */
	Fails = 1,
	/* the first file is a directory */
	Directory = 2,
	Shortreads = 4,
	Failbit = 3,
	/* bytes that a short read gives: not all of a header */
	Shortread = 39,
	Maxname = 60, /* bytes of an interpreter's name */
	Chans = 32,
};

typedef struct File File;
struct File
{
	const uchar *p;
	usize n;
};

static u32int
be32(const uchar *p)
{
	return (u32int)p[0] << 24 | (u32int)p[1] << 16 | (u32int)p[2] << 8 |
	    p[3];
}

/* The interpreter that f's #! line names, in name, of Maxname + 1 bytes; 0 if it has
 * none, or one whose name is no file's. */
static int
interpreter(const File *f, char *name)
{
	usize i, n;

	if(f->n < 2 || memcmp(f->p, "#!", 2) != 0)
		return 0;
	for(i = 2; i < f->n && (f->p[i] == ' ' || f->p[i] == '\t'); i++)
		;
	for(n = 0; i < f->n && f->p[i] > ' ' && n < Maxname; i++, n++)
		name[n] = f->p[i];
	name[n] = 0;
	if(n == 0 || name[0] == '#' || name[n - 1] == '/')
		return 0;
	return strcmp(name, "missing") != 0 && strchr(name, '.') == nil &&
	    strchr(name, '\'') == nil && strstr(name, "//") == nil &&
	    strncmp(name, "dir", 3) != 0 && strncmp(name, "/dir", 4) != 0;
}

/* Up runs f: what exec made is what f says. */
static void
checkprogram(const File *f)
{
	u64int text, data, bss, dbase;

	check(f->n >= EXECHDR64 && be32(f->p) == S_MAGIC);
	text = (u64int)be32(f->p + 4) + EXECHDR64;
	data = be32(f->p + 8);
	bss = be32(f->p + 12);
	dbase = ROUNDUP(UTZERO + text, (u64int)UTROUND);
	check(dbase + data + bss <= USTKTOP - USTKSIZE);
	check(segbase(up->seg[TSEG]) == UTZERO);
	check(segtop(up->seg[TSEG]) >= UTZERO + text);
	check(segtop(up->seg[TSEG]) <= dbase);
	check(data == 0 || segbase(up->seg[DSEG]) == dbase);
	check(segtop(up->seg[SSEG]) == USTKTOP);
	check(up->start.pc >= UTZERO + EXECHDR64);
	check(up->start.pc < UTZERO + text);
	check(up->start.sp < USTKTOP && up->start.sp >= USTKTOP - USTKSIZE);
	check(okaddr(up->start.sp, 8, 1));
}

/* execprog: 1, or 0 for an error, which changed nothing. */
static int
run(void)
{
	char *argv[] = {"prog", "an argument", nil};
	Segment *before[NSEG];

	memmove(before, up->seg, sizeof before);
	if(waserror()) {
		check(memcmp(before, up->seg, sizeof before) == 0);
		check(up->errstr[0] != 0);
		return 0;
	}
	execprog("dir/prog", argv);
	poperror();
	return 1;
}

/* Blocks of the heap that stay: those of a process without a program, and of one
 * that has run some. */
static void
checkblocks(int ran)
{
	static long nblocks[2] = {-1, -1};
	static int everran;

	everran |= ran;
	if(nblocks[everran] < 0)
		nblocks[everran] = heapblocks();
	check(heapblocks() == nblocks[everran]);
}

static void
tryinput(const uchar *data, usize size)
{
	static int warm;
	char name[Maxname + 1];
	int flags, script, ran;
	File f[2];

	if(!warm) {
		warm = 1;
		imageclose = cclose;
		ramclear();
		warmchans(Chans);
		setseg(BSEG, nil);
	}
	flags = data[0];
	f[0] = (File){data + 2, data[1] < size - 2 ? data[1] : size - 2};
	f[1] = (File){f[0].p + f[0].n, size - 2 - f[0].n};
	newgroups(ramdev.attach("root"));
	if(flags & Directory)
		ramfile("/dir/prog/file", "", 0);
	else
		ramfile("/dir/prog", f[0].p, f[0].n);
	script = interpreter(&f[0], name);
	if(script)
		ramfile(name, f[1].p, f[1].n);
	ramshort = flags & Shortreads ? Shortread : 0;
	devfail = flags & Fails ? (flags >> Failbit) + 1 : 0;
	up->errstr[0] = 0;
	ran = run();
	devfail = ramshort = 0;
	if(ran) {
		check((flags & Directory) == 0);
		checkprogram(&f[script]);
		leavemem();
	}
	nogroups();
	imagedrop();
	check(nchan() == 0 && ramrefs() == 0);
	check(freeframes() == totalframes());
	checkblocks(ran);
	ramclear();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if(size >= 2)
		kerncall(tryinput, data, size);
	return 0;
}
