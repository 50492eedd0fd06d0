/*
 * #I, with the host's loopback interface.
 */
#include <arpa/inet.h>
#include <sys/socket.h>
#include "host/hostfile.h"
#include "net/nettalk.h"

/* Both ends, and what announced. */
typedef struct Pair Pair;
struct Pair
{
	Talk l, c, s;
};

static void
makepair(Pair *p, const char *proto)
{
	announced(&p->l, proto);
	calls(&p->c, proto, talkport(&p->l));
	if(strcmp(proto, "udp") == 0)
		assert_int_equal(xwrite(p->c.data, "hi", 2, 0), 2);
	if(takes(&p->s, &p->l, proto) < 0)
		fail_msg("listen: %s", up->errstr);
}

static void
endpair(Pair *p)
{
	endtalk(&p->l);
	endtalk(&p->c);
	endtalk(&p->s);
}

static void
test_tcp_carries_bytes_both_ways(void **state)
{
	char buf[64];
	Pair p;

	USED(state);
	makepair(&p, "tcp");
	assert_int_equal(xwrite(p.c.data, "question", 8, 0), 8);
	assert_int_equal(xread(p.s.data, buf, sizeof buf, 0), 8);
	assert_int_equal(xwrite(p.s.data, "answer", 6, 0), 6);
	assert_int_equal(xread(p.c.data, buf, sizeof buf, 0), 6);
	assert_non_null(strstr(talkfile(&p.c, "status"), "Established qin 0 "));
	endtalk(&p.s);
	assert_int_equal(xread(p.c.data, buf, sizeof buf, 0), 0);
	endpair(&p);
}

static void
test_udp_moves_early_datagrams_to_the_call(void **state)
{
	char buf[64];
	Pair p;

	USED(state);
	announced(&p.l, "udp");
	calls(&p.c, "udp", talkport(&p.l));
	assert_int_equal(xwrite(p.c.data, "one", 3, 0), 3);
	assert_int_equal(xwrite(p.c.data, "three", 5, 0), 5);
	assert_int_equal(takes(&p.s, &p.l, "udp"), 0);
	assert_int_equal(xread(p.s.data, buf, sizeof buf, 0), 3);
	assert_int_equal(xwrite(p.c.data, "later", 5, 0), 5);
	assert_int_equal(xread(p.s.data, buf, sizeof buf, 0), 5);
	assert_memory_equal(buf, "three", 5);
	assert_int_equal(xread(p.s.data, buf, sizeof buf, 0), 5);
	assert_memory_equal(buf, "later", 5);
	/* what nobody reads is freed */
	endpair(&p);
	makepair(&p, "udp");
	endpair(&p);
}

static void
test_headers_mode(void **state)
{
	char buf[128];
	Talk l, c;

	USED(state);
	announced(&l, "udp");
	assert_int_equal(tell(&l, "headers"), 0);
	opendata(&l);
	calls(&c, "udp", talkport(&l));
	assert_int_equal(xwrite(c.data, "text", 4, 0), 4);
	assert_int_equal(xread(l.data, buf, sizeof buf, 0), 56);
	assert_int_equal(xwrite(l.data, buf, 56, 0), 56);
	assert_int_equal(xread(c.data, buf, sizeof buf, 0), 4);
	endtalk(&l);
	endtalk(&c);
}

/* Send a datagram with the source port 0 to port. Returns 0 if the user may not. */
static int
sendfromport0(int port)
{
	struct sockaddr_in to = {.sin_family = AF_INET};
	uchar dgram[] = {
	    0, 0, (uchar)(port >> 8), (uchar)port, 0, 10, 0, 0, 'n', 'o'};
	int fd;

	fd = socket(AF_INET, SOCK_RAW, IPPROTO_UDP);
	if(fd < 0)
		return 0;
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(sendto(fd, dgram, sizeof dgram, 0,
			     (struct sockaddr *)&to, sizeof to),
	    sizeof dgram);
	hostclose(fd);
	return 1;
}

