# Completion of run9(1) for bash. Options come from run9 --help, and the values of --no= and
# --trace= from run9's answer to an empty one, so they are those of the run9 that is typed.

# Set cur to the word before the cursor. bash parts words at = and : too; words to the left that
# are not whole are joined, as run9 gets them. skip is what COMPREPLY must leave out of cur,
# because it is before bash's own last word.
_run9_word() {
	local line=${COMP_LINE:0:COMP_POINT}
	cur=${line##*[[:space:]]}
	skip=${cur%"${cur##*[=:]}"}
	[[ ${COMP_WORDBREAKS-} == *[=:]* ]] || skip=
}

# _run9_state words ...: which argument the word after them is: an option or the program (start),
# the value of an option (its name), or an argument of the program (args).
_run9_state() {
	state=start
	local w
	for w; do
		case $state in
		start)
			case $w in
			--mount | --srv | --export | --dump | --resolver | --net) state=$w ;;
			--) state=prog ;;
			--*) ;;
			# its value may be in the same word: -cdir
			-[rbncem] | -s[rbncem]) state=-${w: -1} ;;
			-*) ;;
			*) state=args ;;
			esac
			;;
		prog) state=args ;;
		args) ;;
		*) state=start ;;
		esac
	done
}

# _run9_list: the last elements that a list with commas in cur may have, from the words given
_run9_list() {
	local last=${cur##*[=,]} w
	local before=${cur%"$last"}
	for w; do
		[[ $w == "$last"* && ,${cur#*=}, != *,$w,* ]] && COMPREPLY+=("$before$w")
	done
	compopt -o nospace 2>/dev/null
}

# _run9_names option: the names that run9 says option's list may have
_run9_names() {
	"$run9" "$1=" 2>&1 | sed -n 's/.*there are: *//; s/ *(run9 .*//p'
}

# _run9_values option word [prefix]: set COMPREPLY to the values that run9 --help shows for the option, as
# --name=a|b|c, and that begin with the word, each behind the prefix
_run9_values() {
	local values
	values=$("$run9" --help | sed -n "s/^  $1=\\([a-z0-9|]*|[a-z0-9|]*\\).*/\\1/p")
	mapfile -t COMPREPLY < <(compgen -P "${3-}" -W "${values//|/ }" -- "$2")
}

_run9_options() {
	case $cur in
	--no=* | --trace=*)
		# shellcheck disable=SC2046
		_run9_list $(_run9_names "${cur%%=*}")
		return
		;;
	--*=*)
		_run9_values "${cur%%=*}" "${cur#*=}" "${cur%%=*}="
		return
		;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$("$run9" --help |
		grep -oE '^  -.*' | grep -oE '(^| )--?[a-z]+=?' | sort -u)" -- "$cur")
	[[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
}

_run9_files() {
	compopt -o filenames 2>/dev/null
	mapfile -t COMPREPLY < <(compgen "$@" -- "$cur")
}

_run9() {
	local run9=$1 cur skip state line words i
	line=${COMP_LINE:0:COMP_POINT}
	COMPREPLY=()
	_run9_word
	read -ra words <<<"${line%"$cur"}"
	_run9_state "${words[@]:1}"
	case $state in
	start)
		if [[ $cur == -* ]]; then
			_run9_options
		else
			_run9_files -f
		fi
		;;
	-r | -c) _run9_files -d ;;
	-e)
		compopt -o nospace 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -S = -v -- "$cur")
		;;
	--dump) mapfile -t COMPREPLY < <(compgen -W "$(pgrep -x run9)" -- "$cur") ;;
	-m) ;;
	--net) _run9_values --net "$cur" ;;
	--export) mapfile -t COMPREPLY < <(compgen -W 'unix! tcp! fd!' -f -- "$cur") ;;
	--resolver) mapfile -t COMPREPLY < <(compgen -W none -f -- "$cur") ;;
	--mount | --srv)
		compopt -o nospace 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -W 'unix! tcp! fd! exec!' -f -- "$cur")
		;;
	*)
		# the value after new: or addr= is a file too
		cur=${cur##*[=:]}
		_run9_files -f
		return
		;;
	esac
	if [[ -n $skip ]]; then
		for i in "${!COMPREPLY[@]}"; do
			COMPREPLY[i]=${COMPREPLY[i]#"$skip"}
		done
	fi
}

complete -F _run9 run9
