/*
 * Kicks: a note or a request is never slept through, in a host call or in user mode,
 * and is not seen where there is none.
 *
 * Modelled: kernel/host/entry/entry.S from the last looks at self.kicked and *self.pend to
 * user mode and to the host call, trap.c (which repairs by pc what a kick came
 * into), leave.c exitwork, blockcall.c, slot.c kick and a slot's first steps, flush.c
 * mmuflush as far as it is a signal; tick.c; and of kernel/proc hasintr and notify.
 *
 * P is one process, and pc where it is: each step of it is one that another may come
 * before or after. A signal is taken at once, before P's next step, whatever that is:
 * one that takes longer to arrive is one that was sent later. In the kernel a handler is
 * one step, for a kick is blocked meanwhile; from user mode it is P's way on.
 *
 * P makes calls by a gate or by SIGSYS; some block in the host, some change all
 * registers. Poster posts NOTES notes, Debugger asks P to stop, Flusher to forget
 * mappings; Peer lets blocked calls end, or not. Clock ends the tick for which a note is put
 * off, if P runs until then, and signals it. Comments over a step say where the
 * C is. Mistakes (M_...): doc/model.md.
 */
#ifndef NOTES
#define NOTES	1
#endif
#ifndef CALLS
#define CALLS	2	/* of P; 0: without end */
#endif

/* where P is, before it does what stands behind it */
mtype = {
	Noslot,		/* it has no host process yet */
	Placed,		/* it has one, which has not begun */

	User,
	Gate,		/* the gate page, before gateentry */
	Kern,		/* in the system call */
	Check,		/* blockcheck: cmpl */
	Call,		/* jne, syscall */
	Blocked,	/* in the host */
	End,		/* blockend */
	Again,		/* blockcall_, with what blockraw returned */
	Intr,		/* hasintr, having seen notepending */
	Intr2,

	Exitwork,		/* the loop of exitwork */
	Kicktested,	/* between its last look and the labels below */
	Obey,		/* notify */
	First,		/* firstnote */
	Cleared,	/* (M_CLEARLATE) */

	Gatecheck,	/* gateleave: cmpq */
	Gateregs,	/* the rest, but */
	Gatejump,	/* this */
	Usercheck,	/* usercheck: cmpl */
	Userregs,
	Sigcheck,	/* sigleave: cmpl */
	Sigret
}

/* what a call has come to */
mtype = {None, Data, Eintr}

mtype pc = Noslot;
mtype by;		/* where exitwork goes on: Usercheck or Sigcheck */
mtype upc = User;	/* where in user mode P goes back to */
mtype result = None;
bit allregs;		/* self.fullregs */
bit ureg;		/* the Ureg on top of the kernel stack is whole */
bit taken;		/* the host gave the call its data */
bit told;		/* a note was delivered since the call */
bit before;		/* a note was pending when the call began */
bit putoff;		/* Proc.noteputoff */
bit due;		/* Proc.notedue */
bit rel;		/* the last call was semrelease */
bit tick;		/* the host's timer will signal */
bit over;		/* ticking says no */
#ifdef M_TICKCODE
bit ticksig;		/* what is pending says that it is the timer's */
#endif

bit slot;		/* Proc.mach.slot, and its hostpid */
bit kicked;		/* self.kicked */
bit sig;		/* SIGKICK is pending */
bit flush;		/* self.flushreq */
byte nnote;
bit notepending;	/* *self.pend */
bit stopreq;		/* Proc.procctl is stopme */
bit data;		/* the host call can be done */
byte calls;

/* slot.c kick */
inline kick()
{
	if
	:: slot ->
#ifdef M_SIGFIRST
		sig = 1;
		kicked = 1
#else
		kicked = 1;
		sig = 1
#endif
	:: !slot
	fi
}

/* Into the handler from user mode; the frame lies on top of the kernel stack. */
#define fromuser(u)	upc = u; by = Sigcheck; pc = Exitwork; ureg = 0

