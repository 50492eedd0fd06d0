# shellcheck shell=bash
# For scripts that run programs as a container engine does: . test/confine/space.sh folder
#
# test/instance.sh is sourced before it, and $tmp has the files that those programs need: all users may
# read them from now on. The program confine is built in the folder. The script writes `inside`, which
# makes a root directory and goes there.
#
#   confined seconds confine arg ...   runs `inside` in a mount name space of its own, and there confine,
#                                      a path in the new root, with those arguments; out, err, $status
#   space                              unshare's options for such a name space
# shellcheck disable=SC2154
gcc -static -O1 -Wall -Wextra -Werror -o "$1/confine" "$top/test/confine/confine.c" || exit 1
chmod -R a+rX .
chmod 711 .
# As root the user becomes nobody; else there is a user name space, in which none else can be had.
if [ "$(id -u)" -eq 0 ]; then
	space=(-m) user=(-u 65534)
else
	space=(-Urm) user=()
fi
confined() {
	local limit=$1 confine=$2
	shift 2
	timeout -k 2 "$limit" unshare "${space[@]}" bash inside "$confine" "${user[@]}" "$@" >out 2>err </dev/null
	# shellcheck disable=SC2034
	status=$?
}
