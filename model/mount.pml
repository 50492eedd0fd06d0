/*
 * The mount multiplexer: one caller reads a 9P connection for all, any caller may leave at a note,
 * and the connection may hang up. Every caller ends, an answer reaches the request that it
 * answers, and a tag is used again only when neither the server nor the wire knows it any more.
 *
 * Modelled: kernel/dev/mntrpc.c, mntread.c, mntturn.c and mntpost.c, and a server that answers
 * in any order.
 *
 * Each Caller makes CALLS calls, which end by an answer, a note or the hang-up. What is done under
 * Mnt.lk is one step. sleep and wakeup are what sleep.pml shows that they are: a sleep ends by a
 * wakeup that comes after the look at the condition, or by a note. Comments over an inline,
 * "mntrpc.c rpcdone", say where the C is. Mistakes: doc/model.md.
 */
#ifndef NPROC
#define NPROC	2	/* callers */
#endif
#ifndef CALLS
#define CALLS	1	/* of each */
#endif
#ifndef NOTES
#define NOTES	1	/* in all */
#endif
#ifndef WIRE
#define WIRE	1	/* messages that the connection holds on the way to the server */
#endif
#ifndef UNREAD
#define UNREAD	1	/* posts whose answers may be left in the connection */
#endif
#ifndef NRPC
#define NRPC	(2 * NPROC * CALLS)
#endif
/*
 * ANYOP	a call may be a clunk or rpcpost too, not rpccall alone
 * OP		all calls are Waitonly: a clunk whose answer is waited for; Leave: one whose answer is not;
 *		or Post: rpcpost
 * HANGUP	the server may hang up at any time
 * LIES		the server may send a message of a wrong size, and do nothing from then on
 * LONG		a message to the server is written in two pieces
 * BREAK	the first note between these breaks the connection, not the second
 * PIECES	a message of the server is read in two pieces
 * GIVESUP	writenow may give up though there is room
 */

#define NALL	(NPROC + 2)	/* with the Sender and Last */
#define NIL	15
#define ME	_pid

mtype = {Wait, Answer, Flushed, Broken}
mtype = {Call, Waitonly, Leave, Post}

/* Rpc; the index is the tag */
byte refs[NRPC];
bit held[NRPC];
bit pending[NRPC];
bit queued[NRPC];
bit posted[NRPC];
bit myturn[NRPC];
bit asleep[NRPC];	/* the caller sleeps in its Rendez */
byte flushes[NRPC] = NIL;
mtype state[NRPC] = Wait;

/* Mnt */
bit hungup;
bit reading;
chan waiting = [NALL] of {byte};
byte reader = NIL;	/* the process */
byte writer = NIL;

/* Mnt.send */
bit busy;
chan turns = [NALL] of {byte};
bit mine[NALL];
bit turnasleep[NALL];

/* posts: mntpost.c */
chan posts = [NRPC] of {byte};
bit sender;		/* the Sender runs */
byte nposted;

/* Proc */
byte notes;		/* that may come yet, to anybody, in a call that they end */
bit poke[NALL];	/* notepending, for intrreader or intrwriter */

/* the connection, the server */
chan tosrv = [WIRE] of {byte, byte, bit};	/* tag, what it flushes, gen */
chan fromsrv = [NRPC + 1] of {byte, bit};
bit hung;		/* the server has hung up */
bit partial;		/* a message's first piece is written */
byte half;		/* pieces read */
byte intag;		/* of that message */
bit ingen;
bit owes[NRPC];
byte oldof[NRPC] = NIL;	/* of a flush: what it flushes */
bit owegen[NRPC];

/* for the assertions */
bit begun;
bit gen[NRPC];		/* changes with each use of the tag */
bit way[NRPC];		/* the server or the wire knows the tag */
bit flushway[NRPC];	/* ... a flush of it */
byte readers;
byte ended;
bit gone;		/* the connection too */