/* trap.c trap: SIGKICK */
inline handler()
{
	sig = 0;
#ifdef M_TICKCODE
	kicked = kicked || (putoff && ticksig);
	ticksig = 0;
#else
	kicked = kicked || putoff;
#endif
	flush = 0;	/* serveflush */
	if
	:: pc == User -> fromuser(User)
	:: pc == Gate ->
#ifdef M_INGATE
		fromuser(Gate)
#else
		skip	/* ingate */
#endif

	/* rollforward */
	:: pc == Gatecheck || pc == Gateregs ->
#ifndef M_NOGATE
		assert(ureg);
		fromuser(User)
#else
		skip
#endif
	:: pc == Gatejump ->
		/* the stack is the program's: the frame went over the Ureg */
		ureg = 0;
#ifdef M_GATEJUMP
		assert(ureg);
#endif
#ifndef M_NOJUMP
		fromuser(User)
#endif
	:: pc == Usercheck || pc == Userregs ->
#ifndef M_NOUSER
		fromuser(User)
#else
		skip
#endif

	/* kickkernel */
	:: pc == Sigcheck || pc == Sigret ->
#ifndef M_NOSIG
		pc = Sigcheck
#else
		skip
#endif
	:: pc == Check || pc == Call ->
#ifndef M_NOBLOCK
		result = Eintr;
		pc = End
#else
		skip
#endif
	:: pc == Blocked ->
		/* the host: EINTR, and the pc behind the SYSCALL */
		result = Eintr;
		pc = End
#ifdef M_BLOCKEND
	:: pc == End -> result = Eintr
#endif

	:: else
	fi
}

/* proc/syscall.c syscall: notebeforecall */
inline begincall(way)
{
	pc = Kern;
	by = way;
	ureg = (way == Gatecheck);
	if
	:: rel = 0
	:: rel = 1
	fi;
	before = putoff;
#ifndef M_NOTBEFORE
	kicked = kicked || putoff;
	due = due || putoff;
	putoff = 0
#endif
}

/* User mode with what the call came to. */
inline touser(to)
{
	pc = to;
	/* "interrupted" is for a note, and P was told of it first */
	assert(result != Eintr || told);
	/* a note that was there before the call was delivered */
	assert(!before);
	/* what the host gave, the program has */
	assert(!taken || result == Data);
	result = None;
	taken = 0;
	told = 0
}

