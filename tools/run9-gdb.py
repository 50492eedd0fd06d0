# Commands for gdb on run9: a live host process of an instance, or a core file.
#
#	gdb run9 PID            or: gdb run9 core
#	(gdb) source tools/run9-gdb.py
#	(gdb) run9-ps           the processes, one a line
#	(gdb) run9-fds PID      open files of Plan 9 process PID
#	(gdb) run9-segs PID     its memory segments
#
# They read memory only, so it does not matter which process of the instance gdb is on.
import gdb

STATES = "Dead New Running Wakeme Rendezvous Stopped Broken Moribund".split()
KINDS = ["", "Lock", "QLock", "RWlock", "RWlock"]
MODES = ["r ", "w ", "rw", "r "]


def value(e):
    return gdb.parse_and_eval(e)


def text(p):
    if int(p) == 0:
        return ""
    try:
        return p.string(errors="replace")
    except gdb.MemoryError:
        return "?"


def symbol(addr):
    s = gdb.execute("info symbol %d" % int(addr), to_string=True)
    return hex(int(addr)) if s.startswith("No symbol") else s.split(" in section")[0].replace(" + ", "+")


def procs():
    tab = value("'proctab.c'::procs")
    for i in range(int(tab["n"])):
        p = tab["tab"][i]
        if int(p) != 0 and int(p["state"]) != 0:
            yield p.dereference()


def proc(arg):
    try:
        pid = int(arg)
    except ValueError:
        raise gdb.GdbError("the number of a Plan 9 process is wanted")
    for p in procs():
        if int(p["pid"]) == pid:
            return p
    raise gdb.GdbError("no process %d" % pid)


def state(p):
    for name in STATES:
        try:
            if int(value(name)) == int(p["state"]):
                return name
        except gdb.error:
            pass
    return "?"


def waits(p):
    if int(p["waitlock"]) != 0:
        kind = KINDS[int(p["waitkind"])]
        l = p["waitlock"].cast(gdb.lookup_type(kind).pointer()).dereference()
        if kind == "RWlock" and int(l["state"]) < 0x80000000:
            return "waits for RWlock %s held by %d readers" % (
                symbol(p["waitlock"]), int(l["state"]))
        if kind == "QLock":
            l = l["use"]
        return "waits for %s %s held by %d at %s" % (
            kind, symbol(p["waitlock"]), int(l["pid"]), symbol(l["pc"]))
    if int(p["r"]) != 0:
        return "sleeps in %s until %s" % (hex(int(p["r"])), symbol(p["sleepfn"]))
    return ""


class Ps(gdb.Command):
    """run9-ps: the Plan 9 processes: pid, parent, host process, state, program, call."""

    def __init__(self):
        super().__init__("run9-ps", gdb.COMMAND_DATA)

    def invoke(self, arg, tty):
        for p in procs():
            slot = p["mach"]["slot"]
            host = int(slot["hostpid"]) if int(slot) != 0 else 0
            call = ""
            if int(p["psstate"]) != 0:
                call = text(p["psstate"]).lower()
                call += "(" + ", ".join(hex(int(p["callarg"][i])) for i in range(4)) + ")"
            print("%5d %6d %6d %-10s %-12s %s %s" % (
                int(p["pid"]), int(p["parentpid"]), host,
                state(p), text(p["text"]), call, waits(p)))


class Fds(gdb.Command):
    """run9-fds PID: the open files of a Plan 9 process: number, mode, device, qid, name."""

    def __init__(self):
        super().__init__("run9-fds", gdb.COMMAND_DATA)

    def invoke(self, arg, tty):
        f = proc(arg)["fgrp"]
        if int(f) == 0:
            return
        for i in range(int(f["nfd"])):
            c = f["fd"][i]
            if int(c) == 0:
                continue
            path = c["path"]
            print("%3d %s dev %d.%d qid %x.%d offset %d %s" % (
                i, MODES[int(c["mode"]) & 3], int(c["type"]), int(c["dev"]),
                int(c["qid"]["path"]), int(c["qid"]["vers"]), int(c["offset"]),
                text(path["s"]) if int(path) != 0 else ""))


class Segs(gdb.Command):
    """run9-segs PID: the segments of a Plan 9 process: type, range, references, pages present."""

    def __init__(self):
        super().__init__("run9-segs", gdb.COMMAND_DATA)

    def invoke(self, arg, tty):
        names = {}
        for n in "TEXT DATA BSS STACK SHARED PHYSICAL FIXED".split():
            names[int(value("SG_" + n))] = n.capitalize()
        mask = int(value("SG_TYPE"))
        p = proc(arg)
        for i in range(int(value("NSEG"))):
            s = p["seg"][i]
            if int(s) == 0:
                continue
            print("%-8s 0x%-12x 0x%-12x refs %d pages %d" % (
                names.get(int(s["type"]) & mask, "?"), int(s["base"]),
                int(s["top"]), int(s["r"]["ref"]), int(s["used"])))


Ps()
Fds()
Segs()
