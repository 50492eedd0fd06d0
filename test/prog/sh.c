/*
 * sh: a small shell for benchmarks and tests.
 *
 *	sh -c 'commands'
 *	sh [file]
 *
 *	cmd arg ...	run it; a name without / is looked for in $path's
 *			place, the directory of sh itself, then in /bin
 *	a | b		pipe
 *	<f >f >>f	redirection
 *	a ; b		one after the other; a newline is the same
 *	a &		in the background
 *	repeat n cmd	n times, one after the other
 *	{ ... }		a group
 *	'...'		quoted, '' is a quote
 *	cd wait exit	built in; wait waits for everything in the background
 *	# ...		comment
 *
 * The status of the last command is that of sh.
 */
#include "lib.h"

enum
{
	MAXARG = 256,
	MAXSCRIPT = 64 * KiB,

	/* tokens */
	TEOF,
	TWORD,
	TSEMI,
	TAMP,
	TPIPE,
	TIN,
	TOUT,
	TAPPEND,
	TOPEN,
	TCLOSE,

	/* nodes */
	NCMD,
	NPIPE,
	NLIST,
	NBG,
	NREPEAT,
};

typedef struct Node Node;
struct Node
{
	int kind;
	Node *left;
	Node *right;
	int count; /* NREPEAT */
	char **argv; /* NCMD; nil-terminated */
	Node *group; /* NCMD: { ... } instead of argv */
	char *in;
	char *out;
	int append;
};

static char *src;
static int tok;
static char *word;
static char *bindir;
static char status[512];

static Node *list(void);

static void *
emalloc(usize n)
{
	void *p = mallocz(n);

	if(p == nil)
		sysfatal("sh: no memory");
	return p;
}

static Node *
node(int kind, Node *left, Node *right)
{
	Node *n = emalloc(sizeof *n);

	n->kind = kind;
	n->left = left;
	n->right = right;
	return n;
}

static void
getword(void)
{
	char *p;

	p = word = emalloc(strlen(src) + 1);
	for(; *src != 0 && strchr(" \t\n;&|<>{}", *src) == nil; src++) {
		if(*src != '\'') {
			*p++ = *src;
			continue;
		}
		for(src++; *src != 0; *p++ = *src++)
			if(*src == '\'' && *++src != '\'') {
				src--;
				break;
			}
		if(*src == 0)
			sysfatal("sh: unterminated quote");
	}
	*p = 0;
	tok = TWORD;
}

static void
next(void)
{
	while(*src == ' ' || *src == '\t' || *src == '#') {
		if(*src == '#')
			while(*src != 0 && *src != '\n')
				src++;
		else
			src++;
	}
	switch(*src++) {
	case 0:
		src--;
		tok = TEOF;
		break;
	case '\n':
	case ';':
		tok = TSEMI;
		break;
	case '&':
		tok = TAMP;
		break;
	case '|':
		tok = TPIPE;
		break;
	case '<':
		tok = TIN;
		break;
	case '>':
		tok = *src == '>' ? src++, TAPPEND : TOUT;
		break;
	case '{':
		tok = TOPEN;
		break;
	case '}':
		tok = TCLOSE;
		break;
	default:
		src--;
		getword();
	}
}

static void
redirection(Node *n)
{
	int kind = tok;

	next();
	if(tok != TWORD)
		sysfatal("sh: syntax: no file after redirection");
	if(kind == TIN)
		n->in = word;
	else {
		n->out = word;
		n->append = kind == TAPPEND;
	}
	next();
}

static Node *
command(void)
{
	char *args[MAXARG + 1];
	int argc = 0;
	Node *n = node(NCMD, nil, nil);

	if(tok == TOPEN) {
		next();
		n->group = list();
		if(tok != TCLOSE)
			sysfatal("sh: syntax: no } for {");
		next();
	} else if(tok == TWORD && strcmp(word, "repeat") == 0) {
		next();
		if(tok != TWORD)
			sysfatal("sh: usage: repeat n command");
		n->kind = NREPEAT;
		n->count = atoi(word);
		next();
		n->left = command();
		return n;
	}
	for(;;) {
		if(tok == TIN || tok == TOUT || tok == TAPPEND)
			redirection(n);
		else if(tok == TWORD && n->group == nil) {
			if(argc == MAXARG)
				sysfatal("sh: more than %d arguments", MAXARG);
			args[argc++] = word;
			next();
		} else
			break;
	}
	if(n->group == nil && argc == 0)
		sysfatal("sh: syntax: no command before '%.8s'", src);
	args[argc++] = nil;
	n->argv = emalloc(argc * sizeof args[0]);
	memcpy(n->argv, args, argc * sizeof args[0]);
	return n;
}

static Node *
pipeline(void)
{
	Node *n = command();

	while(tok == TPIPE) {
		next();
		n = node(NPIPE, n, command());
	}
	return n;
}

static Node *
list(void)
{
	Node *n = nil, *c;

	for(;;) {
		while(tok == TSEMI)
			next();
		if(tok == TEOF || tok == TCLOSE)
			return n;
		c = pipeline();
		if(tok == TAMP) {
			next();
			c = node(NBG, c, nil);
		} else if(tok != TSEMI && tok != TEOF && tok != TCLOSE)
			sysfatal("sh: syntax error near '%.8s'", src);
		n = n == nil ? c : node(NLIST, n, c);
	}
}