/* sleep.c sleep, until f. intr: a note came, or mnthangup's interrupt: error(Eintr) */
inline sleepuntil(f, sleeping)
{
	do
	:: atomic {
		if
		:: f -> intr = 0; break
		:: else -> sleeping = 1
		fi
	}
		if
		:: atomic { !sleeping && !poke[ME] }
		:: atomic { poke[ME] -> sleeping = 0; poke[ME] = 0; intr = 1; break }
		:: atomic { sleeping && notes > 0 && ME < NPROC -> sleeping = 0; takenote(); break }
		fi
	od
}

/* sleep.c hasintr, when a note has come */
inline takenote()
{
	notes--;
	noted = 1;
	poke[ME] = 0;
	intr = 1
}

/* --- turns: mntturn.c. All but sleepturn under lk --- */

inline passturn()
{
#ifdef M_NOTURN
	skip
#else
	if
	:: empty(turns) -> busy = 0
	:: nempty(turns) ->
		turns?x;
		mine[x] = 1;
		turnasleep[x] = 0;
		x = 0
	fi
#endif
}

/* settle */
inline settle()
{
#ifdef M_POKELEFT
	skip
#else
	if
	:: hungup && poke[ME] -> poke[ME] = 0
	:: else
	fi
#endif
}

inline endturn()
{
	writer = NIL;
	passturn();
	settle();
	rest = 0
}

/* giveturn, with mntpost.c sendposts and trysend */
inline giveturn()
{
	do
	:: atomic {
		if
		:: !rest && nempty(posts) ->
			posts?p;
			if
			:: nposted >= UNREAD -> rest = 1
			:: nposted < UNREAD && hungup -> notsent(p); rpcput(p)
			:: nposted < UNREAD && !hungup ->
				posted[p] = 1;
				nposted++;
				pending[p] = 1;
				refs[p]++;
				writer = ME
			fi
		:: else ->
#ifdef M_POSTLOOK
			rest = 1
#else
			endturn();
			break
#endif
		fi
	}
		atomic {
			if
			:: p == NIL || rest
			:: p != NIL && !rest && hung -> notsent(p); rpcput(p)
			:: p != NIL && !rest && !hung && nfull(tosrv) -> put(p); rpcput(p)
			/* writenow gives up */
#ifdef GIVESUP
			:: p != NIL && !rest
#else
			:: p != NIL && !rest && !hung && full(tosrv)
#endif
				-> notpending(p); rest = 1
			fi;
			if
			:: rest && p != NIL -> posts!p; p = NIL; sender = 1
			:: else
			fi
		}
#ifdef M_POSTLOOK
	:: atomic { rest -> endturn(); break }
#endif
	od
}

/* ok: it has the turn */
inline taketurn()
{
#ifdef M_NOTURN
	ok = 1;
#else
	atomic {
		mine[ME] = 0;
		ok = !busy;
		if
		:: ok -> busy = 1
		:: else -> turns!ME
		fi
	}
	if
	:: atomic { ok }
	:: atomic { !ok }
		/* sleepturn */
		sleepuntil(mine[ME], turnasleep[ME]);
		atomic {
			ok = !intr;
			mineleft = !ok && mine[ME];
			if
			:: !ok && !mine[ME] ->
#ifndef M_TURNQUEUED
				turns??eval(ME)
#endif
			:: else
			fi;
			intr = 0
		}
#if defined(M_TURNPASS)
		atomic {
			if
			:: mineleft -> passturn(); mineleft = 0
			:: else
			fi
		}
#elif !defined(M_TURNNOTE)
		if
		:: atomic { mineleft -> mineleft = 0 }
			giveturn()
		:: atomic { !mineleft }
		fi
#endif
	fi
#endif
}

/* --- requests: mntrpc.c --- */

/* under lk */
inline rpcunref(r)
{
	assert(refs[r] > 0);
	refs[r]--;
	assert(refs[r] > 0 || !queued[r] && !pending[r] && flushes[r] == NIL)
}

