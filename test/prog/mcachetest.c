/*
 * The mount cache: bind(2)'s MCACHE.
 */
#include "cacheserv.h"

enum
{
	NCALLER = 8,
	NROUND = 200,
};

static uchar buf[SIZE], cmp[SIZE];

/* A new server, mounted twice: at /mnt and /n. */
static int
startmounted(void)
{
	char name[64], num[NUMSIZE];
	int pid, fd = startserver(&pid), post;

	snprint(name, sizeof name, "/srv/mcachetest.%d", getpid());
	post = create(name, OWRITE | ORCLOSE, 0600);
	check(post >= 0);
	snprint(num, sizeof num, "%d", fd);
	check(write(post, num, strlen(num)) > 0);
	close(fd);
	check(mount(open(name, ORDWR), -1, "/mnt", MREPL | MCACHE, "") >= 0);
	check(mount(open(name, ORDWR), -1, "/n", MREPL | MCACHE, "") >= 0);
	close(post);
	return pid;
}

static void
stop(int pid)
{
	check(unmount(nil, "/mnt") >= 0);
	check(unmount(nil, "/n") >= 0);
	childok(pid);
}

/* A line of /dev/imagecache */
static vlong
stat1(char *name)
{
	char text[2000], *p;
	int n;

	n = readfile("/dev/imagecache", text, sizeof text - 1);
	check(n > 0);
	text[n] = 0;
	p = strstr(text, name);
	check(p != nil);
	return strtoll(p + strlen(name), nil, 10);
}

static void
readall(char *name, int kind)
{
	int fd = open(name, OREAD), n, done = 0;

	check(fd >= 0);
	while((n = read(fd, buf + done, SIZE - done)) > 0)
		done += n;
	close(fd);
	checkint(done, SIZE);
	fill(cmp, SIZE, kind);
	check(memcmp(buf, cmp, SIZE) == 0);
}

/* run.sh says what run9 does without. */
static int
isoff(char *name)
{
	char text[256];
	int n = readfile("/env/SWITCHES", text, sizeof text - 1);

	text[n > 0 ? n : 0] = 0;
	return strstr(text, "--plain") != nil ||
	    strstr(text, "mountcache") != nil || strstr(text, name) != nil;
}

static void
bytesareaskedforonce(void)
{
	int pid = startmounted(), before;
	vlong bytes;

	readall("/mnt/f", 0);
	before = sh->counts[Tread];
	check(before > 0);
	bytes = stat1("mountbytes ");
	readall("/mnt/f", 0);
	if(!isoff("mountcache")) {
		/* the end is asked for each time */
		check(sh->counts[Tread] <= before + 2);
		check(stat1("mountbytes ") >= bytes + SIZE);
		check(stat1("mountpages ") >= SIZE / BY2PG);
	}
	stop(pid);
	/* the connection goes when the last clunk is answered */
	while(stat1("mountpages ") != 0)
		sleep(1);
}

static void
mountsofatreeshare(void)
{
	int pid = startmounted(), before;

	readall("/mnt/f", 0);
	before = sh->counts[Tread];
	readall("/n/f", 0);
	check(isoff("mountcache") || sh->counts[Tread] <= before + 2);
	stop(pid);
}

static void
anotherversionbeginsanew(void)
{
	int pid = startmounted(), fd;

	readall("/mnt/f", 0);
	fd = open("/mnt/f", OREAD);
	check(fd >= 0);
	fill(sh->data, SIZE, 3);
	sh->vers++;
	readall("/mnt/f", 3);
	/* nothing of the new version comes from the old one's cache */
	checkint(pread(fd, buf, 8000, 100), 8000);
	check(memcmp(buf, sh->data + 100, 8000) == 0);
	close(fd);
	stop(pid);
}

static void
writesgothrough(void)
{
	int pid = startmounted(), fd, other, before;

	readall("/mnt/f", 0);
	other = open("/n/f", OREAD);
	fd = open("/mnt/f", ORDWR);
	check(fd >= 0 && other >= 0);
	fill(cmp, SIZE, 5);
	checkint(pwrite(fd, cmp, 20000, 4000), 20000);
	check(memcmp(sh->data + 4000, cmp, 20000) == 0);
	before = sh->counts[Tread];
	checkint(pread(fd, buf, 24000, 0), 24000);
	check(memcmp(buf, sh->data, 24000) == 0);
	checkint(pread(other, buf, 24000, 0), 24000);
	check(memcmp(buf, sh->data, 24000) == 0);
	check(isoff("mountcache") || sh->counts[Tread] == before);
	/* a write that the server refuses changes nothing */
	checkerr(pwrite(fd, cmp, 100, SIZE - 50), "file is full");
	checkint(pread(fd, buf, 100, SIZE - 100), 100);
	check(memcmp(buf, sh->data + SIZE - 100, 100) == 0);
	close(fd);
	close(other);
	before = sh->counts[Tread];
	fd = open("/mnt/f", OREAD);
	checkint(pread(fd, buf, 24000, 0), 24000);
	check(isoff("mountcache") || sh->counts[Tread] == before);
	close(fd);
	stop(pid);
}

