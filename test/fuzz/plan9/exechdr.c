/*
 * Malformed executables, given to exec: headers with words that are too big,
 * too small or wrong, files too short for what they promise, other machines'
 * and systems' executables, scripts with odd first lines, files that are not
 * files, and files that change under whoever runs them.
 *
 * What by a.out(6) and exec(2) cannot be run must be refused with an error,
 * in the old program; what can may do anything but harm.
 */
#include "fuzz.h"
#include "test.h"

enum
{
	MAXFILE = 64 * KiB,
	PERCHILD = 24,
	NSHARED = 4,
	NWORD = 8,
};

char *targetname = "exechdr";

static char good[MAXFILE]; /* a program that ends at once */
static int ngood;
static char file[MAXFILE + 4096];
static int nfile;

void
targetinit(void)
{
	ngood = readfile("/bin/true", good, sizeof good);
	if(ngood < EXECHDR64)
		sysfatal("/bin/true: %r");
}

static u64int
get32(int w)
{
	uchar *p = (uchar *)file + 4 * w;

	return (u64int)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

static void
put32(int w, u32int v)
{
	uchar *p = (uchar *)file + 4 * w;

	p[0] = v >> 24;
	p[1] = v >> 16;
	p[2] = v >> 8;
	p[3] = v;
}

/* Is what file holds surely no program? Scripts apart. */
static int
mustfail(void)
{
	u64int text, entry;

	if(nfile < EXECHDR64)
		return 1;
	if(get32(0) != S_MAGIC)
		return 1;
	text = get32(1) + EXECHDR64;
	entry = get32(8) << 32 | get32(9);
	/* what the file lacks is met where it is touched, and there is room for all sizes */
	return entry < UTZERO + EXECHDR64 || entry >= UTZERO + text;
}

static void
header(Rng *r)
{
	static const u32int magics[] = {S_MAGIC, I_MAGIC, 0x0A97, 0x647, 0x8AC7,
	    0x407, 0x517, 0x56B, 0x107, 0x8b4, 0x7f454c46, 0x8A97 << 16, 0};
	int i, n;

	n = 1 + below(r, 3);
	for(i = 0; i < n; i++)
		switch(below(r, 8)) {
		case 0:
			put32(0, magics[below(r, nelem(magics))]);
			break;
		case 1:
			put32(1, ngood - EXECHDR64 + (int)below(r, 9) - 4);
			break;
		case 2:
			put32(1 + below(r, 3), -(u32int)below(r, 1 << 20));
			break;
		case 3:
			put32(9, UTZERO + get32(1) + (int)below(r, 100) - 50);
			break;
		default:
			put32(below(r, NWORD + 2), word(r));
			break;
		}
}

static void
elf(Rng *r)
{
	static const uchar ident[] = {0x7f, 'E', 'L', 'F', 2, 1, 1};

	randbytes(r, file, nfile < 256 ? nfile : 256);
	memmove(file, ident, sizeof ident);
}

static void
script(Rng *r)
{
	static char *interp[] = {"/bin/true", "/bin/nothing", "", "/", "/tmp",
	    ".", "#c/cons", "/dev/null", "/bin/true/x", "self", " ", "\t", "#!",
	    "/bin/script", "#", "'", "'/bin/true'", "\"", "\\", "/bin//./true"};
	char *p, *e, *s;
	int i;

	p = file;
	e = file + sizeof file;
	p = strecpy(p, e, "#!");
	for(i = below(r, 4); i > 0; i--)
		p = strecpy(p, e, onein(r, 2) ? " " : "\t");
	s = interp[below(r, nelem(interp))];
	p = strecpy(p, e, s);
	for(i = below(r, onein(r, 4) ? 300 : 5); i > 0; i--)
		p = strecpy(p, e,
		    onein(r, 3)	      ? " "
			: onein(r, 9) ? "'"
				      : "arg");
	if(!onein(r, 4))
		p = strecpy(p, e, "\n");
	if(onein(r, 4))
		p = strecpy(p, e, "rest\n");
	nfile = p - file;
	for(i = below(r, 3) == 0 ? below(r, 4) : 0; i > 0; i--)
		file[below(r, nfile)] = rnd(r);
}

/* A new file; 1 if it must not run. */
static int
mutate(Rng *r)
{
	int i;

	memmove(file, good, ngood);
	nfile = ngood;
	switch(below(r, 8)) {
	case 0:
		nfile = onein(r, 2) ? below(r, 64) : below(r, ngood);
		break;
	case 1:
		elf(r);
		break;
	case 2:
		script(r);
		return 0;
	case 3:
		for(i = 1 + below(r, 8); i > 0; i--)
			file[below(r, EXECHDR64)] = rnd(r);
		break;
	case 4:
		/* a sound header, and then anything */
		randbytes(r, file + EXECHDR64, ngood - EXECHDR64);
		break;
	default:
		header(r);
		if(onein(r, 4))
			nfile = EXECHDR64 + below(r, ngood);
		break;
	}
	return !(nfile >= 2 && file[0] == '#' && file[1] == '!') && mustfail();
}

static void
execit(Rng *r, char *name, int forbidden)
{
	char *argv[] = {name, "arg", nil}, err[ERRMAX];

	USED(r);
	share->forbidden[worker] = forbidden;
	werrstr("");
	exec(name, argv);
	share->forbidden[worker] = 0;
	rerrstr(err, sizeof err);
	if(err[0] == 0)
		bad("exec %s: no error string", name);
}

static void
odd(Rng *r)
{
	static char *names[] = {"/", "/bin", ".", "", "/dev/null", "/dev/zero",
	    "#c/cons", "#p/1/text", "/proc/1/text", "/proc/1/mem",
	    "/dev/imagecache", "/env/x", "#e", "#|/data", "#d/0", "/fd/0",
	    "/srv", "#s/x", "/tmp/nothing", "/bin/true/", "/bin/true/.",
	    "/bin/noread", "/bin/noexec", "#", "#!", "/bin/dir", "#zzz"};

	execit(r, names[below(r, nelem(names))], 0);
}

/* A file that others are about to run, or run already: whole, cut off, with
 * another header, gone, or another file. */
static void
spoil(Rng *r)
{
	char name[64], other[64];
	int fd;

	snprint(name, sizeof name, "/tmp/shared.%d", below(r, NSHARED));
	switch(below(r, 6)) {
	case 0:
		remove(name);
		break;
	case 1:
		fd = open(name, OWRITE | OTRUNC);
		if(fd >= 0)
			close(fd);
		break;
	case 2:
		mutate(r);
		writefile(name, file, nfile, 0755);
		break;
	case 3:
		fd = open(name, OWRITE);
		if(fd >= 0) {
			pwrite(fd, good, below(r, ngood), 0);
			close(fd);
		}
		break;
	case 4:
		snprint(other, sizeof other, "/tmp/own.%d", worker);
		writefile(other, good, ngood, 0755);
		bind(other, name, MREPL); /* or is it another's */
		break;
	default:
		writefile(name, good, ngood, 0755);
		break;
	}
	execit(r, name, 0);
}

void
targetcase(Rng *r)
{
	char name[64];
	int i, never;

	for(i = 0; i < PERCHILD; i++)
		switch(below(r, 8)) {
		case 0:
			odd(r);
			break;
		case 1:
		case 2:
			spoil(r);
			break;
		default:
			snprint(name, sizeof name, "/tmp/x.%d.%d", worker,
			    below(r, 3));
			never = mutate(r);
			if(onein(r, 8))
				remove(name);
			if(writefile(name, file, nfile, 0755) < 0) {
				bad("%s: %r", name);
				return;
			}
			execit(r, name, never);
			break;
		}
}