/* mntread.c unqueue */
inline unqueue(r)
{
	if
	:: queued[r] -> waiting??eval(r); queued[r] = 0
	:: else
	fi
}

/* rpcnew: the lowest that is free, so that a tag is soon used again */
inline rpcnew(r)
{
	r = 0;
	do
	:: r < NRPC && refs[r] > 0 -> r++
	:: else -> break
	od;
	assert(r < NRPC);
	refs[r] = 1;
	held[r] = 1;
	posted[r] = 0;
	myturn[r] = 0;
	state[r] = Wait;
	gen[r] = !gen[r]
}

inline rpcput(r)
{
	held[r] = 0;
#ifdef M_TAGFREE
	pending[r] = 0;
	refs[r] = 1;
#endif
	rpcunref(r);
	r = NIL
}

/* rpcleave, up to its rpcput */
inline rpcleave(r)
{
	if
	:: pending[r] ->
#ifndef M_LEAVEPOSTED
		posted[r] = 1;
#endif
		nposted++
	:: else
	fi
}

/* rpcdone of a request that flushes nothing, or whose flush is broken. Under lk */
inline rpcdone1(r, st)
{
	pending[r] = 0;
	nposted = nposted - posted[r];
	unqueue(r);
	state[r] = st;
	if
	:: held[r] -> asleep[r] = 0
	:: else
	fi;
	rpcunref(r)
}

inline dropflush(f)
{
	if
	:: flushes[f] != NIL ->
		x = flushes[f];
		flushes[f] = NIL;
#ifndef M_FLUSHREF
		rpcunref(x);
#endif
		x = 0
	:: else
	fi
}

/* rpcdone of one that is answered, with flushdone */
inline rpcanswered(r)
{
	if
	:: flushes[r] != NIL ->
		x = flushes[r];
		flushes[r] = NIL;
#ifndef M_FLUSHWAIT
		if
		:: pending[x] -> rpcdone1(x, Flushed)
		:: else
		fi;
#endif
#ifndef M_FLUSHREF
		rpcunref(x);
#endif
		x = 0
	:: else
	fi;
	rpcdone1(r, Answer)
}

/* setpending, with lk: ok, or the connection is hung up */
inline setpending(r)
{
#ifndef M_SENDHUNG
	ok = !hungup;
#endif
	if
	:: ok ->
#ifndef M_PENDLATE
		pending[r] = 1;
		refs[r]++;
#endif
		writer = ME
	:: else
	fi
}

inline notpending(r)
{
#ifndef M_NOTSENT
	if
	:: pending[r] ->
		pending[r] = 0;
#ifndef M_POSTCOUNT
		nposted = nposted - posted[r];
#endif
		rpcunref(r)
	:: else
	fi;
#endif
	posted[r] = 0
}

inline notsent(r)
{
	dropflush(r);
	notpending(r)
}

/* A whole message is on its way; a tag that the other side knows is not used. */
inline put(r)
{
	assert(!way[r] && !flushway[r] && !partial);
	way[r] = 1;
	if
	:: flushes[r] != NIL ->
		flushway[flushes[r]] = 1
	:: else
	fi;
	tosrv!r, flushes[r], gen[r]
}

/* mntread.c writemessage: ok, or it was not written */
inline writemessage(r)
{
	atomic {
		if
		:: poke[ME] -> poke[ME] = 0; ok = 0
		:: notes > 0 && ME < NPROC -> takenote(); ok = 0
		:: hung -> ok = 0
		:: !hung && nfull(tosrv) ->
			/* messages do not mix */
			assert(!partial);
#ifdef LONG
			partial = 1;
#else
			put(r);
#endif
			ok = 1
		fi
	}
#ifdef LONG
	/* writetail, writerestof: the second note breaks the connection */
#ifdef BREAK
	again = 1;
#endif
	do
	:: atomic { !ok -> break }
	:: atomic {
		ok ->
		if
		:: poke[ME] -> poke[ME] = 0; ok = 0
		:: notes > 0 && ME < NPROC -> takenote(); ok = !again; again = 1
		:: hung -> ok = 0
		:: !hung && nfull(tosrv) ->
			partial = 0;
			put(r);
			break
		fi
	}
		if
		:: atomic { ok }
		:: atomic { !ok -> mnthangup(); break }
		fi
	od;
	again = 0
#endif
}

