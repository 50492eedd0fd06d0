/*
 * The command, run9(1): read the options, boot, supervise.
 */
#include "u.h"
#include "host/linux.h"
#include "host/base/base.h"
#include "host/entry/entry.h"
#include "host/pool/pool.h"
#include "lib/lib.h"
#include "lib/switches.h"
#include "init/init.h"
#include "mm/mm.h"
#include "net/net.h"
#include "proc/callfmt.h"
#include "proc/proc.h"

enum
{
	PathMax = 4096,
	MaxBind = 64,
	/* of --mount, of --srv, and of --export */
	MaxServer = 64,
	MaxEnv = 4096,
};

#define MINARENA (4ULL * MiB)
#define MAXARENA (4096ULL * 1024 * MiB)

static const char usage[] =
    "usage: run9 [-r root] [-b new:old[:flags]] [-n nsfile] [-c dir] [-e NAME=value]\n"
    "            [-m size] [-s] [--net=reach] [--mount addr[:spec]=dir[:flags]] [--srv name=addr]\n"
    "            [--trace[=call,...]] prog [arg ...]\n"
    "       run9 -r root ...\n"
    "       run9 --export addr[=dir] ...\n"
    "       run9 --dump pid\n"
    "       run9 --register | --unregister\n";

static const char help[] =
    "Run a Plan 9 amd64 program on this machine.\n"
    "\n"
    "  -r root             a Plan 9 tree becomes /; the host's is at /mnt/host;\n"
    "                      without a prog, its shell\n"
    "  -b new:old[:flags]  bind new upon old; flags are bind(1)'s: a, b, c\n"
    "  -n nsfile           build the name space by this namespace(6) file\n"
    "  -c dir              start in dir\n"
    "  -e NAME=value       set an environment variable\n"
    "  -m size             memory for programs: bytes, or with K, M, G\n"
    "  --mount addr[:spec]=dir[:flags]\n"
    "                      mount the 9P server at addr on dir; flags are mount(1)'s:\n"
    "                      a, b, c, C. addr is unix!path, tcp!host!port, fd!number\n"
    "                      or exec!command\n"
    "  --srv name=addr     post a connection to addr as /srv/name\n"
    "  --cmd               programs may run the host's commands: os(1), #C at /cmd\n"
    "  -s, --stats         print the image cache's statistics at the end\n"
    "  --net=host|loopback|none\n"
    "                      what programs reach by /net: all that the host reaches,\n"
    "                      the host itself alone, or nothing\n"
    "  --export addr[=dir] serve the name space, or dir in it, by 9P2000 at addr:\n"
    "                      unix!path, tcp!host!port or fd!n\n"
    "  --resolver prog     the program that answers /net/cs and /net/dns, or none\n"
    "  --trace[=call,...]  print each system call, or those named\n"
    "  --dump pid          print the state of the instance that process is of\n"
    "  --register          Linux runs Plan 9 programs by this run9: ./prog (root)\n"
    "  --unregister        undo --register\n"
    "  --seccomp           catch system calls by a seccomp filter\n"
    "  --no=name,...       turn off heuristics that make run9 quicker; --no= lists them\n"
    "  --plain             turn off all of them\n"
    "  --help, --version\n";

#ifndef VERSION
#define VERSION "unknown"
#endif

typedef struct Options Options;
struct Options
{
	Boot boot;
	uvlong arena;
	int seccomp;
};

static char *binds[MaxBind];
static char *mounts[MaxServer];
static char *srvs[MaxServer];
/* ends with nil */
static char *envs[MaxEnv + 1];
static char *exportargs[MaxServer];

static void
out(const char *s)
{
	hostcall(__NR_write, 1, s, strlen(s));
}

static uvlong
size(const char *s)
{
	uvlong v, unit;
	char *e;

	v = strtoull(s, &e, 10);
	unit = 1;
	switch(*e) {
	case 'k':
	case 'K':
		unit = KiB;
		break;
	case 'm':
	case 'M':
		unit = MiB;
		break;
	case 'g':
	case 'G':
		unit = KiB * (uvlong)MiB;
		break;
	}
	if(unit > 1)
		e++;
	if(e == s || *e != 0 || *s < '0' || *s > '9')
		badusage("-m %s: not a size", s);
	if(v > MAXARENA / unit || v * unit < MINARENA)
		badusage("-m %s: from 4M to 4096G", s);
	return ROUNDDN(v * unit, 2ULL * MiB);
}

