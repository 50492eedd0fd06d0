#!/bin/bash
# The "inside" columns of doc/locks.md against what a LOCKORDER build observes in test/prog.
#
#	RUN9=out/lockorder/run9 OUT=out test/lockpairs.sh [-f seen] [write]
#
# seen is what a run of test/prog/run.sh has observed (SEEN=seen); without it the programs run here.
# A pair that is observed and is not in the page is a failure. A pair of the page that is not
# observed is printed only: some need a race. `write' puts what is observed into the page, and
# what it has and was not observed in parentheses.
set -u
top=$(cd "$(dirname "$0")/.." && pwd -P)
seen=
if [ "${1-}" = -f ]; then
	seen=$(realpath -e -- "$2") || exit 1
	shift 2
fi
run9=$(realpath -e -- "${RUN9:-$top/out/lockorder/run9}") || exit 1
progs=$(realpath -e -- "${OUT:-$top/out}/prog") || exit 1
t=$(mktemp -d) || exit 1
trap 'rm -rf "$t"' EXIT
mkdir "$t/dir" && cd "$t/dir" || exit 1

if [ -z "$seen" ]; then
	seen=$t/all
	for p in "$progs"/*test; do
		timeout -k 5 120 "$run9" -s -m 256M "$p" 2>&1 </dev/null
	done >"$seen"
fi
sed -n 's/^inside \(.*\): \(.*\)$/\1\t\2/p' "$seen" | sort -u >"$t/seen"

python3 - "$top/doc/locks.md" "$t/seen" "${1-}" <<'P'
import sys
page, seen, write = sys.argv[1:4]
pairs = {}
for line in open(seen):
    a, b = line.rstrip("\n").split("\t")
    pairs.setdefault(a, []).append(b)
short = {"heap": ["heap.class.lk", "extents.lk"], "sleep": ["Rendez.l", "Proc.rlock"]}
names = {w: s for s in short for w in short[s]}
lines = open(page).read().split("\n")
order = [l.split("`")[1] for l in lines if l.startswith("| `")]
place = {n: i for i, n in enumerate(order)}
place.update({s: place[w[0]] for s, w in short.items()})
bad = 0
if not pairs:
    print("FAIL no pair was observed: is this a LOCKORDER build?")
    bad = 1
for i, l in enumerate(lines):
    if not l.startswith("| `"):
        continue
    cols = l.strip("|").split("|")
    name, said = l.split("`")[1], cols[-1].strip()
    # of a lock that has a common name with others, itself
    common = lambda n: n if names.get(n) == names.get(name, 0) else names.get(n, n)
    listed = set(filter(None, said.replace("(", "").replace(")", "").split(", ")))
    got = {common(n) for n in pairs.get(name, [])}
    for b in sorted(got - listed):
        if not write:
            print("FAIL %s was wanted while %s was held: not in doc/locks.md" % (b, name))
            bad += 1
    for b in filter(None, said.split(", ")):
        if not b.startswith("(") and b not in got:
            print("not observed this time: %s inside %s" % (b, name))
    if write:
        out = [b if b in got else "(%s)" % b for b in sorted(got | listed, key=lambda n: place[n])]
        cols[-1] = " " + ", ".join(out) + " " if out else " "
        lines[i] = "|" + "|".join(cols) + "|"
if write:
    open(page, "w").write("\n".join(lines))
n = sum(map(len, pairs.values()))
print("%d passed, %d failed" % (max(n - bad, 0), bad))
sys.exit(bad != 0)
P