/* sendrpc: ok, or it was not sent */
inline sendrpc(r)
{
	taketurn();
	if
	:: ok ->
		atomic { setpending(r) }
		if
		:: ok ->
			writemessage(r);
#ifdef M_PENDLATE
			atomic { ok -> pending[r] = 1; refs[r]++ }
#endif
		:: else
		fi;
		giveturn()
	:: else
	fi;
	if
	:: ok
	:: atomic { !ok -> notsent(r) }
	fi
}

/* rpcpost; what sends it puts it */
inline rpcpost(r)
{
	atomic {
		posts!r;
		r = NIL;
		mineleft = !busy;
		busy = 1
	}
	if
	:: atomic { mineleft -> mineleft = 0 }
		giveturn()
	:: atomic { !mineleft }
	fi
}

/* --- reading: mntread.c --- */

/* under lk */
inline passreading()
{
	reader = NIL;
	if
	:: empty(waiting) -> reading = 0
	:: nempty(waiting) ->
		waiting?x;
		queued[x] = 0;
		myturn[x] = 1;
		asleep[x] = 0;
		x = 0
	fi
}

inline noturn(r)
{
	if
	:: myturn[r] -> myturn[r] = 0; passreading()
	:: else
	fi
}

/* under lk */
inline mnthangup()
{
	hungup = 1;
	y = 0;
	do
	:: y < NRPC ->
		if
#ifdef M_HANGQUEUED
		:: pending[y] && queued[y] ->
#else
		:: pending[y] ->
#endif
			dropflush(y);
			rpcdone1(y, Broken)
		:: else
		fi;
		y++
	:: else -> break
	od;
	y = 0;
	/* intrreader, intrwriter */
#ifndef M_NOINTRREADER
	if
	:: reader != NIL && reader != ME -> poke[reader] = 1
	:: else
	fi;
#endif
#ifndef M_NOINTRWRITER
	if
	:: writer != NIL && writer != ME -> poke[writer] = 1
	:: else
	fi
#endif
}

inline deliver()
{
	half = 0;
	if
	:: intag < NRPC && pending[intag] ->
		/* the answer to this request, not to an earlier one with its tag */
		assert(gen[intag] == ingen);
		way[intag] = 0;
		if
		:: flushes[intag] != NIL ->
			flushway[flushes[intag]] = 0;
			way[flushes[intag]] = 0
		:: else
		fi;
		rpcanswered(intag)
	:: else
	fi;
	intag = 0;
	ingen = 0
}

/* devtab[c->type]->read: intr, or eof, or a piece */
inline devread()
{
	atomic {
		if
		:: poke[ME] -> poke[ME] = 0; intr = 1
		:: notes > 0 && ME < NPROC -> takenote()
		:: hung && empty(fromsrv) -> eof = 1
#ifdef PIECES
		:: half == 1 -> half = 2
		:: half == 1 && hung -> half = 0; eof = 1
		:: half == 0 && nempty(fromsrv) -> fromsrv?intag, ingen; half = 1
#else
		:: nempty(fromsrv) -> fromsrv?intag, ingen; half = 2
#endif
		fi
	}
}

