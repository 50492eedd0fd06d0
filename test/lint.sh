#!/bin/bash
# Format and static analysis: test/lint.sh [tool ...]
#
# Four tools, each a test: clang-format over every C file, clang-tidy (.clang-tidy
# says which checks) over the kernel with the kernel's flags, cppcheck over the
# portable rooms, shellcheck over the scripts. Files come from git, or from the tree
# itself where there is no git.
set -u
cd "$(dirname "$0")/.." || exit 1

files() {
	if git rev-parse --git-dir >/dev/null 2>&1; then
		git ls-files -co --exclude-standard -- "$@" |
			while IFS= read -r f; do [ -e "$f" ] && echo "$f"; done
	else
		local p
		for p; do
			find . -path ./out -prune -o -name "${p##*/}" \
				-path "./$p" -print | sed 's,^\./,,'
		done
	fi | sort -u
}


format() {
	files '*.c' '*.h' | xargs -r clang-format --dry-run -Werror
}
tidy() {
	local flags
	# The kernel's malloc gives zeroes; the analyser knows the other one.
	flags="$(make -s CC=clang print-KCFLAGS) -DVERSION=\"\" -Dmalloc=kmalloc -Drealloc=krealloc -Dfree=kfree"
	# Each file by itself: the count of checks not shown is noise.
	files 'kernel/*.c' | xargs -r -P "$(nproc)" -I{} sh -c '
		out=$(clang-tidy --quiet "$0" -- '"$flags"' 2>/dev/null) || {
			printf "%s\n" "$out"; exit 1; }' {}
}
# Not the machine layer: cppcheck brings the C library's idea of SIGCHLD and the
# like, and calls the linker's symbols unrelated objects.
cpp() {
	files 'kernel/*.c' | grep -v '^kernel/host/' >/dev/null || return 0
	files 'kernel/*.c' | grep -v '^kernel/host/' |
		cppcheck --quiet --std=c11 --platform=unix64 \
		--enable=warning,portability --inline-suppr \
		--suppress=missingInclude --suppress=missingIncludeSystem \
		--suppress=nullPointerArithmetic --suppress=arithOperationsOnVoidPointer \
		--error-exitcode=1 -j "$(nproc)" -Iinclude -Ikernel -Ikernel/host \
		-D__GNUC__=12 --file-list=-
}
shell() {
	{
		files '*.sh'
		ls .ci/run
	} | xargs -r shellcheck -S warning
}

tools=${*:-format tidy cpp shell}
passed=0 failed=0
for t in $tools; do
	if "$t"; then
		passed=$((passed + 1))
	else
		echo "lint: $t"
		failed=$((failed + 1))
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
