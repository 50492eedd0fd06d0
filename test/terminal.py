"""A terminal for test/tree.sh: terminal.py RUN9 TREE

Starts run9 -r TREE on a terminal of its own, types, and waits for what the tree's shell
(test/prog/ttysh) says. Prints a line for each thing that was so. The first that is not
within a minute ends it with status 1.
"""
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

run9, tree = sys.argv[1:]
seen = b''


def setsize(fd, lines, cols):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', lines, cols, 0, 0))


def begin(intr=None):
    """A shell on a new terminal: its process and the terminal."""
    global seen
    seen = b''
    pid, fd = pty.fork()
    if pid == 0:
        for s in (signal.SIGINT, signal.SIGHUP):
            signal.signal(s, signal.SIG_DFL)
        setsize(0, 30, 100)
        if intr is not None:
            t = termios.tcgetattr(0)
            t[6][termios.VINTR] = intr
            t[6][termios.VERASE] = b'\x08'
            termios.tcsetattr(0, termios.TCSANOW, t)
        os.execv(run9, [run9, '-r', tree])
    return pid, fd


def until(fd, text):
    """Wait for text; what came after it stays."""
    global seen
    end = time.time() + 60
    while text not in seen:
        if time.time() > end or not select.select([fd], [], [], end - time.time())[0]:
            sys.exit('no %r in %r' % (text, seen))
        try:
            new = os.read(fd, 4096)
        except OSError:
            new = b''
        if new == b'':
            sys.exit('the end, and no %r in %r' % (text, seen))
        seen += new
    seen = seen[seen.index(text) + len(text):]


def say(fd, what, text, *answers):
    os.write(fd, text)
    for a in answers:
        until(fd, a)
    print('ok', what)


def ended(pid, what, status):
    end = time.time() + 60
    while True:
        r, got = os.waitpid(pid, os.WNOHANG)
        if r == pid:
            break
        if time.time() > end:
            os.kill(pid, signal.SIGKILL)
            sys.exit(what + ': it does not end')
        time.sleep(0.02)
    if got != status:
        sys.exit('%s: wait status %d' % (what, got))
    print('ok', what)


def settings(fd):
    t = termios.tcgetattr(fd)
    return t[:4] + [t[6][k] for k in (termios.VQUIT, termios.VSUSP, termios.VERASE)]


pid, fd = begin()
until(fd, b'profile a profile')
until(fd, b'% ')
print('ok the profile is read, and the shell prompts')
say(fd, 'the size of the window', b'var LINES\n', b'30\r\n')
say(fd, 'its width', b'var COLS\n', b'100\r\n')
say(fd, 'a line is edited', b'varx\x7f home\n', b'/usr/')
say(fd, 'the terminal has a name', b'var user\n', b'\r\n')
say(fd, 'ctrl-C is a note', b'\x03', b'note interrupt\r\n')
say(fd, 'and the shell goes on', b'var COLS\n', b'100\r\n')
before = settings(fd)
say(fd, 'raw mode', b'raw 8\n', b'raw\r\n')
say(fd, 'a byte without a line', b'a', b'byte 97\r\n')
say(fd, 'the erase key is ^H in raw mode', b'\x7f', b'byte 8\r\n')
say(fd, 'so is ^H', b'\x08', b'byte 8\r\n')
say(fd, 'ctrl-D in raw mode', b'\x04', b'byte 4\r\n')
say(fd, 'Enter is a newline in raw mode', b'\r', b'byte 10\r\n')
say(fd, 'ctrl-\\ in raw mode', b'\x1c', b'byte 28\r\n')
say(fd, 'ctrl-Z in raw mode', b'\x1a', b'byte 26\r\n')
say(fd, 'ctrl-C is a note in raw mode', b'\x03', b'note interrupt\r\n')
say(fd, 'lines again', b'var COLS\n', b'100\r\n')
if settings(fd) != before:
    sys.exit('raw mode leaves the terminal otherwise than it was')
print('ok the terminal is as it was')
say(fd, 'the shell waits', b'wait\n', b'waiting\r\n')
setsize(fd, 40, 132)
until(fd, b'cols 132\r\n')
print('ok the window has another size')
say(fd, 'ctrl-D is the end', b'\x04', b'end\r\n')
ended(pid, 'the instance ends with its shell', 0)
os.close(fd)

pid, fd = begin(b'\x7f')
until(fd, b'% ')
say(fd, "DEL is a note, if the terminal says so", b'\x7f', b'note interrupt\r\n')
say(fd, 'ctrl-H erases then', b'varx\x08 COLS\n', b'100\r\n')
say(fd, 'a process in raw mode', b'raw 1\n', b'raw\r\n')
os.close(fd)
ended(pid, 'the instance ends with its terminal', signal.SIGHUP)
