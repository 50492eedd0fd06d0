#!/usr/bin/env python3
"""Is $timezone the host's zone? test/zones.py run9 printenv

For each zone, the text that ctime(2) describes is asked for the offset of many moments, and so is
Python's zoneinfo. A zone whose offset changed for good is asked from then on. The last line is
"N passed, N failed".
"""
import datetime
import os
import subprocess
import sys
import zoneinfo

# a zone, and the first year that the text can tell; a rule, and a zone that has it
ZONES = [
    ("Europe/Berlin", 1980), ("America/New_York", 1970), ("America/Los_Angeles", 1970),
    ("Asia/Tokyo", 1970), ("Asia/Kolkata", 1970), ("Asia/Kathmandu", 1986),
    ("America/Sao_Paulo", 1970), ("America/St_Johns", 1989), ("Europe/Dublin", 1972),
    ("Europe/Moscow", 2015), ("Africa/Casablanca", 2019), ("Australia/Lord_Howe", 1986),
    ("Australia/Sydney", 1972), ("Pacific/Auckland", 1975), ("Etc/GMT+12", 1970),
    ("Pacific/Kiritimati", 1995), ("America/Nuuk", 2024), ("Africa/Cairo", 1970),
]
RULES = [
    ("CET-1CEST,M3.5.0,M10.5.0/3", "Europe/Berlin", 1997),
    ("EST5EDT", "America/New_York", 2007),
    ("NZST-12NZDT,M9.5.0,M4.1.0/3", "Pacific/Auckland", 2008),
    ("<+0530>-5:30", "Asia/Kolkata", 1970),
    ("IST-1GMT0,M10.5.0,M3.5.0/1", "Europe/Dublin", 1997),
    ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "America/Nuuk", 2024),
]
# what is no zone leaves $timezone unset
NONE = ["", "UTC", "Nowhere/Town", "/etc/passwd", "/etc", "CET-1CEST,M13.1.0,M10.5.0", "CET-1CEST,M3",
        "C-1", "CETX", "CET-1CEST,M3.5.0,M10.5.0,", "<CET-1", "CET-999"]
UTC = datetime.timezone.utc


def timezone(tz):
    """The variable's value in run9, or None."""
    r = subprocess.run([sys.argv[1], sys.argv[2], "timezone"], env=dict(os.environ, TZ=tz),
                       stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
    return r.stdout.decode().split() if r.returncode == 0 else None


def offset(text, t):
    """What ctime(2) says of the time t."""
    std, dst = int(text[1]), int(text[3])
    pairs = [int(x) for x in text[4:]]
    for begin, end in zip(pairs[::2], pairs[1::2]):
        if begin <= t + std < end:
            return dst
    return std


def differs(tz, zone, year):
    """The first moment at which they differ, or what else is wrong; None if nothing is."""
    text = timezone(tz)
    if text is None:
        return "no timezone"
    if len(text[0]) != 3 or len(text[2]) != 3 or len(text) > 4 + 149 or "0" in text[4:]:
        return f"ctime(2) does not take {text}"
    z = zoneinfo.ZoneInfo(zone)
    first = int(datetime.datetime(year, 1, 2, tzinfo=UTC).timestamp())
    last = int(datetime.datetime(2037, 12, 30, tzinfo=UTC).timestamp())
    moments = list(range(first, last, 86400 * 3 + 1234))
    # a second before and after each change
    for pair in zip(text[4::2], text[5::2]):
        for local in pair:
            t = int(local) - int(text[1])
            moments += [m for m in (t - 1, t) if first <= m < last]
    for t in moments:
        want = datetime.datetime.fromtimestamp(t, UTC).astimezone(z).utcoffset().total_seconds()
        if offset(text, t) != want:
            return f"{datetime.datetime.fromtimestamp(t, UTC)}: {offset(text, t)}, not {want}"
    return None


def main():
    passed = failed = 0
    results = [(z, differs(z, z, y)) for z, y in ZONES]
    results += [(r, differs(r, z, y)) for r, z, y in RULES]
    results += [(repr(n), timezone(n) and "has a timezone") for n in NONE]
    for name, wrong in results:
        if wrong:
            print(f"FAIL zone {name}: {wrong}")
            failed += 1
        else:
            passed += 1
    print(f"{passed} passed, {failed} failed")
    return failed != 0


sys.exit(main())