static void
test_udp_takes_datagrams_of_port_0(void **state)
{
	char buf[128];
	Talk l, c, s;

	USED(state);
	/* headers mode shows them */
	announced(&l, "udp");
	assert_int_equal(tell(&l, "headers"), 0);
	opendata(&l);
	if(sendfromport0(talkport(&l))) {
		assert_int_equal(xread(l.data, buf, sizeof buf, 0), 54);
		assert_memory_equal(buf + 48, "\0", 2);
		assert_memory_equal(buf + 52, "no", 2);
	}
	calls(&c, "udp", talkport(&l));
	assert_int_equal(xwrite(c.data, "text", 4, 0), 4);
	assert_int_equal(xread(l.data, buf, sizeof buf, 0), 56);
	endtalk(&l);
	endtalk(&c);
	/* they are no calls */
	announced(&l, "udp");
	sendfromport0(talkport(&l));
	calls(&c, "udp", talkport(&l));
	assert_int_equal(xwrite(c.data, "text", 4, 0), 4);
	assert_int_equal(takes(&s, &l, "udp"), 0);
	assert_int_equal(xread(s.data, buf, sizeof buf, 0), 4);
	endtalk(&l);
	endtalk(&c);
	endtalk(&s);
}

/* A port that nobody has. */
static int
freeport(const char *proto)
{
	Talk t;
	int port;

	announced(&t, proto);
	port = talkport(&t);
	endtalk(&t);
	return port;
}

static void
test_refused_calls(void **state)
{
	char msg[64], buf[8];
	Talk t;

	USED(state);
	newtalk(&t, "tcp");
	snprint(msg, sizeof msg, "connect 127.0.0.1!%d", freeport("tcp"));
	assert_int_equal(tell(&t, msg), -1);
	assert_string_equal(up->errstr, Econrefused);
	assert_int_equal(tell(&t, msg), -1);
	assert_string_equal(up->errstr, "connection already in use");
	/* connect alone says why */
	assert_string_equal(talkfile(&t, "err"), "");
	endtalk(&t);
	calls(&t, "udp", freeport("udp"));
	assert_int_equal(xwrite(t.data, "x", 1, 0), 1);
	assert_int_equal(xread(t.data, buf, sizeof buf, 0), -1);
	assert_string_equal(up->errstr, "port unreachable");
	endtalk(&t);
}

/* A read of no bytes finds a reset, which is an end like others. */
static void
test_empty_reads_find_resets(void **state)
{
	char buf[8];
	Pair p;

	USED(state);
	makepair(&p, "tcp");
	assert_int_equal(tell(&p.c, "hangup"), 0);
	assert_int_equal(xread(p.s.data, buf, 0, 0), 0);
	assert_int_equal(xwrite(p.s.data, "x", 1, 0), -1);
	assert_string_equal(up->errstr, Ehungup);
	assert_string_equal(talkfile(&p.s, "err"), "");
	endpair(&p);
}

/* A peer of the host's, that may send to groups and to all on the loopback interface. */
static int
hostpeer(void)
{
	struct in_addr lo = {htonl(INADDR_LOOPBACK)};
	int fd, yes;

	yes = 1;
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	assert_true(fd >= 0);
	assert_int_equal(
	    setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &yes, sizeof yes), 0);
	assert_int_equal(
	    setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &lo, sizeof lo), 0);
	return fd;
}

static void
sendhost(int fd, const char *ip, int port)
{
	struct sockaddr_in to = {.sin_family = AF_INET};

	to.sin_port = htons((u16int)port);
	to.sin_addr.s_addr = inet_addr(ip);
	assert_int_equal(
	    sendto(fd, "to", 2, 0, (struct sockaddr *)&to, sizeof to), 2);
}

/* A call's local address is one machine's, and one peer calls each address. */
static void
test_udp_calls_have_local_addresses(void **state)
{
	static const struct
	{
		const char *to, *local;
	} dest[] = {
	    {"127.0.0.1", "127.0.0.1!"},
	    {"127.0.0.2", "127.0.0.2!"},
	    {"127.255.255.255", "127.0.0.1!"},
	    {"224.0.0.99", "127.0.0.1!"},
	};
	char buf[64];
	Talk l, s[nelem(dest)];
	usize i;
	int fd;

	USED(state);
	newtalk(&l, "udp");
	assert_int_equal(tell(&l, "announce *!0"), 0);
	assert_int_equal(tell(&l, "addmulti 127.0.0.1 224.0.0.99"), 0);
	fd = hostpeer();
	for(i = 0; i < nelem(dest); i++) {
		sendhost(fd, dest[i].to, talkport(&l));
		assert_int_equal(takes(&s[i], &l, "udp"), 0);
		assert_memory_equal(talkfile(&s[i], "local"), dest[i].local,
		    strlen(dest[i].local));
		assert_int_equal(xread(s[i].data, buf, sizeof buf, 0), 2);
		assert_int_equal(xwrite(s[i].data, "back", 4, 0), 4);
		assert_int_equal(recv(fd, buf, sizeof buf, 0), 4);
	}
	for(i = 0; i < nelem(dest); i++)
		endtalk(&s[i]);
	endtalk(&l);
	hostclose(fd);
}