/* readturn: ok, or a note came before the answer */
inline readturn(r)
{
	intr = 0;
	eof = 0;
	do
	:: atomic { state[r] != Wait -> break }
	:: atomic { state[r] == Wait -> assert(readers == 0); readers = 1 }
		devread();
		atomic {
			readers = 0;
			if
			:: eof || half == 2 && intag == NIL -> mnthangup(); break
			:: !eof && intr ->
#ifdef M_DROPHALF
				half = 0;
#endif
				break
			:: !eof && !intr && half == 2 && intag != NIL -> deliver()
			:: else
			fi
		}
	od;
	atomic {
		ok = !intr;
		intr = 0;
		eof = 0;
#if defined(M_NOPASS)
		if
		:: ok -> reading = 0; reader = NIL
		:: else -> passreading()
		fi;
#elif defined(M_NOTEPASS)
		if
		:: !ok -> reading = 0; reader = NIL
		:: else -> passreading()
		fi;
#else
		passreading();
#endif
		settle()
	}
}

/* waitanswer: ok, or a note came before */
inline waitanswer(r)
{
	do
	:: atomic {
		if
		:: state[r] != Wait ->
			noturn(r);
			ok = 1;
			break
		:: else ->
			rd = myturn[r] || !reading;
			if
			:: rd -> myturn[r] = 0; reading = 1; reader = ME
#ifndef M_QUEUELATE
			:: else -> waiting!r; queued[r] = 1
#else
			:: else
#endif
			fi
		fi
	}
#ifdef M_QUEUELATE
		if
		:: atomic { !rd && state[r] == Wait -> waiting!r; queued[r] = 1 }
		:: atomic { rd || state[r] != Wait }
		fi;
#endif
		if
		:: atomic { rd -> rd = 0 }
			readturn(r);
			if
			:: atomic { !ok -> break }
			:: atomic { ok }
			fi
		:: atomic { !rd }
			/* sleepanswer */
			sleepuntil(state[r] != Wait || myturn[r], asleep[r]);
			if
			:: atomic {
				intr ->
				intr = 0;
				ok = 0;
#ifndef M_STAYQUEUED
				unqueue(r);
#endif
#ifdef M_TURNLOST
				myturn[r] = 0;
#else
				noturn(r);
#endif
				break
			}
			:: atomic { !intr }
			fi
		fi
	od
}

active [NPROC] proctype Caller()
{
	byte r = NIL, f = NIL, p = NIL, calls, x, y;
	bit ok, intr, noted, again, rd, eof, rest, mineleft, dying;
	mtype op = Call;

	begun;
	do
	:: atomic { calls == CALLS || dying -> break }
	:: atomic {
		calls < CALLS && !dying ->
		rpcnew(r);
#ifdef OP
		op = OP;
#endif
#ifdef ANYOP
		if
		:: op = Call
		:: op = Waitonly
		:: op = Leave
		:: op = Post
		fi
#endif
	}
		if
		:: atomic { op == Post }
			rpcpost(r)
		:: atomic { op != Post }
			sendrpc(r);
			if
			:: atomic { !ok -> assert(noted || hungup || hung) }
			:: atomic { ok && op == Leave -> rpcleave(r) }
			:: atomic { ok && op != Leave }
				waitanswer(r);
				if
				:: atomic { !ok && op == Waitonly }
				:: atomic { ok }
				:: atomic {
					!ok && op == Call ->
					/* interrupted, sendflush */
					rpcnew(f);
					flushes[f] = r;
#ifndef M_FLUSHREF
					refs[r]++
#endif
				}
					rpcpost(f);
					if
					/* a process that is to end does not wait */
					:: atomic { noted -> dying = 1; ok = 0 }
					:: waitanswer(r)
					fi
				fi;
				/* it left without knowing, or was flushed: for a note;
				 * broken: for the hang-up */
				atomic {
					assert(state[r] != Wait || noted);
					assert(state[r] != Flushed || noted);
					assert(state[r] != Broken || hungup);
					if
					:: op == Waitonly -> rpcleave(r)
					:: else
					fi
				}
			fi
		fi;
		atomic {
			if
			:: r != NIL -> rpcput(r)
			:: else
			fi;
			/* no call is "interrupted" later without a note */
			assert(!poke[ME]);
			noted = 0;
			intr = 0;
			ok = 0;
			op = Call;
			calls++
		}
	od;
	ended++
}

