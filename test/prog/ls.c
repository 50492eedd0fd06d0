/*
 * ls [-l] [file ...]: names, unsorted; -l: mode, qid, length too.
 */
#include "lib.h"

static int lflag;

static void
show(Dir *d, char *prefix, char *sep)
{
	if(lflag)
		print("%c%o %c %u (%016llx %u %02x) %s %s %lld %u ",
		    d->mode & DMDIR	     ? 'd'
			: d->mode & DMAPPEND ? 'a'
					     : '-',
		    d->mode & 0777, d->type, d->dev, d->qid.path, d->qid.vers,
		    d->qid.type, d->uid, d->gid, d->length, d->mtime);
	print("%s%s%s\n", prefix, sep, d->name);
}

static int
ls(char *name, int prefix)
{
	Dir *d;
	int fd, i, n;

	d = dirstat(name);
	if(d == nil) {
		fprint(2, "ls: %s: %r\n", name);
		return -1;
	}
	if((d->mode & DMDIR) == 0) {
		d->name = name;
		show(d, "", "");
		free(d);
		return 0;
	}
	free(d);
	fd = open(name, OREAD);
	if(fd < 0) {
		fprint(2, "ls: %s: %r\n", name);
		return -1;
	}
	while((n = dirread(fd, &d)) > 0) {
		for(i = 0; i < n; i++)
			show(&d[i], prefix ? name : "", prefix ? "/" : "");
		free(d);
	}
	if(n < 0)
		fprint(2, "ls: %s: %r\n", name);
	close(fd);
	return n;
}

void
main(int argc, char *argv[])
{
	int i, bad = 0;

	argv++, argc--;
	if(argc > 0 && strcmp(argv[0], "-l") == 0) {
		lflag = 1;
		argv++, argc--;
	}
	if(argc == 0)
		bad = ls(".", 0) < 0;
	for(i = 0; i < argc; i++)
		if(ls(argv[i], 1) < 0)
			bad = 1;
	exits(bad ? "errors" : nil);
}