static void
test_headers_have_the_interface(void **state)
{
	static const uchar ifc[] = {[10] = 0xff, [11] = 0xff, 127, 0, 0, 1};
	static const char *const to[] = {"127.255.255.255", "224.0.0.99"};
	uchar buf[64];
	Talk l;
	usize i;
	int fd;

	USED(state);
	newtalk(&l, "udp");
	assert_int_equal(tell(&l, "announce *!0"), 0);
	assert_int_equal(tell(&l, "headers"), 0);
	assert_int_equal(tell(&l, "addmulti 127.0.0.1 224.0.0.99"), 0);
	opendata(&l);
	fd = hostpeer();
	for(i = 0; i < nelem(to); i++) {
		sendhost(fd, to[i], talkport(&l));
		assert_int_equal(xread(l.data, buf, sizeof buf, 0), 54);
		assert_int_equal(GBIT32(buf + 16 + 12), inet_addr(to[i]));
		assert_memory_equal(buf + 32, ifc, sizeof ifc);
	}
	endtalk(&l);
	hostclose(fd);
}

/* The group is that of the conversation's address, unless the message has one. */
static void
test_groups_are_joined_and_left(void **state)
{
	Talk t;

	USED(state);
	newtalk(&t, "udp");
	assert_int_equal(tell(&t, "addmulti 127.0.0.1"), -1);
	assert_string_equal(up->errstr, "addmulti for a non multicast address");
	assert_int_equal(tell(&t, "connect 224.0.0.99!9 127.0.0.1!0"), 0);
	assert_int_equal(tell(&t, "addmulti 127.0.0.1"), 0);
	assert_int_equal(tell(&t, "remmulti 127.0.0.1"), 0);
	/* once more is no error */
	assert_int_equal(tell(&t, "remmulti 127.0.0.1"), 0);
	assert_int_equal(tell(&t, "addmulti 127.0.0.1"), 0);
	assert_int_equal(tell(&t, "addmulti 127.0.0.1"), 0);
	assert_int_equal(tell(&t, "addmulti 127.0.0.1 224.0.0.98"), 0);
	assert_int_equal(tell(&t, "remmulti 127.0.0.1 224.0.0.98"), 0);
	netreach = Netloopback;
	assert_int_equal(tell(&t, "addmulti 192.0.2.1 224.0.0.98"), -1);
	assert_string_equal(
	    up->errstr, "run9 --net=loopback: not a loopback address");
	netreach = Nethost;
	endtalk(&t);
}

/* The last bytes of an IPv6 address are no IPv4 address. */
static void
test_versions_of_ip_do_not_mix(void **state)
{
	static const char why[] = "IPv6 address in a conversation of IPv4";
	char msg[64], buf[64] = {0};
	Talk l, t;

	USED(state);
	announced(&l, "tcp");
	newtalk(&t, "tcp");
	snprint(
	    msg, sizeof msg, "connect ::5:7f00:1!%d 127.0.0.1!0", talkport(&l));
	assert_int_equal(tell(&t, msg), -1);
	assert_string_equal(up->errstr, why);
	endtalk(&l);
	endtalk(&t);
	announced(&l, "udp");
	assert_int_equal(tell(&l, "headers"), 0);
	opendata(&l);
	/* the remote address */
	buf[9] = 5;
	buf[12] = 127;
	buf[15] = 1;
	buf[49] = 9;
	assert_int_equal(xwrite(l.data, buf, 56, 0), -1);
	assert_string_equal(up->errstr, why);
	endtalk(&l);
}

