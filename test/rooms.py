#!/usr/bin/env python3
"""The house's rooms: test/rooms.py [tree]

The floors: a room uses what is defined below it, and nothing above. This is read
from the symbols of the objects in $OUT (default out), which make has built, and
from the includes. Data headers that belong to no room (portdat.h) are for all.

The portable rooms know no host.

kernel/{lib,sync,mm,ns,proc,dev,net,tls,export,init} must compile into the test machine
and, later, on another machine layer. So: every #include is one of run9's own headers or
one that a freestanding compiler supplies, and there is no machine code, no
compiler builtin of one processor and no host system call. Comments and
strings do not count.
"""
import os
import re
import subprocess
import sys
from pathlib import Path

# Lowest first. What a lower room calls of an upper one is a hook, a function
# pointer of the lower room's that the upper one sets.
FLOORS = 'lib sync mm ns proc dev net tls export init'.split()

FREESTANDING = {f'{h}.h' for h in
                'stdarg stddef stdint stdbool limits stdatomic stdalign stdnoreturn'.split()}

# Headers of the machine layer that a room may include. Only a device may be about the host's
# files, commands and connections, and the export about its listener.
DEVICE = {'host.h', 'hostfile.h', 'hosthelp.h', 'hostcmd.h', 'hostsock.h'}
MACHINE = {'net': {'host.h', 'hostfile.h', 'hosthelp.h', 'hostnet.h'},
           'dev': DEVICE, 'tls': DEVICE, 'export': DEVICE}

RULES = [(re.compile(pattern), what) for pattern, what in [
    (r'\b(asm|__asm__|__asm)\b', 'machine code'),
    (r'__builtin_ia32|__seg_[fg]s|__builtin_cpu_|_mm_[a-z]|__m(64|128|256|512)',
     'one processor only'),
    (r'__(x86_64|amd64|i386|aarch64|linux|gnu_linux)(__)?\b', 'asks which machine it is on'),
    (r'\b(__NR_|SYS_[a-z]|hostcall_?\s*\(|blockcall_?\s*\(|syscall\s*\(\s*[0-9])',
     'a host system call')]]

INCLUDE = re.compile(r'^\s*#\s*include(?:_next)?\s*(?:<([^>]*)>|"([^"]*)")')
TOKEN = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|//[^\n]*|/\*.*?\*/', re.S)

failures = 0


def fail(text):
    global failures
    failures += 1
    print(text)


def code(text):
    """The text without comments and what strings hold, its lines kept."""
    return TOKEN.sub(lambda m: ' ' + '\n' * m[0].count('\n'), text)


def include(file, room, n, system, own):
    """An #include of the file is one that its room may have."""
    at = f'{file}:{n}'
    if system is not None:
        if system not in FREESTANDING:
            fail(f'{at}: not a freestanding header: {system}')
        return
    if own != 'machine.h' and not any(
            (d / own).exists() for d in (Path('include'), Path('kernel'), file.parent)):
        fail(f"{at}: not one of run9's headers: {own}")
    machine = re.match(r'(?:\.\./)*host/(.*)', own)
    if machine and machine[1] not in MACHINE.get(room, {'host.h'}):
        fail(f'{at}: reaches into the machine layer: {own}')
    above = own.split('/')[0]
    if '/' in own and above in FLOORS and FLOORS.index(above) > FLOORS.index(room):
        fail(f'{at}: includes a header of a room above: {own}')


def sources(room):
    """The files of a room, each looked at for what no portable room may have."""
    files = sorted(f for f in Path('kernel', room).rglob('*') if f.suffix in ('.c', '.h', '.S'))
    for file in files:
        if file.suffix == '.S':
            fail(f'{file}: assembly in a portable room')
            continue
        text = file.read_text()
        for n, line in enumerate(text.split('\n'), 1):
            m = INCLUDE.match(line)
            if m:
                include(file, room, n, m[1], m[2])
        text = code(text)
        for pattern, what in RULES:
            for m in pattern.finditer(text):
                fail(f'{file}:{text.count(chr(10), 0, m.start()) + 1}: {what}: {m[0]}')
    return files


def symbols(objects, files):
    """What the objects of the rooms define and use: (name, defined, room, source) each."""
    of = {str(objects / room / f'{file.stem}.o'): (room, file)
          for room, file in files if file.suffix == '.c'}
    out = subprocess.run(['nm', '-A', '-P', *of], capture_output=True, text=True).stdout
    for line in out.splitlines():
        o, name, kind = line.split()[:3]
        if kind in 'TDBRCVU':
            yield name, kind != 'U', *of[o.rstrip(':')]


def arrows(objects, files):
    """No object uses a symbol of a room above. The number of symbols looked at."""
    table = list(symbols(objects, files))
    room = {name: r for name, defined, r, _ in table if defined}
    for name, defined, r, file in table:
        if not defined and FLOORS.index(room.get(name, r)) > FLOORS.index(r):
            fail(f'{file}: uses {name} of the room above, {room[name]}')
    if not room:
        fail(f'rooms: no symbols in {objects}')
    return len(room)


def main():
    here = Path(__file__).resolve().parent
    os.chdir(sys.argv[1] if len(sys.argv) > 1 else here.parent)
    files = [(room, f) for room in FLOORS for f in sources(room)]
    objects = Path(os.environ.get('OUT', 'out'), 'kernel')
    n = arrows(objects, files) if objects.is_dir() else 0
    sys.stdout.flush()
    if subprocess.run([here / 'rooms-host.sh', os.getcwd()]).returncode != 0:
        fail('rooms: what the machine calls is not upcall.h')
    print(f'{len(files)} files looked at, {n} symbols')
    sys.exit(failures != 0)


main()