static void
checkbind(const char *s)
{
	const char *colon;

	colon = strchr(s, ':');
	if(colon == nil || colon == s || colon[1] == 0 || colon[1] == ':')
		badusage("-b %s: not new:old[:flags]", s);
	colon = strchr(colon + 1, ':');
	if(colon != nil)
		for(colon++; *colon != 0; colon++)
			if(strchr("abc", *colon) == nil)
				badusage("-b %s: flags are a, b and c", s);
}

static void
addenv(Boot *b, char *s)
{
	if(b->nenv == MaxEnv)
		badusage("too many environment variables");
	b->env[b->nenv++] = s;
}

/* The value of the option `name', if *argv is it: behind a =, or the next word, which *argv
 * becomes. */
static char *
valueof(char ***argv, const char *name)
{
	char *s;
	usize n;

	s = **argv;
	n = strlen(name);
	if(strncmp(s, name, n) != 0)
		return nil;
	if(s[n] == '=')
		return s + n + 1;
	if(s[n] != 0)
		return nil;
	if((*argv)[1] == nil)
		badusage("%s: needs an argument", name);
	return *++*argv;
}

/* Add arg, option name's, to list. */
static void
addserver(const char *name, char *arg, char **list, int *n)
{
	if(*n == MaxServer)
		badusage("more than %d options %s", MaxServer, name);
	list[(*n)++] = arg;
}

/* s is how much of the network programs may reach. */
static int
netoption(const char *s)
{
	static const char *const names[] = {
	    [Nethost] = "host",
	    [Netloopback] = "loopback",
	    [Netnone] = "none",
	};
	u32int i;

	for(i = 0; i < nelem(names); i++)
		if(strcmp(s, names[i]) == 0)
			return (int)i;
	badusage("--net %s: it is host, loopback or none", s);
}

/* Long options that need a value. Returns 0 if *argv is none. */
static int
valueoption(Options *o, char ***argv)
{
	static const char mount[] = "--mount", srv[] = "--srv",
			  export[] = "--export", net[] = "--net",
			  resolver[] = "--resolver";
	char *v;

	if((v = valueof(argv, mount)) != nil)
		addserver(mount, v, o->boot.mount, &o->boot.nmount);
	else if((v = valueof(argv, srv)) != nil)
		addserver(srv, v, o->boot.srv, &o->boot.nsrv);
	else if((v = valueof(argv, export)) != nil)
		addserver(export, v, o->boot.export, &o->boot.nexport);
	else if((v = valueof(argv, net)) != nil)
		o->boot.net = netoption(v);
	else if((v = valueof(argv, resolver)) != nil)
		o->boot.resolver = *v != 0 ? v : "none";
	else
		return 0;
	return 1;
}

static void
longoption(Options *o, const char *s)
{
	if(strcmp(s, "--help") == 0) {
		out(usage);
		out(help);
		hostcall(__NR_exit_group, 0);
	} else if(strcmp(s, "--version") == 0) {
		out("run9 " VERSION "\n");
		hostcall(__NR_exit_group, 0);
	} else if(strcmp(s, "--stats") == 0)
		o->boot.stats = 1;
	else if(strcmp(s, "--cmd") == 0)
		o->boot.cmd = 1;
	else if(strcmp(s, "--trace") == 0)
		calltraceall();
	else if(strncmp(s, "--trace=", 8) == 0)
		tracelist(s + 8);
	else if(strcmp(s, "--plain") == 0)
		switchesoff(nil);
	else if(strncmp(s, "--no=", 5) == 0)
		turnoff(s + 5);
	else if(strcmp(s, "--seccomp") == 0)
		o->seccomp = 1;
	else
		badusage("%s: no such option", s);
}

/* Make a host path absolute. */
static char *
absolute(char *path)
{
	static char buf[2 * PathMax];
	long n;

	if(path[0] == '/' || path[0] == 0)
		return path;
	/* the length counts the final NUL */
	n = hostcall(__NR_getcwd, buf, PathMax);
	if(n <= 0 || strlen(path) >= PathMax)
		badusage("-r %s: no such path", path);
	buf[n - 1] = '/';
	strecpy(buf + n, buf + sizeof buf, path);
	return buf;
}

static void
option(Options *o, int c, char *arg)
{
	switch(c) {
	case 'r':
		o->boot.root = absolute(arg);
		break;
	case 'b':
		checkbind(arg);
		if(o->boot.nbind == MaxBind)
			badusage("more than %d binds", MaxBind);
		o->boot.bind[o->boot.nbind++] = arg;
		break;
	case 'n':
		o->boot.nsfile = arg;
		break;
	case 'c':
		o->boot.dir = arg;
		break;
	case 'e':
		if(arg[0] == '=' || strchr(arg, '=') == nil)
			badusage("-e %s: not NAME=value", arg);
		addenv(&o->boot, arg);
		break;
	case 'm':
		o->arena = size(arg);
		break;
	}
	if(*arg == 0)
		badusage("-%c: empty argument", c);
}

