/*
 * The kind of the file that the user named, when it is no Plan 9 program. exec says "exec header
 * invalid", as Plan 9's does, and of a Linux executable that os(1) runs it. run9 names other kinds too.
 */
#include "u.h"
#include "lib/error.h"
#include "lib/lib.h"
#include "ns/ns.h"
#include "init/init.h"
#include "init/initdat.h"

/* What kind of file begins with the n bytes at s; nil if it is not known. */
static const char *
whatis(const uchar *s, long n)
{
	long i;

	if(n == 0)
		return "empty file";
	/* I_MAGIC */
	if(n >= 4 && memcmp(s, "\0\0\1\353", 4) == 0)
		return "386 executable";
	if(n >= 2 && memcmp(s, "#!", 2) == 0)
		return nil;
	for(i = 0; i < n; i++)
		if(s[i] < ' ' && s[i] != '\n' && s[i] != '\t' && s[i] != '\r')
			return nil;
	return "text without a #! line";
}

const char *
notaout(const char *path)
{
	uchar buf[256];
	Chan *volatile c;
	long n;

	c = nil;
	if(waserror()) {
		/* the file was there when exec looked */
		if(c != nil)
			cclose(c);
		return nil;
	}
	c = namec(path, Aopen, OREAD, 0);
	n = chanread(c, buf, sizeof buf, 0);
	poperror();
	cclose(c);
	return whatis(buf, n);
}
