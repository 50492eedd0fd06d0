"""The name server of test/resolve.sh: zone.py prints "ready ADDRESS", and serves until it is killed."""
import threading

import dnsserve as d

s = d.Server()
s.add('a.test', d.A, d.a('192.0.2.4'))
s.add('a.test', d.AAAA, d.aaaa('2001:db8::4'))
s.add('a.test', d.MX, d.mx(20, 'mx2.test'))
s.add('a.test', d.MX, d.mx(10, 'mx.test'))
s.add('a.test', d.NS, d.name('ns.test'))
s.add('four.test', d.A, d.a('192.0.2.9'))
s.add('four.test', d.TXT, d.txt(b'some ', b'text'))
s.add('www.test', d.CNAME, d.name('a.test'))
s.add('_http._tcp.test', d.SRV, d.srv(1, 2, 8080, 'a.test'))
s.add('4.2.0.192.in-addr.arpa', d.PTR, d.name('a.test'))
print('ready', s.addr, flush=True)
threading.Event().wait()
