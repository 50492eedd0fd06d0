/*
 * System calls in words: what /proc/n/syscall, run9 --trace and the state dump say
 * of a call's arguments. One table says what each argument is.
 *
 *   d n  int, long            u U  unsigned long
 *   v V  vlong, in hexadecimal
 *   m f b o  an open mode, flags of rfork and of bind, a file's mode
 *   x p  flags of no name, an address
 *   s A  a string, a list of strings
 *   j    a string that /proc/n/syscall joins to the argument before it
 *   w    data to be written; its length is the next argument
 *   R    data that the call reads; its length is the result
 *   S W  a string that the call stores: errstr, await
 *   E    _errstr's buffer, a string before the call too; its length is not an argument
 */
#include "u.h"
#include "fcall.h"
#include "proc/callfmt.h"
#include "proc/proc.h"
#include "proc/sys.h"
#include "lib/lib.h"
#include "mm/mm.h"
#include "ns/ns.h"

enum
{
	/* how many bytes are shown of a string or of data: in a trace, and in
	 * /proc/n/syscall */
	Traceshow = 32,
	Procshow = 64,
	Procname = 1024,
	/* how many strings of a list a trace shows */
	Tracelist = 16,
};

const Calldesc calldesc[] = {
    [Nsysr1] = {"sysr1", "Sysr1", "p", 0},
    [N_errstr] = {"_errstr", "_Errstr", "E", 0},
    [Nbind] = {"bind", "Bind", "ssb", 0},
    [Nchdir] = {"chdir", "Chdir", "s", 0},
    [Nclose] = {"close", "Close", "d", 0},
    [Ndup] = {"dup", "Dup", "dd", 0},
    [Nalarm] = {"alarm", "Alarm", "U", 0},
    [Nexec] = {"exec", "Exec", "sA", 1},
    [Nexits] = {"exits", "Exits", "s", 0},
    [N_fsession] = {"_fsession", "_Fsession", "dp", 0},
    [Nfauth] = {"fauth", "Fauth", "dj", 0},
    [N_fstat] = {"_fstat", "_Fstat", "dp", 0},
    [Nsegbrk] = {"segbrk", "Segbrk", "pp", 1},
    [N_mount] = {"_mount", "_Mount", "dsbs", 0},
    [Nopen] = {"open", "Open", "sm", 0},
    [N_read] = {"_read", "_Read", "dRn", 0},
    [Noseek] = {"oseek", "Oseek", "dnd", 0},
    [Nsleep] = {"sleep", "Sleep", "n", 0},
    [N_stat] = {"_stat", "_Stat", "sp", 0},
    [Nrfork] = {"rfork", "Rfork", "f", 0},
    [N_write] = {"_write", "_Write", "dwn", 0},
    [Npipe] = {"pipe", "Pipe", "p", 0},
    [Ncreate] = {"create", "Create", "smo", 0},
    [Nfd2path] = {"fd2path", "Fd2path", "dSu", 0},
    [Nbrk_] = {"brk_", "Brk", "p", 0},
    [Nremove] = {"remove", "Remove", "s", 0},
    [N_wstat] = {"_wstat", "_Wstat", "sp", 0},
    [N_fwstat] = {"_fwstat", "_Fwstat", "dp", 0},
    [Nnotify] = {"notify", "Notify", "p", 0},
    [Nnoted] = {"noted", "Noted", "d", 0},
    [Nsegattach] = {"segattach", "Segattach", "dspu", 1},
    [Nsegdetach] = {"segdetach", "Segdetach", "p", 0},
    [Nsegfree] = {"segfree", "Segfree", "pu", 0},
    [Nsegflush] = {"segflush", "Segflush", "pu", 0},
    [Nrendezvous] = {"rendezvous", "Rendez", "pp", 1},
    [Nunmount] = {"unmount", "Unmount", "ss", 0},
    [N_wait] = {"_wait", "_Wait", "p", 0},
    [Nsemacquire] = {"semacquire", "Semacquire", "pd", 0},
    [Nsemrelease] = {"semrelease", "Semrelease", "pd", 0},
    [Nseek] = {"seek", "Seek", "pdVd", 0},
    [Nfversion] = {"fversion", "Fversion", "ddsu", 0},
    [Nerrstr] = {"errstr", "Errstr", "Su", 0},
    [Nstat] = {"stat", "Stat", "spu", 0},
    [Nfstat] = {"fstat", "Fstat", "dpu", 0},
    [Nwstat] = {"wstat", "Wstat", "spu", 0},
    [Nfwstat] = {"fwstat", "Fwstat", "dpu", 0},
    [Nmount] = {"mount", "Mount", "ddsbs", 0},
    [Nawait] = {"await", "Await", "Wu", 0},
    [Npread] = {"pread", "Pread", "dRnv", 0},
    [Npwrite] = {"pwrite", "Pwrite", "dwnv", 0},
    [Ntsemacquire] = {"tsemacquire", "Tsemacquire", "pn", 0},
    [N_nsec] = {"_nsec", "_Nsec", "", 0},
};
const u32int ncalldesc = nelem(calldesc);

