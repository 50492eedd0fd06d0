/*
 * What programs of the test machine are written with: user.h.
 */
#include <stdarg.h>
#include <string.h>
#include "priv.h"
#include "user.h"
#include "cpu.h"
#include "aout.h"
#include "ram.h"
#include "lib/lib.h"

void
ucopyout(uintptr va, const void *p, u32int n)
{
	u64int w;
	u32int k, m;

	for(k = 0; k < n; k += m) {
		m = 8 - (va + k) % 8;
		if(m > n - k)
			m = n - k;
		w = 0;
		if(m < 8)
			w = uload((va + k) & ~(uintptr)7);
		memmove((uchar *)&w + (va + k) % 8, (const uchar *)p + k, m);
		ustore((va + k) & ~(uintptr)7, w);
	}
}

void
ucopyin(void *p, uintptr va, u32int n)
{
	u64int w;
	u32int k, m;

	for(k = 0; k < n; k += m) {
		m = 8 - (va + k) % 8;
		if(m > n - k)
			m = n - k;
		w = uload((va + k) & ~(uintptr)7);
		memmove((uchar *)p + k, (uchar *)&w + (va + k) % 8, m);
	}
}

uintptr
upush(const char *s)
{
	uintptr va;

	va = ualloc(strlen(s) + 1);
	ucopyout(va, s, strlen(s) + 1);
	return va;
}

const char *
uerrstr(void)
{
	static _Thread_local char buf[ERRMAX];
	uintptr sp, va;

	sp = usp();
	va = ualloc(ERRMAX);
	ucopyout(va, "", 1);
	sys(Nerrstr, va, ERRMAX);
	ucopyin(buf, va, ERRMAX);
	usetsp(sp);
	return buf;
}

int
uexec(const char *path, ...)
{
	uintptr argv[16], va, sp;
	const char *s;
	va_list ap;
	int n;

	sp = usp();
	n = 0;
	argv[n++] = upush(path);
	va_start(ap, path);
	while((s = va_arg(ap, const char *)) != nil) {
		must(n < (int)nelem(argv) - 1);
		argv[n++] = upush(s);
	}
	va_end(ap);
	argv[n++] = 0;
	va = ualloc(n * sizeof argv[0]);
	ucopyout(va, argv, n * sizeof argv[0]);
	sys(Nexec, argv[0], va);
	usetsp(sp);
	return -1;
}

int
uopen(const char *path, int mode)
{
	uintptr sp;
	int fd;

	sp = usp();
	fd = sys(Nopen, upush(path), mode);
	usetsp(sp);
	return fd;
}

long
uwrites(int fd, const char *s)
{
	uintptr sp;
	long n;

	sp = usp();
	n = sys(Npwrite, fd, upush(s), strlen(s), ~(uintptr)0);
	usetsp(sp);
	return n;
}

long
uecho(const char *path, const char *s)
{
	long n;
	int fd;

	fd = uopen(path, OWRITE);
	if(fd < 0)
		return -1;
	n = uwrites(fd, s);
	sys(Nclose, fd);
	return n;
}

void
uexits(const char *s)
{
	sys(Nexits, *s != 0 ? upush(s) : 0);
	panic("exits returned");
}

int
uawait(char *buf, u32int n)
{
	char num[16], *e;
	uintptr sp, va;
	long r;

	sp = usp();
	va = ualloc(512);
	r = sys(Nawait, va, 512);
	if(r < 0) {
		usetsp(sp);
		return -1;
	}
	if((u32int)r > n - 1)
		r = n - 1;
	ucopyin(buf, va, r);
	buf[r] = 0;
	usetsp(sp);
	ucopyin(num, va, sizeof num);
	return strtoull(buf, &e, 10);
}

/* --- programs' files --- */

uintptr
fnaddr(int n)
{
	return UTZERO + 48 + 8 * n;
}

static void
bput(uchar *p, u32int v)
{
	p[0] = v >> 24;
	p[1] = v >> 16;
	p[2] = v >> 8;
	p[3] = v;
}

u64int
progword(const char *path, u32int off)
{
	u64int h;

	for(h = 0; *path != 0; path++)
		h = h * 31 + (uchar)*path;
	return (h << 32 | off) & ~FIXED;
}

void
mkprog(const char *path, Userfn *f, u32int text, u32int data, u32int bss,
    Userfn **table)
{
	uchar *p;
	u64int w;
	u32int k;
	int i;

	must(text >= BY2PG && text % 8 == 0 && data % 8 == 0);
	p = kmalloc(text + data);
	must(p != nil);
	for(k = 0; k < text + data; k += 8) {
		w = progword(path, k);
		memmove(p + k, &w, 8);
	}
	bput(p, S_MAGIC);
	bput(p + 4, text - EXECHDR64);
	bput(p + 8, data);
	bput(p + 12, bss);
	bput(p + 32, 0);
	bput(p + 36, fnaddr(0));
	for(i = 0; i == 0 || (table != nil && table[i - 1] != nil); i++) {
		w = (u64int)Fnmagic << 32 | userfn(i == 0 ? f : table[i - 1]);
		memmove(p + fnaddr(i) - UTZERO, &w, 8);
	}
	ramfile(path, p, text + data);
	kfree(p);
}
