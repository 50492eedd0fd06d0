/*
 * #I: tcp.
 */
#include "net/netdat.h"
#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	/* ms: keepalive without a number */
	Defkeepalive = 30000,
	/* ms of a tick of the status file's timers */
	Tick = 50,
};

static long
tcpread(Conv *c, void *buf, long n)
{
	const char *why;
	long r;

	waitfordata(c);
	if(aload(&c->state) != Connected)
		return convend(c);
	/* what came before the end is read after it. A reset is an end like others, as on 9front */
	r = hostnetread(&c->sock, buf, n, &why);
	if(r < 0)
		hangupconv(c, nil);
	/* what came after c's own end, before the host shut the socket, is dropped as unread bytes are */
	else if((r > 0 || n == 0) && !aload(&c->finished))
		return r;
	return convend(c);
}

static long
tcpwrite(Conv *c, const void *buf, long n)
{
	const char *why;
	long r;

	convwritable(c);
	r = hostnetwrite(&c->sock, buf, n, &why);
	if(r < 0) {
		hangupconv(c, nil);
		convwritable(c);
	}
	return r;
}

static Conv *
tcpaccept(Conv *c)
{
	const char *why;
	Netaddr remote;
	Netsock s;
	Conv *nc;

	why = hostnetaccept(&c->sock, &s, &remote);
	if(why != nil)
		error(why);
	onerror(hostnetclose(&s));
	nc = newnetconv(c->p, c);
	poperror();
	setconnected(nc, &s, &remote, nil);
	return nc;
}

static char *
tcpstatus(Conv *c, char *p, char *e)
{
	static const char *const names[] = {
	    [Tclosed] = "Closed",
	    [Tlisten] = "Listen",
	    [Tsynsent] = "Syn_sent",
	    [Tsynreceived] = "Syn_received",
	    [Testablished] = "Established",
	    [Tfinwait1] = "Finwait1",
	    [Tfinwait2] = "Finwait2",
	    [Tclosewait] = "Close_wait",
	    [Tclosing] = "Closing",
	    [Tlastack] = "Last_ack",
	    [Ttimewait] = "Time_wait",
	};
	Nettcpinfo t;
	u32int in, out;

	memset(&t, 0, sizeof t);
	in = out = 0;
	if(c->sock.fd >= 0) {
		hostnettcpinfo(&c->sock, &t);
		if(t.state != Tlisten && t.state != Tclosed) {
			in = hostnetinq(&c->sock);
			out = hostnetoutq(&c->sock);
		}
	}
	return seprint(p, e,
	    "%s qin %ud qout %ud rq 0.0 srtt %ud mdev %ud sst %ud "
	    "cwin %ud swin %ud>>%d rwin %ud>>%d qscale 0 "
	    "timer.start %ud timer.count %ud rerecv %ud "
	    "katimer.start 0 katimer.count 0\n",
	    names[t.state], in, out, t.rtt, t.rttvar, t.ssthresh, t.cwin,
	    t.swin, t.sscale, t.rwin, t.rscale, t.rto / Tick, t.retries,
	    t.rtxd);
}

static void
tcpkeepalive(Conv *c, char **f, int nf)
{
	Nettcpinfo t;
	int ms;

	t.state = Tclosed;
	if(c->sock.fd >= 0)
		hostnettcpinfo(&c->sock, &t);
	if(t.state != Testablished)
		error("connection must be in Establised state"); /* sic */
	ms = nf > 1 ? atoi(f[1]) : Defkeepalive;
	if(ms <= 0)
		ms = Defkeepalive;
	hostnetoption(&c->sock, Optkeepalive, ms);
}

/* End c in order, and its reads: what was written is sent before. Caller holds c->lk. */
static void
tcpfinish(Conv *c)
{
	endedconv(c);
	if(c->sock.fd >= 0)
		hostnetfinish(&c->sock);
}

/* The host computes checksums always. */
static void
tcpchecksum(char **f, int nf)
{
	if(nf > 1 && atoi(f[1]) == 0)
		error(Enotimpl);
}

/* The host has no such defense. */
static void
tcpdefense(char **f, int nf)
{
	if(nf > 1 && strcmp(f[1], "on") == 0)
		error(Enotimpl);
	if(nf < 2 || strcmp(f[1], "off") != 0)
		error("unknown value for tcpporthogdefense");
}

static int
tcpctl(Conv *c, char **f, int nf)
{
	if(strcmp(f[0], "hangup") == 0 && nf == 1)
		endconv(c);
	else if(strcmp(f[0], "close") == 0 && nf == 1)
		tcpfinish(c);
	else if(strcmp(f[0], "keepalive") == 0)
		tcpkeepalive(c, f, nf);
	else if(strcmp(f[0], "checksum") == 0)
		tcpchecksum(f, nf);
	else if(strcmp(f[0], "tcpporthogdefense") == 0)
		tcpdefense(f, nf);
	else
		return 0;
	return 1;
}

static const char *const tcpcounters[] = {
    "MaxConn",
    "ActiveOpens",
    "PassiveOpens",
    "EstabResets",
    "CurrEstab",
    "InSegs",
    "OutSegs",
    "RetransSegs",
    "RetransTimeouts",
    "InErrs",
    "OutRsts",
    nil,
};

Proto tcpproto = {
    .name = "tcp",
    .kind = Nettcp,
    .read = tcpread,
    .write = tcpwrite,
    .accept = tcpaccept,
    .status = tcpstatus,
    .ctl = tcpctl,
    .group = "Tcp",
    .counters = tcpcounters,
    .lk = QLOCKRANK(Rproto),
};