const Calldesc *
calldescof(u32int num)
{
	static const Calldesc none = {nil, "", "", 0};

	if(num >= ncalldesc || calldesc[num].name == nil)
		return &none;
	return &calldesc[num];
}

typedef struct Flag Flag;
struct Flag
{
	u32int bit;
	const char *name;
};

static const Flag modeflags[] = {
    {OTRUNC, "OTRUNC"},
    {OCEXEC, "OCEXEC"},
    {ORCLOSE, "ORCLOSE"},
    {OEXCL, "OEXCL"},
    {0, nil},
};

static const Flag bindflags[] = {
    {MBEFORE, "MBEFORE"},
    {MAFTER, "MAFTER"},
    {MCREATE, "MCREATE"},
    {MCACHE, "MCACHE"},
    {0, nil},
};

static const Flag rforkflags[] = {
    {RFNAMEG, "RFNAMEG"},
    {RFENVG, "RFENVG"},
    {RFFDG, "RFFDG"},
    {RFNOTEG, "RFNOTEG"},
    {RFPROC, "RFPROC"},
    {RFMEM, "RFMEM"},
    {RFNOWAIT, "RFNOWAIT"},
    {RFCNAMEG, "RFCNAMEG"},
    {RFCENVG, "RFCENVG"},
    {RFCFDG, "RFCFDG"},
    {RFREND, "RFREND"},
    {RFNOMNT, "RFNOMNT"},
    {0, nil},
};

int
callnumber(const char *name, usize n)
{
	u32int i;

	for(i = 0; i < ncalldesc; i++)
		if(calldesc[i].name != nil && strlen(calldesc[i].name) == n &&
		    strncmp(calldesc[i].name, name, n) == 0)
			return (int)i;
	return -1;
}

u32int
callfirstout(u32int num)
{
	const char *args, *p;

	args = calldescof(num)->args;
	for(p = args; *p != 0; p++)
		if(strchr("RSWE", *p) != nil)
			break;
	return (u32int)(p - args);
}

/* Copy at most max bytes of up's memory at addr, as far as it can be read. Returns how many. */
static usize
userbytes(uintptr addr, char *buf, usize max)
{
	volatile usize n;

	for(n = max; n > 0 && !okaddr(addr, n, 0); n--)
		;
	if(n == 0 || waserror())
		return 0;
	memmove(buf, (void *)addr, n);
	poperror();
	return n;
}

/* Copy the string at addr of up's memory to buf, at most max - 1 bytes. Returns its length, or
 * -1 if there is none. */