static void
test_loopback_alone(void **state)
{
	char buf[8];
	Pair p;
	Talk t;

	USED(state);
	netreach = Netloopback;
	newtalk(&t, "tcp");
	assert_int_equal(tell(&t, "connect 192.0.2.1!9"), -1);
	assert_string_equal(
	    up->errstr, "run9 --net=loopback: not a loopback address");
	assert_int_equal(tell(&t, "announce 192.0.2.1!9"), -1);
	/* a host may not let its user say so */
	if(tell(&t, "announce *!0") == 0) {
		calls(&p.c, "tcp", talkport(&t));
		assert_int_equal(takes(&p.s, &t, "tcp"), 0);
		assert_int_equal(xwrite(p.c.data, "x", 1, 0), 1);
		assert_int_equal(xread(p.s.data, buf, sizeof buf, 0), 1);
		endtalk(&p.c);
		endtalk(&p.s);
	}
	endtalk(&t);
	netreach = Netnone;
	assert_null(xopen("#I/tcp/clone", ORDWR));
	assert_string_equal(up->errstr, "no network: run9 --net=none");
	netreach = Nethost;
}

/* --- waits that end --- */

typedef struct Waiter Waiter;
struct Waiter
{
	Talk *t;
	long got;
	u32int done; /* atomic */
	char err[ERRMAX];
};

static void
waited(Waiter *w, long got)
{
	w->got = got;
	strecpy(w->err, w->err + ERRMAX, up->errstr);
	astore(&w->done, 1);
}

static void
readwaiter(void *a)
{
	Waiter *w = a;
	char buf[8];

	waited(w, xread(w->t->data, buf, sizeof buf, 0));
}

static void
listenwaiter(void *a)
{
	Waiter *w = a;
	Talk s;

	waited(w, takes(&s, w->t, "tcp"));
}

static void
udplistenwaiter(void *a)
{
	Waiter *w = a;
	Talk s;

	waited(w, takes(&s, w->t, "udp"));
	endtalk(&s);
}

/* Full buffers hold a writer up. */
static void
writewaiter(void *a)
{
	static char block[64 * KiB];
	Waiter *w = a;
	long n;

	while((n = xwrite(w->t->data, block, sizeof block, 0)) > 0)
		;
	waited(w, n);
}

/* A note ends f's wait; so does what `end' says to t. */
static void
endswith(void (*f)(void *), Talk *t, const char *end, long got)
{
	Waiter w = {0};
	Worker *p;

	w.t = t;
	p = spawn(f, &w);
	if(end != nil) {
		tsleep(&up->sleeprend, return0, nil, 20);
		assert_int_equal(tell(t, end), 0);
	}
	while(!aload(&w.done))
		if(end == nil)
			notework(p, "alarm");
		else
			tsleep(&up->sleeprend, return0, nil, 1);
	join(p);
	assert_int_equal(w.got, got);
	if(end == nil)
		assert_string_equal(w.err, Eintr);
}

/* A reader of t that begins now waits while t is told so. Returns it. */
static Worker *
earlyreader(Talk *t, Waiter *w, const char *msg)
{
	Worker *p;

	opendata(t);
	w->t = t;
	astore(&w->done, 0);
	p = spawn(readwaiter, w);
	tsleep(&up->sleeprend, return0, nil, 20);
	assert_false(aload(&w->done));
	if(tell(t, msg) < 0)
		fail_msg("%s: %s", msg, up->errstr);
	return p;
}

static void
test_reads_may_begin_early(void **state)
{
	static const char *const protos[] = {"tcp", "udp"};
	char msg[64];
	Waiter w = {0};
	Worker *p;
	Talk l, t, s;
	usize i;

	USED(state);
	for(i = 0; i < nelem(protos); i++) {
		announced(&l, protos[i]);
		newtalk(&t, protos[i]);
		snprint(msg, sizeof msg, "connect 127.0.0.1!%d", talkport(&l));
		p = earlyreader(&t, &w, msg);
		if(i == 1)
			assert_int_equal(xwrite(t.data, "hi", 2, 0), 2);
		assert_int_equal(takes(&s, &l, protos[i]), 0);
		assert_int_equal(xwrite(s.data, "x", 1, 0), 1);
		join(p);
		assert_int_equal(w.got, 1);
		endtalk(&t);
		endtalk(&s);
		endtalk(&l);
	}
	announced(&l, "udp");
	p = earlyreader(&l, &w, "headers");
	calls(&s, "udp", talkport(&l));
	assert_int_equal(xwrite(s.data, "x", 1, 0), 1);
	join(p);
	assert_true(w.got > 0);
	endtalk(&s);
	endtalk(&l);
}