static void
truncationbywstatisseen(void)
{
	int pid = startmounted(), fd;
	Dir d;

	readall("/mnt/f", 0);
	fd = open("/mnt/f", ORDWR);
	check(fd >= 0);
	nulldir(&d);
	d.length = 5000;
	check(dirfwstat(fd, &d) >= 0);
	checkint(sh->len, 5000);
	checkint(pread(fd, buf, SIZE, 0), 5000);
	nulldir(&d);
	d.length = 100;
	check(dirwstat("/n/f", &d) >= 0);
	checkint(pread(fd, buf, SIZE, 0), 100);
	close(fd);
	stop(pid);
}

static void
sequencesarereadahead(void)
{
	int pid = startmounted(), fd = open("/mnt/f", OREAD), i;

	check(fd >= 0);
	fill(cmp, SIZE, 0);
	for(i = 0; i < SIZE; i += 1000) {
		checkint(read(fd, buf, 1000), 1000);
		check(memcmp(buf, cmp + i, 1000) == 0);
	}
	checkint(read(fd, buf, 1000), 0);
	check(isoff("mountahead") || sh->counts[Tread] < 40);
	close(fd);
	stop(pid);
}

static void
longreadsaremanyrequestsatonce(void)
{
	int pid = startmounted(), fd = open("/mnt/f", OREAD);

	check(fd >= 0);
	sh->pairs = !isoff("mountpipe");
	checkint(read(fd, buf, SIZE), SIZE);
	fill(cmp, SIZE, 0);
	check(memcmp(buf, cmp, SIZE) == 0);
	sh->pairs = 0;
	close(fd);
	stop(pid);
}

static void
longwritesaretoo(void)
{
	int pid = startmounted(), fd = open("/mnt/f", ORDWR);

	check(fd >= 0);
	fill(cmp, SIZE, 9);
	checkint(write(fd, cmp, SIZE), SIZE);
	check(memcmp(sh->data, cmp, SIZE) == 0);
	/* the last piece does not fit */
	checkint(pwrite(fd, cmp + 1, 50000, SIZE - 40000), 32768);
	checkint(pread(fd, buf, 40000, SIZE - 40000), 40000);
	check(memcmp(buf, sh->data + SIZE - 40000, 40000) == 0);
	close(fd);
	stop(pid);
}

static void
programsarecachedonce(void)
{
	char *argv[] = {"prog", "nosuchcase", nil};
	int pid = startmounted(), child, fd, i;
	vlong before = stat1("mountclunked "), pages;

	/* all of it is in the mount cache at first */
	fd = open("/mnt/prog", OREAD);
	check(fd >= 0);
	checkint(readn(fd, buf, SIZE), sh->nprog);
	close(fd);
	pages = stat1("mountpages ");
	check(isoff("mountcache") || pages >= sh->nprog / BY2PG);
	for(i = 0; i < 2; i++) {
		child = rfork(RFPROC | RFFDG);
		check(child >= 0);
		if(child == 0) {
			exec("/mnt/prog", argv);
			exits("exec");
		}
		check(strstr(childmsg(child), "exec") == nil);
	}
	check(stat1("mountclunked ") >= before + pages);
	/* no more than the headers of the later execs */
	check(stat1("mountpages ") <= 1);
	stop(pid);
}

/* Bytes at offset off are told by off, and may be written again and again. */
static void
onecaller(void *arg)
{
	u32int seed = (uintptr)arg, i, n, off;
	int fd, r;

	fd = open(seed & 1 ? "/mnt/f" : "/n/f", ORDWR);
	check(fd >= 0);
	fill(cmp, SIZE, 0);
	for(i = 0; i < NROUND; i++) {
		seed = seed * 1103515245 + 12345;
		n = (seed >> 4 & 0x3FFF) + 1;
		off = (seed >> 8) % (SIZE - n);
		if(i % 4 == 0) {
			checkint(pwrite(fd, cmp + off, n, off), n);
			continue;
		}
		memset(buf, 0xFF, n);
		r = pread(fd, buf, n, off);
		checkint(r, n);
		check(memcmp(buf, cmp + off, n) == 0);
		if(i % 16 == 1) {
			close(fd);
			fd = open(seed & 64 ? "/mnt/f" : "/n/f", ORDWR);
			check(fd >= 0);
		}
	}
	close(fd);
}

static void
manycallersgettheirbytes(void)
{
	int pid = startmounted(), i;
	Waitmsg w;

	for(i = 0; i < NCALLER; i++)
		spawn(RFFDG, onecaller, (void *)(uintptr)(i + 1));
	for(i = 0; i < NCALLER; i++) {
		check(waitfor(&w) >= 0);
		if(w.msg[0] != 0)
			fail("%s", w.msg);
	}
	stop(pid);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(bytesareaskedforonce),
	    CASE(mountsofatreeshare),
	    CASE(anotherversionbeginsanew),
	    CASE(writesgothrough),
	    CASE(truncationbywstatisseen),
	    CASE(sequencesarereadahead),
	    CASE(longreadsaremanyrequestsatonce),
	    CASE(longwritesaretoo),
	    CASE(programsarecachedonce),
	    CASE(manycallersgettheirbytes),
	};

	runcases(cases, nelem(cases), argc, argv);
}