/* --dump, --register and --unregister, which run no program and do not return. */
static void
command(char **argv)
{
	if(strcmp(*argv, "--dump") == 0) {
		if(argv[1] == nil || argv[2] != nil)
			badusage("--dump: the number of one process");
		dumpother(argv[1]);
	}
	if(strcmp(*argv, "--register") == 0 ||
	    strcmp(*argv, "--unregister") == 0) {
		if(argv[1] != nil)
			badusage("%s: takes no argument", *argv);
		binfmtregister(strcmp(*argv, "--register") == 0);
	}
}

/* A Plan 9 tree's, which reads the user's profile: rc(1) */
static char *shell[] = {"/bin/rc", "-l", nil};

/* Options end at the first word that is not an option, or after --. */
static void
options(Options *o, char **argv)
{
	char *p;

	for(; *argv != nil && argv[0][0] == '-' && argv[0][1] != 0; argv++) {
		p = *argv + 1;
		if(*p == '-') {
			if(p[1] == 0) {
				argv++;
				break;
			}
			command(argv);
			if(!valueoption(o, &argv))
				longoption(o, *argv);
			continue;
		}
		for(; *p != 0; p++) {
			if(*p == 's') {
				o->boot.stats = 1;
				continue;
			}
			if(strchr("rbncem", *p) == nil)
				badusage("-%c: no such option", *p);
			if(p[1] != 0)
				option(o, *p, p + 1);
			else if(argv[1] != nil)
				option(o, *p, *++argv);
			else
				badusage("-%c: needs an argument", *p);
			break;
		}
	}
	if(*argv != nil)
		o->boot.argv = argv;
	else if(o->boot.root != nil && o->boot.nexport == 0) {
		o->boot.login = 1;
		o->boot.argv = shell;
	} else if(o->boot.nexport == 0)
		badusage("no program named");
}

/* Does the host lack Syscall User Dispatch? Where it exists, turning it off succeeds. */
static int
nodispatch(void)
{
	enum
	{
		PR_SET_SYSCALL_USER_DISPATCH = 59,
	};

	return hostcall(__NR_prctl, PR_SET_SYSCALL_USER_DISPATCH, 0, 0, 0, 0) <
	    0;
}

/* Copy n strings from the host's stack, which goes, to the heap. */
static void
keep(char **list, int n)
{
	int i;

	for(i = 0; i < n; i++)
		list[i] = kstrcpy(list[i]);
}

static void
keepstrings(Boot *b)
{
	char **argv;
	int n;

	if(b->argv != nil) {
		for(n = 0; b->argv[n] != nil; n++)
			;
		argv = malloc((n + 1) * sizeof *argv);
		memmove(argv, b->argv, n * sizeof *argv);
		keep(argv, n);
		b->argv = argv;
	}
	keep(b->bind, b->nbind);
	keep(b->export, b->nexport);
	keep(b->mount, b->nmount);
	keep(b->srv, b->nsrv);
	keep(b->env, b->nenv);
	keep((char **)&b->path, b->path != nil);
	keep((char **)&b->root, b->root != nil);
	keep((char **)&b->nsfile, b->nsfile != nil);
	keep((char **)&b->dir, b->dir != nil);
	keep((char **)&b->resolver, b->resolver != nil);
}

_Noret void
hostmain(u64int *sp)
{
	static Options o;
	char **argv, **envp;
	u64int *auxv;

	sharedinit();
	argv = (char **)(sp + 1);
	envp = argv + sp[0] + 1;
	for(auxv = (u64int *)envp; *auxv != 0; auxv++)
		;
	auxv++;
	o.boot.bind = binds;
	o.boot.mount = mounts;
	o.boot.srv = srvs;
	o.boot.env = envs;
	o.boot.export = exportargs;
	for(; *envp != nil; envp++)
		addenv(&o.boot, *envp);
	o.boot.nhostenv = o.boot.nenv;
	if(bybinfmt(auxv))
		binfmtargs(&o.boot, argv);
	else
		options(&o, argv + (sp[0] > 0));
	if(o.arena == 0)
		o.arena = arenadefault();
	clockinit(auxv);
	arenainit(o.arena);
	instance.seccomp = o.seccomp || nodispatch();
	mminit(hostnframes(), NIMAGE);
	fpconf();
	keepstrings(&o.boot);
	bootconf = o.boot;
	/* Plan 9 has no umask: every host process inherits this one */
	instance.umask = hostcall(__NR_umask, 0);
	supervise();
}