static int
userstring(uintptr addr, char *buf, usize max)
{
	volatile usize n;

	if(!okaddr(addr, 1, 0) || waserror())
		return -1;
	for(n = 0; n < max - 1; n++) {
		if(!okaddr(addr + n, 1, 0))
			break;
		buf[n] = ((char *)addr)[n];
		if(buf[n] == 0)
			break;
	}
	poperror();
	buf[n] = 0;
	return (int)n;
}

/* Write n bytes at p as a quoted C string. more: the string goes on beyond them. */
static char *
quoted(char *s, char *e, const char *p, usize n, int more)
{
	static const char from[] = "\n\t\r\"\\", to[] = "ntr\"\\";
	const char *c;

	s = seprint(s, e, "\"");
	for(; n > 0; n--, p++) {
		c = *p != 0 ? strchr(from, *p) : nil;
		if(c != nil)
			s = seprint(s, e, "\\%c", to[c - from]);
		else if(*p >= 0x20 && *p < 0x7f)
			s = seprint(s, e, "%c", *p);
		else
			s = seprint(s, e, "\\%.3o", *p & 0xff);
	}
	return seprint(s, e, more ? "\"..." : "\"");
}

static char *
fmtstring(char *s, char *e, uintptr a, int how)
{
	char buf[Procname];
	int n;

	if(a == 0)
		return seprint(s, e, how & Cproc ? "0/\"\"" : "nil");
	if((how & Cmem) == 0)
		return seprint(s, e, "%#llux", (uvlong)a);
	n = userstring(
	    a, buf, how & Cproc ? (usize)Procname : (usize)Traceshow + 2);
	if(n < 0)
		return seprint(s, e, "%#llux", (uvlong)a);
	if(how & Cproc)
		return seprint(s, e, "%#llux/\"%s\"", (uvlong)a, buf);
	if(n > Traceshow)
		return quoted(s, e, buf, Traceshow, 1);
	return quoted(s, e, buf, (usize)n, 0);
}

static char *
fmtdata(char *s, char *e, uintptr a, vlong n, int how)
{
	char buf[Procshow];
	usize i, show, got;

	if((how & Cmem) == 0)
		return seprint(s, e, "%#llux", (uvlong)a);
	if(a == 0)
		return seprint(s, e, how & Cproc ? "0x0" : "nil");
	show = how & Cproc ? Procshow : Traceshow;
	if(n < (vlong)show)
		show = n < 0 ? 0 : (usize)n;
	got = userbytes(a, buf, show);
	if(got < show)
		return seprint(s, e, "%#llux", (uvlong)a);
	if((how & Cproc) == 0)
		return quoted(s, e, buf, got, n > (vlong)got);
	for(i = 0; i < got; i++)
		if(buf[i] <= 0x20 || buf[i] >= 0x7f)
			buf[i] = '.';
	return seprint(
	    s, e, " %#llux/\"%.*s\"", (uvlong)a, (int)got, got > 0 ? buf : "");
}

static char *
fmtargv(char *s, char *e, uintptr a, int how)
{
	uintptr arg;
	int i;

	if((how & Cmem) == 0)
		return seprint(s, e, "%#llux", (uvlong)a);
	if((how & Cproc) == 0)
		s = seprint(s, e, "[");
	for(i = 0; a % sizeof arg == 0 && e - s > 1; i++, a += sizeof arg) {
		if(userbytes(a, (char *)&arg, sizeof arg) < sizeof arg ||
		    arg == 0)
			break;
		if(i > 0)
			s = seprint(s, e, how & Cproc ? " " : ", ");
		if(i == Tracelist && (how & Cproc) == 0) {
			s = seprint(s, e, "...");
			break;
		}
		s = fmtstring(s, e, arg, how);
	}
	return how & Cproc ? s : seprint(s, e, "]");
}

static char *
fmtflags(char *s, char *e, u32int v, const char *first, const Flag *f)
{
	const char *sep;

	sep = "";
	if(first != nil) {
		s = seprint(s, e, "%s", first);
		sep = "|";
	}
	for(; f->name != nil; f++)
		if(v & f->bit) {
			s = seprint(s, e, "%s%s", sep, f->name);
			v &= ~f->bit;
			sep = "|";
		}
	if(v != 0 || *sep == 0)
		s = seprint(s, e, "%s%#ux", sep, v);
	return s;
}