/* mntpost.c mntsender */
active proctype Sender()
{
	byte r = NIL, p = NIL, x, y;
	bit ok, intr, noted, again, rd, eof, rest, mineleft;

end:
	do
	:: atomic { sender && nempty(posts) -> posts?r }
		sendrpc(r);
		if
		:: atomic { !ok }
		:: atomic { ok }
			waitanswer(r)
		fi;
		atomic { rpcput(r); ok = 0; assert(!poke[ME]) }
	:: atomic {
		/* sendergoeson */
		sender && empty(posts) ->
#ifdef M_SENDERENDS
	}
		atomic {
#endif
		sender = 0
	}
	od
}

/* mntpost.c mntlinger, mntlast: the last reference to the connection goes, and answers to posts are
 * owed */
active proctype Last()
{
	byte x, y;
	bit intr, noted, eof;

end:
	atomic {
#ifdef M_LASTEARLY
		ended == NPROC && !busy
#else
		ended == NPROC && !busy && !sender && empty(posts)
#endif
	}
stays:
	do
	:: atomic { nposted == 0 || hungup -> break }
	:: atomic { nposted > 0 && !hungup -> assert(readers == 0); readers = 1 }
		devread();
		atomic {
			readers = 0;
			if
			:: eof || half == 2 && intag == NIL -> mnthangup(); break
			:: !eof && half == 2 && intag != NIL -> deliver()
			:: else
			fi
		}
	od;
	gone = 1
}

#define ANSWER(t) \
	:: atomic { \
		t < NRPC && !hung && owes[t] -> \
		owes[t] = 0; \
		if \
		:: oldof[t] != NIL -> owes[oldof[t]] = 0; owegen[oldof[t]] = 0 \
		:: else \
		fi; \
		oldof[t] = NIL; \
		fromsrv!t, owegen[t]; \
		owegen[t] = 0 \
	}

/* flush(5): it answers in any order, but a request that is flushed before Rflush or never */
active proctype Server()
{
	byte t, old;
	bit g, lied;

end:
	do
	:: atomic {
		!hung && nempty(tosrv) ->
		tosrv?t, old, g;
		owes[t] = 1;
		oldof[t] = old;
		owegen[t] = g;
		t = 0; old = 0; g = 0
	}
	ANSWER(0)
	ANSWER(1)
	ANSWER(2)
	ANSWER(3)
#if NRPC > 4
	ANSWER(4)
	ANSWER(5)
#endif
#if NRPC > 6
	ANSWER(6)
	ANSWER(7)
#endif
#ifdef HANGUP
	:: atomic { !hung -> hung = 1 }
#endif
#ifdef LIES
	:: atomic { !lied && !hung -> fromsrv!NIL, 0; lied = 1 }
#endif
	/* a server may stop when the client has hung up: it reads the rest of a message perhaps */
	:: atomic { hungup -> break }
	od
}

/* Begin, with some number of notes, so that no note helps a call that is lost; and look, when nothing
 * moves any more. */
active proctype Check()
{
	byte i;

	atomic {
		do
		:: notes < NOTES -> notes++
		:: break
		od;
		begun = 1
	}
	timeout ->
	assert(ended == NPROC);
	assert(!reading && reader == NIL && empty(waiting));
	assert(!busy && writer == NIL && empty(turns));
	assert(!sender && empty(posts));
	/* the connection does not stay for answers that do not come */
	assert(gone && (nposted == 0 || hungup));
	i = 0;
	do
	:: i < NRPC ->
		assert(!held[i] && !queued[i]);
		/* what is pending is known to the server, or its answer is not read */
		assert(!pending[i] || way[i] && !hungup);
		refs[i] = refs[i] - pending[i];
		if
#ifndef M_FLUSHREF
		:: flushes[i] != NIL -> refs[flushes[i]]--
#endif
		:: else
		fi;
		i++
	:: else -> break
	od;
	i = 0;
	do
	:: i < NRPC -> assert(refs[i] == 0); i++
	:: else -> break
	od
}