active proctype P()
{
end:
	do
	:: atomic { sig && pc != Noslot -> handler() }

	/* slot.c procrun, slotloop */
	:: atomic { pc == Noslot -> slot = 1; pc = Placed }
	:: atomic {
		!sig && pc == Placed ->
#ifndef M_BIRTH
		kicked = 1;
#endif
		by = Usercheck;
		pc = Exitwork
	}

	/* the program; in its own time */
	:: atomic {
		!sig && pc == User && calls < CALLS + (CALLS == 0) ->
		calls = calls + (CALLS != 0);
		if
		:: pc = Gate
		:: begincall(Sigcheck)
		:: calls = CALLS	/* no more */
		fi
	}
	:: atomic { !sig && pc == Gate -> begincall(Gatecheck); allregs = 0 }

	/* the system call */
	:: atomic {
		!sig && pc == Kern ->
		if
		:: !rel -> pc = Check
		:: pc = by
		:: !rel && by == Gatecheck -> allregs = 1; pc = by	/* noted */
		fi;
		if
		:: pc == Sigcheck -> pc = Exitwork
		:: else
		fi
	}

	/* entry.S blockraw */
	:: atomic {
		!sig && pc == Check ->
		if
#if defined(M_NOPEND)
		:: 0 ->
#elif defined(M_LOOKKICKED)
		:: kicked ->
#else
		:: notepending ->
#endif
			result = Eintr;
			pc = End
		:: else -> pc = Call
		fi
	}
	:: atomic { !sig && pc == Call -> pc = Blocked }
	:: atomic { !sig && pc == Blocked && data -> data = 0; taken = 1; result = Data; pc = End }
	:: atomic { !sig && pc == End -> pc = Again }

	/* blockcall.c blockcall_ */
	:: atomic {
		!sig && pc == Again ->
		if
#ifdef M_ANYKICK
		:: result == Eintr -> pc = Intr
#else
		:: result == Eintr && notepending -> pc = Intr
		:: result == Eintr && !notepending -> result = None; pc = Check
#endif
		:: result != Eintr -> pc = (by == Sigcheck -> Exitwork : by)
		fi
	}
	/* sleep.c hasintr; error(Eintr) */
	:: atomic { !sig && pc == Intr -> notepending = 0; pc = Intr2 }
	:: atomic {
		!sig && pc == Intr2 ->
#ifndef M_NOSELFKICK
		kicked = 1;
#endif
		pc = (by == Sigcheck -> Exitwork : by)
	}

	/* leave.c exitwork */
	:: atomic {
		!sig && pc == Exitwork ->
		if
#ifdef M_CLEARLATE
		:: kicked -> pc = Obey
#else
		:: kicked -> kicked = 0; pc = Obey
#endif
		:: else -> pc = Kicktested
		fi
	}
	:: atomic { !sig && pc == Kicktested -> pc = by }
	/* note.c notify */
	:: atomic {
		!sig && pc == Obey ->
		due = due || stopreq;
		stopreq = 0;
		pc = First
	}
	:: atomic {
		!sig && pc == First ->
		if
		:: due || !rel || nnote == 0 || !notepending -> putoff = 0
		:: else ->
			if
#ifndef M_RETICK
			:: putoff -> putoff = !over
#endif
			:: else ->
				/* kicktick */
				putoff = 1;
#ifndef M_NOTICK
				tick = 1;
#endif
				over = 0
			fi
		fi;
		if
		:: putoff
		:: else ->
			due = 0;
			before = 0;
			notepending = 0;
			if
			:: nnote > 0 ->
				/* what noted would not go back to */
				assert(upc != Gate);
				/* a second one is noted's care: sleep.pml */
				nnote = 0;
				told = 1
			:: else
			fi
		fi;
#ifdef M_CLEARLATE
		pc = Cleared
	}
	:: atomic {
		!sig && pc == Cleared ->
		kicked = 0;
#endif
		pc = Exitwork
	}

	/* entry.S gateleave */
	:: atomic {
		!sig && pc == Gatecheck ->
		if
#ifdef M_GATELOOK
		:: allregs ->
#else
		:: kicked || allregs ->
#endif
			/* gateslow: touser */
			by = Usercheck;
			pc = Exitwork
		:: else -> pc = Gateregs
		fi
	}
	:: atomic { !sig && pc == Gateregs -> assert(ureg); pc = Gatejump }
	:: atomic { !sig && pc == Gatejump -> touser(User) }

	/* entry.S userleave */
	:: atomic {
		!sig && pc == Usercheck ->
#ifdef M_USERLOOK
		pc = Userregs
#else
		pc = (kicked -> Exitwork : Userregs)
#endif
	}
	:: atomic { !sig && pc == Userregs -> touser(User) }

	/* entry.S sigleave */
	:: atomic {
		!sig && pc == Sigcheck ->
#ifdef M_SIGLOOK
		pc = Sigret
#else
		pc = (kicked -> Exitwork : Sigret)
#endif
	}
	:: atomic { !sig && pc == Sigret -> touser(upc); upc = User }
	od
}

active proctype Poster()
{
	byte k;

	do
	:: k == NOTES -> break
	:: else ->
		k++;
		/* note.c sendnote, under notelock as firstnote is */
		atomic { nnote++; notepending = 1 }
		kick()
	od
}

active proctype Debugger()
{
	/* ctl.c procctl */
	stopreq = 1;
	kick()
}

active proctype Flusher()
{
	slot;
	/* flush.c mmuflush */
	flush = 1;
	sig = 1
}

/* tick.c: the host's timer, of P's own time. */
active proctype Clock()
{
end:
	do
	:: atomic {
		tick && pc != Blocked ->
		tick = 0;
		over = 1;
#ifdef M_TICKCODE
		ticksig = ticksig || !sig;
#endif
		sig = 1
	}
	od
}

/* Lets blocked calls end, as many as it likes. */
active proctype Peer()
{
end:
	do
	:: !data -> data = 1
	:: break
	od
}

#if CALLS
/* When nothing moves any more. */
active proctype Quiet()
{
	timeout ->
	assert(pc == User || pc == Blocked);
	assert(nnote == 0 && !notepending);
	/* a stop waits until the call is over */
	assert(pc != User || (!stopreq && !kicked));
	assert(!flush)
}
#else
/* Nothing waits for ever, whatever P does. */
ltl notes { [] (nnote > 0 -> <> (nnote == 0)) }
ltl stops { [] (stopreq -> <> (!stopreq || pc == Blocked)) }
ltl flushes { [] (flush -> <> !flush) }
#endif