static void
reopen(char *name, int mode, int fd)
{
	int f;

	if(mode == OREAD)
		f = open(name, OREAD);
	else if(mode == OWRITE)
		f = create(name, OWRITE, 0666);
	else {
		f = open(name, OWRITE);
		if(f < 0)
			f = create(name, OWRITE, 0666);
		else
			seek(f, 0, 2);
	}
	if(f < 0)
		sysfatal("sh: %s: %r", name);
	if(f != fd) {
		dup(f, fd);
		close(f);
	}
}

static void run(Node *n);

/* The child's side of a command: never returns. */
static _Noret void
execnode(Node *n)
{
	char path[512];

	if(n->kind != NCMD) {
		run(n);
		exits(status);
	}
	if(n->in != nil)
		reopen(n->in, OREAD, 0);
	if(n->out != nil)
		reopen(n->out, n->append ? ORDWR : OWRITE, 1);
	if(n->group != nil) {
		run(n->group);
		exits(status);
	}
	if(strchr(n->argv[0], '/') != nil)
		exec(n->argv[0], n->argv);
	else {
		snprint(path, sizeof path, "%s/%s", bindir, n->argv[0]);
		exec(path, n->argv);
		snprint(path, sizeof path, "/bin/%s", n->argv[0]);
		exec(path, n->argv);
	}
	sysfatal("sh: %s: %r", n->argv[0]);
}

static int
start(Node *n)
{
	int pid = rfork(RFPROC | RFFDG);

	if(pid < 0)
		sysfatal("sh: rfork: %r");
	if(pid == 0)
		execnode(n);
	return pid;
}

static void
finish(int pid)
{
	Waitmsg w;
	char *p;

	if(waitpid(pid, &w) < 0)
		sysfatal("sh: await: %r");
	p = strstr(w.msg, ": ");
	strecpy(status, status + sizeof status, p != nil ? p + 2 : w.msg);
}

static void
runpipe(Node *n)
{
	int fd[2], left, right;

	if(pipe(fd) < 0)
		sysfatal("sh: pipe: %r");
	left = rfork(RFPROC | RFFDG);
	if(left == 0) {
		dup(fd[1], 1);
		close(fd[0]);
		close(fd[1]);
		execnode(n->left);
	}
	right = left < 0 ? -1 : rfork(RFPROC | RFFDG);
	if(right == 0) {
		dup(fd[0], 0);
		close(fd[0]);
		close(fd[1]);
		execnode(n->right);
	}
	close(fd[0]);
	close(fd[1]);
	if(right < 0)
		sysfatal("sh: rfork: %r");
	/* The left side's message may come first and be dropped: waitpid. */
	finish(right);
}

/* 1 if it was one. */
static int
builtin(Node *n)
{
	Waitmsg w;
	char **a = n->argv;

	if(n->group != nil || a[0] == nil)
		return 0;
	if(strcmp(a[0], "cd") == 0) {
		status[0] = 0;
		if(chdir(a[1] != nil ? a[1] : "/") < 0) {
			fprint(2, "sh: cd: %r\n");
			strcpy(status, "cd");
		}
	} else if(strcmp(a[0], "wait") == 0) {
		while(waitfor(&w) >= 0)
			;
		status[0] = 0;
	} else if(strcmp(a[0], "exit") == 0)
		exits(a[1] != nil ? a[1] : status);
	else
		return 0;
	return 1;
}

static void
run(Node *n)
{
	int i;

	if(n == nil)
		return;
	switch(n->kind) {
	case NLIST:
		run(n->left);
		run(n->right);
		break;
	case NPIPE:
		runpipe(n);
		break;
	case NBG:
		start(n->left);
		break;
	case NREPEAT:
		for(i = 0; i < n->count; i++)
			run(n->left);
		break;
	case NCMD:
		if(!builtin(n))
			finish(start(n));
		break;
	}
}

static void
setbindir(char *argv0)
{
	char *p;

	bindir = emalloc(strlen(argv0) + 2);
	strcpy(bindir, argv0);
	p = strrchr(bindir, '/');
	if(p != nil)
		*p = 0;
	else
		strcpy(bindir, ".");
}

void
main(int argc, char *argv[])
{
	char *script;
	int n, fd;

	setbindir(argv[0]);
	if(argc == 3 && strcmp(argv[1], "-c") == 0)
		src = argv[2];
	else if(argc <= 2) {
		fd = argc == 2 ? open(argv[1], OREAD | OCEXEC) : 0;
		if(fd < 0)
			sysfatal("sh: %s: %r", argv[1]);
		script = emalloc(MAXSCRIPT + 1);
		n = readn(fd, script, MAXSCRIPT + 1);
		if(n < 0 || n > MAXSCRIPT)
			sysfatal("sh: script: %s",
			    n < 0 ? "read error" : "too long");
		script[n] = 0;
		src = script;
	} else
		sysfatal("usage: sh [-c commands] [file]");
	next();
	run(list());
	exits(status);
}
