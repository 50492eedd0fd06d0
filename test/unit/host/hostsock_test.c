/*
 * Connections of the host: addresses, connecting, listening, notes, descriptors that are taken.
 */
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include "dev/hosttmp.h"
#include "host/file/hostaddr.h"
#include "host/hostsock.h"

int close(int);
int pipe(int *);
int dup(int);
int rename(const char *, const char *);
void socketsremove(void);

/* --- what may error, from tests --- */

static int
trydial(const char *addr)
{
	int fd;

	if(waserror())
		return -1;
	fd = hostdial(addr);
	poperror();
	return fd;
}

static int
trylisten(const char *addr)
{
	int fd;

	if(waserror())
		return -1;
	fd = hostlisten(addr);
	poperror();
	return fd;
}

static int
tryaccept(int fd)
{
	int nfd;

	if(waserror())
		return -1;
	nfd = hostaccept(fd);
	poperror();
	return nfd;
}

static int
tryparse(const char *s, int listening, Hostaddr *a)
{
	if(waserror())
		return -1;
	parseaddr(s, listening, a);
	poperror();
	return 0;
}

/* --- addresses --- */

static int
fileexists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

static void
test_forms_of_addresses(void **state)
{
	Hostaddr a;

	USED(state);
	assert_int_equal(tryparse("unix!sock", 0, &a), 0);
	assert_int_equal(a.kind, Addrunix);
	assert_string_equal(a.text, "sock");
	assert_int_equal(tryparse("./a:b=c!d", 0, &a), 0);
	assert_int_equal(a.kind, Addrunix);
	assert_string_equal(a.text, "./a:b=c!d");
	assert_int_equal(tryparse("fd!17", 0, &a), 0);
	assert_int_equal(a.kind, Addrfd);
	assert_int_equal(a.fd, 17);
	assert_int_equal(tryparse("exec!u9fs -a none /", 0, &a), 0);
	assert_int_equal(a.kind, Addrexec);
	assert_string_equal(a.text, "u9fs -a none /");
	assert_int_equal(tryparse("tcp!10.0.0.255!9fs", 0, &a), 0);
	assert_int_equal(a.kind, Addrtcp);
	assert_int_equal(a.port, 564);
	assert_int_equal(a.nip, 1);
	assert_memory_equal(a.ip[0].addr, "\12\0\0\377", 4);
	assert_int_equal(tryparse("tcp!LocalHost!65535", 0, &a), 0);
	assert_int_equal(a.nip, 2);
	assert_memory_equal(a.ip[0].addr, "\177\0\0\1", 4);
	assert_int_equal(a.port, 65535);
	assert_int_equal(tryparse("tcp!::1!80", 0, &a), 0);
	assert_int_equal(a.ip[0].len, Ip6len);
	assert_int_equal(a.ip[0].addr[15], 1);
	/* a host may have no table of services */
	if(fileexists("/etc/services")) {
		assert_int_equal(tryparse("tcp!::1!www", 0, &a), 0);
		assert_int_equal(a.port, 80);
	}
	assert_int_equal(tryparse("tcp!*!0", 1, &a), 0);
	assert_int_equal(a.nip, 2);
}

