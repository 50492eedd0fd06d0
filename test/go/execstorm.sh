#!/bin/bash
# Very many execs through a small arena: test/go/execstorm.sh [times different]
#
# One program many times: every exec but the first finds its image. Different
# programs, more of them than the arena holds: images are reclaimed, every
# program still finds its own pages and no other's. With LONG=1 10,000 and 2,000,
# else a tenth and 600. The arena holds some hundred of them.
set -u
# shellcheck source=test/go/env.sh
. "$(dirname "$0")/env.sh"

if [ -n "${LONG:-}" ]; then
	times=${1:-10000} different=${2:-2000}
else
	times=${1:-1000} different=${2:-600}
fi
arena=16
gobuild plan9 "$T/execstorm" execstorm || exit 1
mkdir "$T/programs"

start=$(now)
if "$RUN9" -m ${arena}M "$T/execstorm" "$T/programs" "$times" "$different" >"$T/out"; then
	pass
else
	fail "execstorm ended with status $?"
fi
echo "$(tail -1 "$T/out") through ${arena}M in $(($(now) - start)) ms"

# delta from to name: how much a counter grew
delta() {
	awk -v a="$1.$3" -v b="$2.$3" '
		$1 == a {x = $2; n++} $1 == b {y = $2; n++}
		END {if(n == 2) print y - x; else print -1}' "$T/out"
}
# least what number at-least
least() {
	if [ "$2" -ge "$3" ]; then
		pass
		echo "$1: $2"
	else
		fail "$1: $2, expected at least $3"
	fi
}
least 'hits of one program' "$(delta start one hits)" $((times - 1))
least 'new images of different programs' "$(delta one many newimages)" "$different"
least 'reclaims' "$(delta one many reclaims)" 1
# 16 pages each, 256 frames a MB
over=$((different * 16 - arena * 256))
least 'pages reclaimed' "$(delta one many reclaimed)" $((over > 1 ? over : 1))
total
