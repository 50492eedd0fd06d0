/*
 * Shootdowns: when mmuflush returns, the process that had the range mapped touches it no
 * more. The process may be anywhere. If it sleeps it is lazy: it is not woken, and serves
 * the shootdown when it wakes. Two may be waiting by then.
 *
 * Of kernel/host: map/flush.c mmuflush, serveflush, lazyflush; base/futex.c hostwait; entry/trap.c as far as
 * it serves a kick. What the words mean: doc/model.md.
 *
 *	M_LOOKLATE	hostwait looks for shootdowns before it says that it is not lazy
 *	M_ASKLATE	mmuflush looks whether the process is lazy before it asks
 *	M_NOMERGE	the next shootdown replaces one that was not served
 *	M_NOTMERGING	... is taken back as if it were served: a process that wakes goes on
 */

/* Slot.flushreq */
#define SERVED	0
#define ASKED	1
#define SERVING	2
#ifdef M_NOTMERGING
#define MERGING	SERVED
#else
#define MERGING	3
#endif

#define NFLUSH	2

/* PROMPT: a kick comes before anything else is touched. It does in the end, which the search
 * for cycles would not know. */
#ifdef PROMPT
#define touch()	atomic { !kick -> assert((mapped & flushed) == 0) }
#else
#define touch()	assert((mapped & flushed) == 0)
#endif

byte req = SERVED;
byte range;		/* flushva, flushlen: a bit for each flusher's */
bit asleep;
bit kick;		/* SIGKICK is pending */
byte mapped = 3;	/* what P has mapped */
byte flushed;		/* what mmuflush has returned for */
bit locked;		/* flushlock */
byte ended;		/* flushers that are done */

/* serveflush */
inline serve()
{
	if
	:: atomic { req == ASKED -> req = SERVING }
		mapped = mapped & ~range;
		req = SERVED
	:: else
	fi
}

/* hostwait: what was asked for meanwhile; it may just be taken back, to be asked for again
 * with more */
inline lazyflush()
{
	do
	:: atomic { req == ASKED -> req = SERVING }
		mapped = mapped & ~range;
		req = SERVED;
		break
	:: req == MERGING && MERGING != SERVED
	:: req == SERVED || req == SERVING -> break
	od
}

/* The host may deliver the kick at any of P's steps; the handler is not interrupted by
 * another, for the first has to be served before that is sent. */
inline step()
{
	if
	:: kick -> kick = 0; serve()
	:: true
	fi
}

active proctype P()
{
end:	do
	:: /* its memory is touched, by itself or by the kernel for it */
		touch()
	:: kick -> kick = 0; serve()
	:: /* hostwait */
		asleep = 1;
		step();
		/* the host's futex: for as long as anything else does */
		step();
#ifdef M_LOOKLATE
		serve();
		asleep = 0
#else
		asleep = 0;
		step();
		lazyflush()
#endif
	:: ended == NFLUSH -> break
	od
}

/* mmuflush, each of its own range */
proctype Flusher(byte mine)
{
	bit sleeps;

	atomic { !locked -> locked = 1 }
	/* take back a shootdown that waits, or wait until it is served */
	if
	:: atomic { req == ASKED -> req = MERGING }
#ifdef M_NOMERGE
		range = mine
#else
		range = range | mine
#endif
	:: else ->
		req == SERVED;
		range = mine
	fi;
#ifdef M_ASKLATE
	sleeps = asleep;
	req = ASKED;
#else
	req = ASKED;
	sleeps = asleep;
#endif
	if
	:: sleeps
	:: else ->
		kick = 1;
		req == SERVED
	fi;
	flushed = flushed | mine;
	locked = 0;
	ended++
}

init
{
	atomic { run Flusher(1); run Flusher(2) }
}

/* Each flush ends, if P goes on. */
ltl ends { <> (ended == NFLUSH) }
