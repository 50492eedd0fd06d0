/*
 * The machine's part of forkhold.pml, which includes it: kernel/host/map/flush.c; base/futex.c
 * hostwait, hostsleep.
 */

/* u touches all that it has mapped */
inline touch(u)
{
	assert((mapped[u] & (stale[u] | shared(0) | shared(1))) == 0)
}

inline unmap(u, r)
{
	mapped[u] = mapped[u] & ~(r);
	stale[u] = stale[u] & ~(r)
}

/* the exchange, unmapping and Served: one step, for flush.pml has them apart */
inline serveflush(u)
{
	if
	:: req[u] == ASKED ->
		unmap(u, range[u]);
		range[u] = 0;
		req[u] = SERVED
	:: else
	fi
}

inline lazyflush(u)
{
	atomic {
		req[u] != MERGING;
		serveflush(u)
	}
}

/* forgetfrozen, once it is CHANGING */
inline forget(u)
{
#ifdef M_FORGETLATE
	freeze[u] = THAWED;
	unmap(u, frozenrange[u])
#else
	atomic {
		unmap(u, frozenrange[u]);
		frozenrange[u] = 0;
		holder[u] = 0;
		freeze[u] = THAWED
	}
#endif
}

inline forgetall(u)
{
	do
	:: freeze[u] == THAWED -> break
	:: atomic { freeze[u] == FREEZING || freeze[u] == FROZEN -> freeze[u] = CHANGING }
		forget(u)
	od
}

inline answerfreeze(u)
{
	if
	:: freeze[u] == FREEZING -> freeze[u] = FROZEN
	:: else
	fi
}

inline waitthaw(u)
{
	do
	:: freeze[u] == THAWED || PATIENCE -> break
	:: atomic { freeze[u] != THAWED -> answerfreeze(u); asleep[u] = 1 }
#ifndef M_SLEEPASKED
		atomic { serveflush(u) }
#endif
		/* the host's futex */
		atomic { freeze[u] != FROZEN || PATIENCE -> asleep[u] = 0 }
		lazyflush(u)
	od
}

/* leavelazy(0) and leavelazy(1), from asleep = 0 on */
inline leavelazy(u)
{
	lazyflush(u);
	forgetall(u)
}

inline leavelazypatient(u)
{
	lazyflush(u);
	if
	:: freeze[u] == THAWED
	:: freeze[u] != THAWED ->
		waitthaw(u);
		forgetall(u)
	fi
}

/* hostwait until c, if that is not so */
inline hostwait(u, c)
{
	atomic { !(c) -> asleep[u] = 1 }
	atomic { c -> asleep[u] = 0 }
	leavelazy(u)
}

/* hostsleep until c, or what ends it, w */
inline hostsleep(u, c, w)
{
	atomic { !(c) -> asleep[u] = 1 }
	atomic { w -> asleep[u] = 0 }
	leavelazypatient(u)
}

inline qlock(u, l)
{
	do
	:: atomic { !l -> l = 1; break }
	:: hostwait(u, !l)
	od
}

inline waitserved(u, p)
{
	do
	:: req[p] == SERVED -> break
	:: hostwait(u, req[p] == SERVED)
	od
}

/* flushlock held */
inline flush(u, p, r)
{
	if
	:: atomic { req[p] == ASKED -> req[p] = MERGING }
		atomic { range[p] = range[p] | r; req[p] = ASKED }
	:: else ->
		waitserved(u, p);
		atomic { range[p] = r; req[p] = ASKED }
	fi;
	if
	:: asleep[p]
	:: atomic { !asleep[p] -> kick[p] = 1 }
		waitserved(u, p)
	fi
}

#if NUSER > 2
#define flushslot(u, p)	qlock(u, locked[p])
#define flushdone(p)	locked[p] = 0
#else
/* only one may want it */
#define flushslot(u, p)	skip
#define flushdone(p)	skip
#endif

inline mmuflush(u, p, r)
{
	flushslot(u, p);
	flush(u, p, r);
	flushdone(p)
}

#ifdef M_ANYFREEZE
#define MINE(u, p)	true
#else
#define MINE(u, p)	(holder[p] == u)
#endif

#ifdef M_CHANGING
#define BUSY(p)	(freeze[p] == FREEZING)
#else
#define BUSY(p)	(freeze[p] == FREEZING || freeze[p] == CHANGING)
#endif

/* waitfrozen of flush.c, after what it has looked at is in old */
inline waitfrozen(u, p)
{
	do
	:: !BUSY(p) -> break
	:: atomic { BUSY(p) -> old = freeze[p] }
#ifdef M_ASKLATE
		if
		:: old == FREEZING && sleeps -> break
		:: else
		fi;
#else
		if
		:: old == FREEZING && asleep[p] -> break
		:: else
		fi;
#endif
		atomic {
			if
			:: !kicked -> kick[p] = 1; kicked = 1
			:: else
			fi
		}
		if
		:: freeze[p] != old
		:: hostwait(u, freeze[p] != old)
		fi
	od;
	atomic { kicked = 0; old = 0 }
}

inline mmufreeze(u, p, r)
{
	flushslot(u, p);
#ifdef M_ASKLATE
	sleeps = asleep[p];
#endif
	/* askfreeze */
	do
	:: atomic {
		freeze[p] == THAWED ->
			frozenrange[p] = r;
			holder[p] = u;
			freeze[p] = FREEZING
		}
		waitfrozen(u, p);
		break
	:: freeze[p] != THAWED && !MINE(u, p) ->
		flush(u, p, r);
		break
	:: atomic {
		(freeze[p] == FREEZING || freeze[p] == FROZEN) && MINE(u, p) ->
			old = freeze[p];
			freeze[p] = CHANGING
		}
		atomic {
#ifdef M_NOWIDEN
			frozenrange[p] = r;
#else
			frozenrange[p] = frozenrange[p] | r;
#endif
			freeze[p] = old
		}
		waitfrozen(u, p);
		break
	od;
	flushdone(p)
}

#ifdef M_ANYTHAW
#define HOLDS(u, p)	true
#else
#define HOLDS(u, p)	(holder[p] == u)
#endif

inline mmuthaw(u, p)
{
	flushslot(u, p);
	if
	:: freeze[p] == THAWED || !HOLDS(u, p)
	:: atomic {
		(freeze[p] == FREEZING || freeze[p] == FROZEN) && HOLDS(u, p) ->
			frozenrange[p] = 0;
			holder[p] = 0;
			freeze[p] = THAWED
		}
	fi;
	flushdone(p)
}
