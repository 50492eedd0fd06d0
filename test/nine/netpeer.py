#!/usr/bin/env python3
"""Peers of test/net.sh, on 127.0.0.1.

netpeer.py HOW PORT      call an echo server, and do that:
    echo        say something, and have it back
    reset       reset a connection after some bytes
    resetearly  reset it before the server has taken the call
    silent      say nothing, and go
    byte        a byte at a time
    late        say much, end the sending side, and have it back
    urgent      send urgent bytes among others, as telnet's interrupts are
    flood       many calls at once that say nothing
    linklocal   say something by udp at fe80::99 of lo, and print that it came back
netpeer.py group         take a datagram to 239.1.2.3 of lo: print the port, and the hops it had left
netpeer.py serve HOW     listen, print the port, and serve calls so:
    reset, close, half (close the sending side only), byte, urgent
"""
import socket
import struct
import sys
import time


def call(port):
    s = socket.create_connection(("127.0.0.1", port))
    s.settimeout(30)
    return s


def reset(s):
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()


def receive(s, n):
    got = b""
    while len(got) < n:
        b = s.recv(n - len(got))
        if not b:
            sys.exit("the server has gone")
        got += b
    return got


def echo(port):
    with call(port) as s:
        data = bytes(range(256)) * 400
        s.sendall(data)
        if receive(s, len(data)) != data:
            sys.exit("not what was sent")
        s.shutdown(socket.SHUT_WR)
        if s.recv(1) != b"":
            sys.exit("no end")


def resets(port):
    for i in range(50):
        s = call(port)
        s.sendall(b"x" * (i * 1000))
        if i % 2:
            receive(s, min(i, 10))
        reset(s)


def resetearly(port):
    for _ in range(50):
        reset(call(port))


def silent(port):
    calls = [call(port) for _ in range(20)]
    time.sleep(0.2)
    for s in calls:
        s.close()


def bytewise(port):
    with call(port) as s:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for i in range(100):
            s.sendall(bytes([i]))
            if receive(s, 1) != bytes([i]):
                sys.exit("not what was sent")


def sendurgent(s):
    """Words in which some bytes are urgent."""
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for words in b"urg", b"ent", b" by", b"tes":
        s.send(words, socket.MSG_OOB)
        time.sleep(0.05)
        s.sendall(b".")


def urgent(port):
    with call(port) as s:
        sendurgent(s)
        want = b"urg.ent. by.tes."
        if receive(s, len(want)) != want:
            sys.exit("not what was sent")


def late(port):
    for n in 1, 200000:
        with call(port) as s:
            data = bytes(range(256)) * (n // 256 + 1)
            s.sendall(data)
            s.shutdown(socket.SHUT_WR)
            if receive(s, len(data)) != data or s.recv(1) != b"":
                sys.exit("not what was sent")


def flood(port):
    calls = [call(port) for _ in range(300)]
    for i, s in enumerate(calls):
        if i % 3:
            reset(s)
        else:
            s.close()


def linklocal(port):
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as s:
        s.settimeout(30)
        s.connect(("fe80::99", port, 0, socket.if_nametoindex("lo")))
        for _ in range(2):
            s.send(b"something")
            if s.recv(100) != b"something":
                sys.exit("not what was sent")
    print("echoed")


def group():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(30)
        s.bind(("", 0))
        s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                     socket.inet_aton("239.1.2.3") + socket.inet_aton("127.0.0.1"))
        s.setsockopt(socket.IPPROTO_IP, 12, 1)  # IP_RECVTTL
        print(s.getsockname()[1], flush=True)
        for _, _, data in s.recvmsg(100, 100)[1]:
            print("hops", struct.unpack("i", data)[0])


def serve(how):
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    while True:
        s, _ = listener.accept()
        if how == "reset":
            reset(s)
        elif how == "close":
            s.close()
        elif how == "half":
            s.sendall(b"words\n")
            s.shutdown(socket.SHUT_WR)
            s.recv(1)
        elif how == "byte":
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for c in b"a byte at a time":
                s.sendall(bytes([c]))
                time.sleep(0.01)
            s.close()
        elif how == "urgent":
            sendurgent(s)
            s.close()


def main():
    if sys.argv[1] == "serve":
        serve(sys.argv[2])
        return
    if sys.argv[1] == "group":
        group()
        return
    what = {"echo": echo, "reset": resets, "resetearly": resetearly,
            "silent": silent, "late": late, "byte": bytewise, "urgent": urgent, "flood": flood,
            "linklocal": linklocal}
    what[sys.argv[1]](int(sys.argv[2]))


if __name__ == "__main__":
    main()
