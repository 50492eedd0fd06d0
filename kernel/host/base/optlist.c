/*
 * Options whose value is a list of names, --trace and --no, and what run9 says of wrong use.
 */
#include "u.h"
#include "host/base/base.h"
#include "lib/lib.h"
#include "lib/switches.h"
#include "proc/callfmt.h"
#include "proc/proc.h"

enum
{
	Usage = 2,
	/* all names of a list */
	ListMax = 2048,
};

_Noret void
badusage(const char *fmt, ...)
{
	char buf[ListMax + 256];
	va_list ap;

	va_start(ap, fmt);
	vseprint(buf, buf + sizeof buf, fmt, ap);
	va_end(ap);
	kprint("run9: %s (run9 --help tells more)\n", buf);
	hostcall(__NR_exit_group, Usage);
	__builtin_unreachable();
}

/* The length of the first name of a list whose names are separated by commas. */
static int
namelen(const char *list)
{
	const char *end;

	end = strchr(list, ',');
	return end != nil ? end - list : (int)strlen(list);
}

void
tracelist(const char *list)
{
	static char all[ListMax];
	int num, n;

	for(;; list += n + 1) {
		n = namelen(list);
		num = callnumber(list, (usize)n);
		if(num < 0)
			break;
		calltracenum((u32int)num);
		if(list[n] == 0)
			return;
	}
	callnames(all, all + sizeof all);
	badusage("--trace: no system call is named '%.*s'; there are:%s", n,
	    list, all);
}

void
turnoff(const char *list)
{
	static char all[ListMax];
	char *p;
	const char *unknown;
	int i;

	unknown = switchesoff(list);
	if(unknown == nil)
		return;
	p = all;
	*p = 0;
	for(i = 0; switchnames[i] != nil; i++)
		p = seprint(p, all + sizeof all, " %s", switchnames[i]);
	badusage("--no=%.*s: no such switch; there are:%s", namelen(unknown),
	    unknown, all);
}