static char *
fmtnamed(char *s, char *e, int c, u32int v)
{
	static const char *const modes[] = {
	    "OREAD", "OWRITE", "ORDWR", "OEXEC"};

	switch(c) {
	case 'm':
		return fmtflags(s, e, v & ~3U, modes[v & 3], modeflags);
	case 'f':
		return fmtflags(s, e, v, nil, rforkflags);
	case 'b':
		if((v & (MBEFORE | MAFTER)) == 0)
			return fmtflags(s, e, v, "MREPL", bindflags);
		return fmtflags(s, e, v, nil, bindflags);
	}
	return seprint(s, e, "%#uo", v);
}

/* Write what the call has stored at user address a: a string, or n bytes of data. */
static char *
fmtout(char *s, char *e, int c, uintptr a, vlong ret, int how)
{
	if((how & Cdone) == 0)
		return c == 'E' ? fmtstring(s, e, a, how)
				: seprint(s, e, "%#llux", (uvlong)a);
	if(ret > 0 ||
	    ((c == 'S' || c == 'E') && ret == 0 && (how & Cproc) == 0))
		return c == 'R' ? fmtdata(s, e, a, ret, how)
				: fmtstring(s, e, a, how);
	if((how & Cproc) == 0)
		return seprint(s, e, "%#llux", (uvlong)a);
	if(c == 'W')
		return seprint(s, e, "%#llux/\"\"", (uvlong)a);
	/* as errstr with a buffer of the old size */
	if(c == 'E')
		return seprint(s, e, "\"\" 64");
	return seprint(s, e, c == 'R' ? "/\"\"" : "\"\"");
}

static char *
fmtarg(char *s, char *e, int c, const uintptr *arg, vlong ret, int how)
{
	uintptr a;

	a = *arg;
	switch(c) {
	case 'd':
	case 'n':
		return seprint(s, e, "%d", (s32int)a);
	case 'U':
		return seprint(s, e, how & Cproc ? "%ud " : "%ud", (u32int)a);
	case 'u':
		return seprint(s, e, "%ud", (u32int)a);
	case 'v':
		return seprint(s, e, "%lld", (vlong)a);
	case 'V':
		return seprint(s, e, how & Cproc ? "%#llux" : "%lld", (vlong)a);
	case 'm':
	case 'f':
	case 'b':
	case 'o':
		if((how & Cproc) == 0)
			return fmtnamed(s, e, c, (u32int)a);
		return seprint(s, e, "%#ux", (u32int)a);
	case 's':
	case 'j':
		return fmtstring(s, e, a, how);
	case 'A':
		return fmtargv(s, e, a, how);
	case 'w':
		return fmtdata(s, e, a, (s32int)arg[1], how);
	case 'R':
	case 'S':
	case 'W':
	case 'E':
		return fmtout(s, e, c, a, ret, how);
	}
	return seprint(s, e, "%#llux", (uvlong)a);
}

char *
callargs(char *s, char *e, u32int num, const uintptr *args, u32int from,
    u32int to, vlong ret, int how)
{
	const char *sig;
	u32int i;

	sig = calldescof(num)->args;
	for(i = from; i < to && sig[i] != 0; i++) {
		if(i > 0 && ((how & Cproc) == 0 || (i > from && sig[i] != 'j')))
			s = seprint(s, e, how & Cproc ? " " : ", ");
		s = fmtarg(s, e, sig[i], args + i, ret, how);
	}
	return s;
}

char *
callnames(char *s, char *e)
{
	u32int i;

	for(i = 0; i < ncalldesc; i++)
		if(calldesc[i].name != nil)
			s = seprint(s, e, " %s", calldesc[i].name);
	return s;
}