static void
test_notes_end_waits(void **state)
{
	Pair p;

	USED(state);
	makepair(&p, "tcp");
	endswith(readwaiter, &p.c, nil, -1);
	endswith(listenwaiter, &p.l, nil, -1);
	endswith(writewaiter, &p.c, nil, -1);
	endpair(&p);
	makepair(&p, "udp");
	endswith(readwaiter, &p.c, nil, -1);
	endswith(udplistenwaiter, &p.l, nil, -1);
	endpair(&p);
}

static void
test_hangup_ends_waits(void **state)
{
	Pair p;

	USED(state);
	makepair(&p, "tcp");
	endswith(listenwaiter, &p.l, "hangup", -1);
	endswith(readwaiter, &p.c, "hangup", 0);
	endpair(&p);
	makepair(&p, "tcp");
	endswith(writewaiter, &p.c, "hangup", -1);
	endpair(&p);
	makepair(&p, "udp");
	endswith(readwaiter, &p.c, "hangup", 0);
	endpair(&p);
}

/* One listener sees all calls, and the others have theirs. */
static void
test_udp_listeners_share_calls(void **state)
{
	enum
	{
		Ncall = 4,
	};
	Waiter w[Ncall] = {0};
	Worker *p[Ncall];
	Talk l, c[Ncall];
	int i;

	USED(state);
	announced(&l, "udp");
	for(i = 0; i < Ncall; i++) {
		w[i].t = &l;
		p[i] = spawn(udplistenwaiter, &w[i]);
	}
	for(i = 0; i < Ncall; i++) {
		calls(&c[i], "udp", talkport(&l));
		assert_int_equal(xwrite(c[i].data, "hi", 2, 0), 2);
	}
	for(i = 0; i < Ncall; i++) {
		join(p[i]);
		assert_int_equal(w[i].got, 0);
		endtalk(&c[i]);
	}
	/* calls that nobody takes end with the announcement */
	for(i = 0; i < Ncall; i++) {
		calls(&c[i], "udp", talkport(&l));
		assert_int_equal(xwrite(c[i].data, "hi", 2, 0), 2);
	}
	p[0] = spawn(udplistenwaiter, &w[0]);
	join(p[0]);
	for(i = 0; i < Ncall; i++)
		endtalk(&c[i]);
	endtalk(&l);
}

/* --- texts --- */

static void
test_texts_about_the_host(void **state)
{
	static const char *const files[] = {"arp", "bootp", "iproute",
	    "ipselftab", "ndb", "tcp/stats", "udp/stats", "icmp/stats",
	    "icmpv6/stats", "ipifc/stats", "ipifc/0/status", "ipifc/0/local"};
	static char text[64 * KiB];
	char name[64];
	usize i;

	USED(state);
	for(i = 0; i < nelem(files); i++) {
		snprint(name, sizeof name, "#I/%s", files[i]);
		if(xslurp(name, text, sizeof text) < 0)
			fail_msg("%s: %s", name, up->errstr);
	}
	assert_true(xlist("#I", text, sizeof text, 1024) >= 13);
	assert_true(xlist("#I/tcp", text, sizeof text, 1024) >= 2);
	assert_int_equal(xlist("#I/tcp/0", text, sizeof text, 1024), 7);
	assert_string_equal(text, "ctl data err listen local remote status");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERN(test_tcp_carries_bytes_both_ways),
	    KERN(test_udp_moves_early_datagrams_to_the_call),
	    KERN(test_headers_mode),
	    KERN(test_udp_takes_datagrams_of_port_0),
	    KERN(test_refused_calls),
	    KERN(test_empty_reads_find_resets),
	    KERN(test_udp_calls_have_local_addresses),
	    KERN(test_headers_have_the_interface),
	    KERN(test_groups_are_joined_and_left),
	    KERN(test_versions_of_ip_do_not_mix),
	    KERN(test_loopback_alone),
	    KERN(test_reads_may_begin_early),
	    KERN(test_notes_end_waits),
	    KERN(test_hangup_ends_waits),
	    KERN(test_udp_listeners_share_calls),
	    KERN(test_texts_about_the_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
