/*
 * ls [-dlmnpqrstuFQT] [name ...]: ls(1).
 */
#include "lib.h"

static int flag[128];
static char *status;

/* What is to be printed: an entry, and the directory that was read for it. */
typedef struct Entry Entry;
struct Entry
{
	Dir *d;
	char *prefix;
};

static Entry *entry;
static int nentry;
static int maxentry;

static void
add(Dir *d, char *prefix)
{
	Entry *e;

	if(nentry == maxentry) {
		maxentry = 2 * maxentry + 64;
		e = malloc(maxentry * sizeof *e);
		if(e == nil)
			sysfatal("ls: %r");
		if(nentry > 0)
			memmove(e, entry, nentry * sizeof *e);
		free(entry);
		entry = e;
	}
	entry[nentry++] = (Entry){d, prefix};
}

static u32int
timeof(Dir *d)
{
	return flag['u'] ? d->atime : d->mtime;
}

/* Does a come after b? */
static int
after(Entry *a, Entry *b)
{
	int c;

	if(flag['t'] && timeof(a->d) != timeof(b->d))
		c = timeof(a->d) < timeof(b->d);
	else {
		c = strcmp(a->prefix, b->prefix);
		if(c == 0)
			c = strcmp(a->d->name, b->d->name);
		c = c > 0;
	}
	return flag['r'] ? !c : c;
}

static void
merge(Entry *a, int n, Entry *b, int m, Entry *to)
{
	while(n > 0 || m > 0)
		if(m == 0 || (n > 0 && !after(a, b))) {
			*to++ = *a++;
			n--;
		} else {
			*to++ = *b++;
			m--;
		}
}

static void
sort(Entry *e, int n, Entry *tmp)
{
	int half;

	if(n < 2)
		return;
	half = n / 2;
	sort(e, half, tmp);
	sort(e + half, n - half, tmp);
	merge(e, half, e + half, n - half, tmp);
	memmove(e, tmp, n * sizeof *e);
}

/* Days since 1970 as year, month and day of the Gregorian calendar. */
static void
civil(int days, int *year, int *month, int *day)
{
	static const uchar len[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int y, m, n, leap;

	for(y = 1970;; y++) {
		leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
		if(days < 365 + leap)
			break;
		days -= 365 + leap;
	}
	for(m = 0;; m++) {
		n = len[m] + (m == 1 && leap);
		if(days < n)
			break;
		days -= n;
	}
	*year = y;
	*month = m;
	*day = days + 1;
}

/* The time in GMT, unless it is half a year old: then the year instead of the hour. */
static void
printtime(u32int t)
{
	static char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	enum
	{
		Halfyear = 183 * 24 * 3600,
	};
	u32int now;
	int year, month, day;

	now = _nsec(nil) / 1000000000;
	civil(t / (24 * 3600), &year, &month, &day);
	print("%c%c%c %2d ", months[3 * month], months[3 * month + 1],
	    months[3 * month + 2], day);
	if(t < now - Halfyear || t > now + Halfyear)
		print(" %d ", year);
	else
		print("%02d:%02d ", t / 3600 % 24, t / 60 % 60);
}

static void
printmode(u32int m)
{
	char s[12];
	int i;

	s[0] = m & DMDIR ? 'd' : m & DMAPPEND ? 'a' : '-';
	s[1] = m & DMEXCL ? 'l' : '-';
	for(i = 0; i < 9; i++)
		s[2 + i] = m & 0400 >> i ? "rwx"[i % 3] : '-';
	s[11] = 0;
	print("%s ", s);
}

/* A rune of a device letter. */
static char *
letter(uint r)
{
	static char s[5];

	if(r < 0x80) {
		s[0] = r;
		s[1] = 0;
	} else {
		s[0] = 0xc0 | r >> 6;
		s[1] = 0x80 | (r & 0x3f);
		s[2] = 0;
	}
	return s;
}

/* The name, quoted if rc would take it apart. */
static void
printname(char *prefix, char *name)
{
	char whole[8192], *p;
	usize n;

	n = strlen(prefix);
	snprint(whole, sizeof whole, "%s%s%s", prefix,
	    n > 0 && prefix[n - 1] != '/' ? "/" : "", name);
	for(p = whole; *p != 0; p++)
		if(strchr(" \t\n#;&|^$=`'{}()<>*?[]", *p) != nil)
			break;
	if(flag['Q'] || (*p == 0 && p > whole)) {
		print("%s", whole);
		return;
	}
	print("'");
	for(p = whole; *p != 0; p++)
		print(*p == '\'' ? "''" : "%c", *p);
	print("'");
}

static void
show(Entry *e)
{
	Dir *d = e->d;

	if(flag['s'])
		print("%4lld ", (d->length + 1023) / 1024);
	if(flag['m'])
		print("[%s] ", d->muid);
	if(flag['q'])
		print("(%016llx %u %02x) ", d->qid.path, d->qid.vers,
		    d->qid.type);
	if(flag['T'])
		print("%c ", d->mode & DMTMP ? 't' : '-');
	if(flag['l']) {
		printmode(d->mode);
		print("%s %u %s %s %8lld ", letter(d->type), d->dev, d->uid,
		    d->gid, d->length);
		printtime(timeof(d));
	}
	printname(flag['p'] ? "" : e->prefix, d->name);
	if(flag['F'])
		print("%s", d->mode & DMDIR ? "/" : d->mode & 0111 ? "*" : "");
	print("\n");
}

static void
flush(void)
{
	Entry *tmp;
	int i;

	if(!flag['n'] && nentry > 1) {
		tmp = malloc(nentry * sizeof *tmp);
		if(tmp == nil)
			sysfatal("ls: %r");
		sort(entry, nentry, tmp);
		free(tmp);
	}
	for(i = 0; i < nentry; i++)
		show(&entry[i]);
	nentry = 0;
}

static void
bad(char *name)
{
	fprint(2, "ls: %s: %r\n", name);
	status = "errors";
}

static void
listdir(char *name)
{
	Dir *d;
	int fd, i, n;

	fd = open(name, OREAD);
	if(fd < 0) {
		bad(name);
		return;
	}
	while((n = dirread(fd, &d)) > 0)
		for(i = 0; i < n; i++)
			add(&d[i], strcmp(name, ".") == 0 ? "" : name);
	if(n < 0)
		bad(name);
	close(fd);
	flush();
}

/* Directories are listed when the files before them have been. */
static void
list(char *name)
{
	Dir *d;
	char *p;

	d = dirstat(name);
	if(d == nil) {
		bad(name);
		return;
	}
	if((d->mode & DMDIR) && !flag['d']) {
		flush();
		listdir(name);
		return;
	}
	/* the name is the caller's, not the server's */
	p = strrchr(name, '/');
	d->name = flag['p'] && p != nil && p[1] != 0 ? p + 1 : name;
	add(d, "");
}

void
main(int argc, char *argv[])
{
	char *p;
	int i;

	for(i = 1; i < argc && argv[i][0] == '-' && argv[i][1] != 0; i++) {
		if(strcmp(argv[i], "--") == 0) {
			i++;
			break;
		}
		for(p = argv[i] + 1; *p != 0; p++) {
			if(strchr("dlmnpqrstuFQT", *p) == nil) {
				fprint(2,
				    "usage: ls [-dlmnpqrstuFQT] [name ...]\n");
				exits("usage");
			}
			flag[(uchar)*p] = 1;
		}
	}
	if(i == argc)
		list(".");
	for(; i < argc; i++)
		list(argv[i]);
	flush();
	exits(status);
}