/* Each bad address has an error that says what is wrong. */
static void
test_bad_addresses(void **state)
{
	static const struct
	{
		const char *addr, *why;
		int listening;
	} bad[] = {
	    {"", "not an address", 0},
	    {"host", "not an address", 0},
	    {"udp!host!1", "not an address", 0},
	    {"TCP!127.0.0.1!1", "not an address", 0},
	    {"unix!", "no path", 0},
	    {"tcp!", "no port", 0},
	    {"tcp!127.0.0.1", "no port", 0},
	    {"tcp!127.0.0.1!", "no port", 0},
	    {"tcp!!1", "no host", 0},
	    {"tcp!127.0.0.1!0", "not a port: '0'", 0},
	    {"tcp!127.0.0.1!65536", "not a port", 0},
	    {"tcp!127.0.0.1!18446744073709551697", "not a port", 0},
	    {"tcp!127.0.0.1!1x", "no port '1x' in /etc/services", 0},
	    {"tcp!127.0.0.1!-1", "no port '-1' in /etc/services", 0},
	    {"tcp!127.0.0.1!nosuchservice", "in /etc/services", 0},
	    {"tcp!nosuch.example!1", "unknown host 'nosuch.example'", 0},
	    {"tcp!127.0.0!1", "unknown host", 0},
	    {"tcp!256.0.0.1!1", "numeric addresses and the names", 0},
	    {"tcp!*!1", "no host to connect to", 0},
	    {"fd!", "not a descriptor", 0},
	    {"fd!-1", "not a descriptor", 0},
	    {"fd!3x", "not a descriptor", 0},
	    {"fd!99999999999", "not a descriptor", 0},
	    {"exec!", "no command", 0},
	    {"exec!  ", "no command", 0},
	    {"exec!ls", "nobody can listen", 1},
	};
	char name[600];
	Hostaddr a;
	usize i;

	USED(state);
	for(i = 0; i < nelem(bad); i++) {
		if(tryparse(bad[i].addr, bad[i].listening, &a) == 0)
			fail_msg("%s is an address", bad[i].addr);
		if(strstr(up->errstr, bad[i].why) == nil)
			fail_msg("%s: %s", bad[i].addr, up->errstr);
	}
	memset(name, 'x', sizeof name);
	name[sizeof name - 1] = 0;
	memmove(name, "unix!", 5);
	assert_int_equal(tryparse(name, 0, &a), -1);
	assert_string_equal(
	    up->errstr, "path of a socket longer than 107 bytes");
	name[5 + 107] = 0;
	assert_int_equal(tryparse(name, 0, &a), 0);
	name[5 + 107] = '!';
	memmove(name, "tcp!x", 5);
	name[sizeof name - 3] = '!';
	assert_int_equal(tryparse(name, 0, &a), -1);
	name[5 + 107] = 'x';
	assert_int_equal(tryparse(name, 0, &a), -1);
	assert_string_equal(up->errstr, "name of a host too long");
}

static void
test_numeric_addresses(void **state)
{
	static const struct
	{
		const char *text, *full;
	} good[] = {
	    {"1.2.3.4", "1.2.3.4"},
	    {"::", "0:0:0:0:0:0:0:0"},
	    {"::1", "0:0:0:0:0:0:0:1"},
	    {"1::", "1:0:0:0:0:0:0:0"},
	    {"fe80::A:0b", "fe80:0:0:0:0:0:a:b"},
	    {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
	    {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
	    {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
	    {"::ffff:1.2.3.4", "0:0:0:0:0:ffff:102:304"},
	    {"1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"},
	};
	static const char *const bad[] = {"", ":", ":::", "1", "1.2.3",
	    "1.2.3.4.5", "1.2.3.256", "1.2.3.1000", "1..2.3", "1.2.3.",
	    "a.b.c.d", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
	    "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1::2::3",
	    "12345::", "::g", "1:", ":1",
	    "::1:", "1.2.3.4::", "1:2:3:4:5:6:7:1.2.3.4", "::1%eth0", "[::1]"};
	char buf[64];
	Hostip ip;
	usize i;

	USED(state);
	for(i = 0; i < nelem(good); i++) {
		if(!parseip(good[i].text, &ip))
			fail_msg("%s is an address", good[i].text);
		assert_string_equal(iptext(&ip, buf, sizeof buf), good[i].full);
	}
	for(i = 0; i < nelem(bad); i++)
		if(parseip(bad[i], &ip))
			fail_msg("%s is no address", bad[i]);
}

/* --- connections --- */

/* What one end writes the other reads. */
static void
talk(int a, int b)
{
	char buf[8];

	assert_int_equal(hostwrite(a, "abcd", 4, -1), 4);
	assert_int_equal(hostread(b, buf, sizeof buf, -1), 4);
	assert_memory_equal(buf, "abcd", 4);
}

/* Connect to addr, where l listens, and close all three. */
static void
connects(int l, const char *addr)
{
	char buf[8];
	int c, s;

	c = trydial(addr);
	if(c < 0)
		fail_msg("%s: %s", addr, up->errstr);
	s = tryaccept(l);
	assert_true(s >= 0);
	talk(c, s);
	talk(s, c);
	assert_int_equal(hostwritenow(c, "ab", 2), 2);
	assert_int_equal(hostread(s, buf, sizeof buf, -1), 2);
	hostshutdown(c);
	assert_int_equal(hostread(s, buf, sizeof buf, -1), 0);
	hostclose(c);
	hostclose(s);
}

/* One of n descriptors that will be opened. */
static int
nextfd(void)
{
	int fd;

	fd = open("/dev/null", O_RDONLY);
	close(fd);
	return fd;
}

static void
test_unix_sockets(void **state)
{
	char buf[200];
	struct stat st;
	int l, next;

	USED(state);
	next = nextfd();
	l = trylisten(host("sock"));
	assert_true(l >= 0);
	/* others of the host may not connect */
	assert_int_equal(stat(host("sock"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	snprint(buf, sizeof buf, "unix!%s", host("sock"));
	assert_int_equal(trylisten(buf), -1);
	assert_string_equal(up->errstr, "address in use");
	assert_string_equal(hostsockname(l, buf, sizeof buf),
	    (snprint(buf + 100, 100, "unix!%s", host("sock")), buf + 100));
	connects(l, host("sock"));
	hostunlisten(l);
	assert_int_equal(stat(host("sock"), &st), -1);
	assert_int_equal(trydial(host("sock")), -1);
	assert_string_equal(up->errstr, Enonexist);
	/* another's file, at which nobody listens any more, is replaced */
	l = trylisten(host("sock"));
	assert_int_equal(rename(host("sock"), host("stale")), 0);
	hostunlisten(l);
	assert_int_equal(trydial(host("stale")), -1);
	assert_string_equal(up->errstr, Econrefused);
	l = trylisten(host("stale"));
	assert_true(l >= 0);
	connects(l, host("stale"));
	/* the end of the instance removes the file, but not another that has its name */
	assert_int_equal(rename(host("stale"), host("sock")), 0);
	put("stale", "mine");
	socketsremove();
	holds("stale", "mine");
	assert_int_equal(trylisten(host("stale")), -1);
	assert_string_equal(up->errstr, "address in use");
	hostunlisten(l);
	holds("stale", "mine");
	l = trylisten(host("new"));
	socketsremove();
	assert_int_equal(stat(host("new"), &st), -1);
	hostunlisten(l);
	/* each failure closed what it had opened */
	assert_int_equal(nextfd(), next);
}

static void
test_tcp(void **state)
{
	char addr[64], other[64], *port;
	int l, next;

	USED(state);
	next = nextfd();
	l = trylisten("tcp!127.0.0.1!0");
	assert_true(l >= 0);
	hostsockname(l, addr, sizeof addr);
	assert_int_equal(strncmp(addr, "tcp!127.0.0.1!", 14), 0);
	assert_int_equal(trylisten(addr), -1);
	assert_string_equal(up->errstr, "address in use");
	connects(l, addr);
	hostunlisten(l);
	assert_int_equal(trydial(addr), -1);
	assert_string_equal(up->errstr, Econrefused);
	/* all addresses; localhost is one */
	l = trylisten("tcp!*!0");
	assert_true(l >= 0);
	port = strrchr(hostsockname(l, addr, sizeof addr), '!');
	snprint(other, sizeof other, "tcp!localhost%s", port);
	connects(l, other);
	hostunlisten(l);
	assert_int_equal(nextfd(), next);
}

typedef struct Job Job;
struct Job
{
	int fd;
	int got;
	u32int done; /* atomic */
	char err[ERRMAX];
};

static void
accepter(void *a)
{
	Job *j = a;

	j->got = tryaccept(j->fd);
	strecpy(j->err, j->err + ERRMAX, up->errstr);
	__atomic_store_n(&j->done, 1, __ATOMIC_SEQ_CST);
}

/* A note ends the wait of f, which has a socket that listens. */
static void
noteends(void (*f)(void *))
{
	Job j = {0};
	Worker *p;

	j.fd = trylisten(host("sock"));
	p = spawn(f, &j);
	while(!__atomic_load_n(&j.done, __ATOMIC_SEQ_CST))
		notework(p, "alarm");
	join(p);
	assert_int_equal(j.got, -1);
	assert_string_equal(j.err, Eintr);
	hostunlisten(j.fd);
}

static void
test_a_note_ends_accept(void **state)
{
	USED(state);
	noteends(accepter);
}

/* The host lets a process wait that connects where too many do. */
static void
dialer(void *a)
{
	Job *j = a;
	int fd;

	while((fd = trydial(host("sock"))) >= 0)
		;
	j->got = fd;
	strecpy(j->err, j->err + ERRMAX, up->errstr);
	__atomic_store_n(&j->done, 1, __ATOMIC_SEQ_CST);
}

static void
test_a_note_ends_dial(void **state)
{
	USED(state);
	noteends(dialer);
}

static void
test_shutdown_ends_accept(void **state)
{
	Job j = {0};
	Worker *p;

	USED(state);
	j.fd = trylisten(host("sock"));
	p = spawn(accepter, &j);
	hostshutdown(j.fd);
	join(p);
	assert_int_equal(j.got, -1);
	hostunlisten(j.fd);
}

/* --- descriptors that run9 was started with --- */

/* The text fd!n; the last two stay. */
static char *
fdaddr(int n)
{
	static char buf[2][32];
	static int k;
	char *s;

	s = buf[k++ % 2];
	snprint(s, sizeof buf[0], "fd!%d", n);
	return s;
}

static void
refused(int fd, const char *why)
{
	assert_int_equal(trydial(fdaddr(fd)), -1);
	if(strstr(up->errstr, why) == nil)
		fail_msg("fd!%d: %s", fd, up->errstr);
}

static void
test_inherited_connections(void **state)
{
	char buf[8];
	int fd[2], p[2], f, l;

	USED(state);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	assert_int_equal(trydial(fdaddr(fd[0])), fd[0]);
	talk(fd[0], fd[1]);
	/* it has an owner now */
	refused(fd[0], "not started with");
	close(fd[0]);
	close(fd[1]);
	refused(fd[0], "not started with");
	refused(2, "standard error");
	assert_int_equal(pipe(p), 0);
	refused(p[0], "not open for reading and writing");
	refused(p[1], "not open for reading and writing");
	close(p[0]);
	close(p[1]);
	f = open(host("file"), O_RDWR | O_CREAT, 0600);
	refused(f, "no socket, pipe or terminal");
	close(f);
	f = open(tmpdir, O_RDONLY);
	refused(f, "no socket, pipe or terminal");
	close(f);
	/* a socket that listens */
	l = trylisten(host("sock"));
	f = dup(l);
	hostunlisten(l);
	refused(f, "listens");
	assert_int_equal(trylisten(fdaddr(f)), f);
	hostclose(f);
	/* the standard input is a connection, and reads as empty from then on */
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	close(0);
	assert_int_equal(dup(fd[0]), 0);
	close(fd[0]);
	f = trydial("fd!0");
	assert_true(f > 2);
	talk(f, fd[1]);
	assert_int_equal(hostread(0, buf, sizeof buf, -1), 0);
	close(f);
	assert_int_equal(hostread(fd[1], buf, sizeof buf, -1), 0);
	close(fd[1]);
}

static Chan *
trydialchan(const char *addr)
{
	Chan *c;

	if(waserror())
		return nil;
	c = dialchan(addr, "conn");
	poperror();
	return c;
}

static void
test_commands(void **state)
{
	char buf[8];
	Chan *c;
	int next;

	USED(state);
	next = nextfd();
	c = trydialchan("exec!exec cat");
	if(c == nil)
		fail_msg("exec!: %s", up->errstr);
	assert_string_equal(chanpath(c), "conn");
	assert_int_equal(xwrite(c, "abcd", 4, 0), 4);
	assert_int_equal(xread(c, buf, sizeof buf, 0), 4);
	assert_memory_equal(buf, "abcd", 4);
	cclose(c);
	c = trydialchan("exec!printf x");
	assert_int_equal(xread(c, buf, sizeof buf, 0), 1);
	assert_int_equal(xread(c, buf, sizeof buf, 1), 0);
	cclose(c);
	assert_null(trydialchan("exec!"));
	assert_int_equal(trydial("exec!cat"), -1);
	assert_string_equal(up->errstr, "a command is no socket");
	assert_int_equal(nextfd(), next);
}

static void
test_the_limit_of_descriptors(void **state)
{
	struct rlimit old, few;
	int l;

	USED(state);
	l = trylisten(host("sock"));
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	few = old;
	few.rlim_cur = (rlim_t)nextfd();
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	assert_int_equal(trydial(host("sock")), -1);
	assert_string_equal(up->errstr, Enofd);
	assert_int_equal(trylisten(host("new")), -1);
	assert_string_equal(up->errstr, Enofd);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	hostunlisten(l);
}

#define TEST(t) KERNIN(t, tmpsetup, tmpteardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_forms_of_addresses),
	    TEST(test_bad_addresses),
	    TEST(test_numeric_addresses),
	    TEST(test_unix_sockets),
	    TEST(test_tcp),
	    TEST(test_a_note_ends_accept),
	    TEST(test_a_note_ends_dial),
	    TEST(test_shutdown_ends_accept),
	    TEST(test_inherited_connections),
	    TEST(test_commands),
	    TEST(test_the_limit_of_descriptors),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}
