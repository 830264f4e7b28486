# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Short words for reservations, for the scripts that test them. Commands go to sg nodes: the disk
# driver would take unit attentions for itself.

PR_A=naa.50014050000000a1
PR_B=naa.50014050000000b1
CONFLICT=24	# exit status of sg3_utils

# use_db: APTPL files go to this script's own directory; only while there is no device.
db=$WORK/db
use_db()
{
	start_target && mkdir -p "$db" && echo "$db" >"$TARGET/dbroot" &&
		grep -q -F "$db" "$TARGET/dbroot"
}

# two_paths MEGABYTES [PLUGIN]: the device "shared" behind two loopback targets.
two_paths()
{
	"${2:-ramdisk}" shared "$1" && attach_paths
}

attach_paths()
{
	link_paths && drain "$(path_of $PR_A)" "$(path_of $PR_B)"
}

link_paths()
{
	local wwn

	for wwn in $PR_A $PR_B; do
		loopback_target $wwn || return
		loopback_link $wwn 0 shared || return
		wait_for 20 path_of $wwn >/dev/null || return
	done
}

# path_of WWN: the sg node behind a loopback target.
path_of()
{
	local host node

	host=$(cut -d: -f1 <"$TARGET/loopback/$1/tpgt_1/address") || return
	for node in /sys/class/scsi_generic/*; do
		case $(readlink -f "$node/device") in
		*/"$host":*) echo "/dev/${node##*/}" && [ -c "/dev/${node##*/}" ] && return ;;
		esac
	done
	return 1
}

# sg_turs would retry by itself.
ready()
{
	sg_raw "$1" 00 00 00 00 00 00 2>/dev/null
}

# drain PATH...: takes unit attentions until there is none.
drain()
{
	local path

	for path; do
		wait_for 10 ready "$path" || return
	done
}

# Every command says RESERVATION CONFLICT with this status, anything else is no conflict.
conflicts()
{
	"$@" && return 1
	[ $? = $CONFLICT ]
}

pr_out()
{
	sg_persist --out "$@"
}

# PATH KEY NEW-KEY [OPTION...]
register()
{
	local path=$1 key=$2 new=$3
	shift 3
	pr_out --register --param-rk="$key" --param-sark="$new" "$@" "$path"
}

# PATH NEW-KEY [OPTION...]
register_ignore()
{
	local path=$1 new=$2
	shift 2
	pr_out --register-ignore --param-sark="$new" "$@" "$path"
}

# PATH KEY TYPE
reserve()
{
	pr_out --reserve --param-rk="$2" --prout-type="$3" "$1"
}

release()
{
	pr_out --release --param-rk="$2" --prout-type="$3" "$1"
}

# PATH KEY
clear_all()
{
	pr_out --clear --param-rk="$2" "$1"
}

# PATH KEY VICTIM-KEY TYPE
preempt()
{
	pr_out --preempt --param-rk="$2" --param-sark="$3" --prout-type="$4" "$1"
}

preempt_abort()
{
	pr_out --preempt-abort --param-rk="$2" --param-sark="$3" --prout-type="$4" "$1"
}

can_read()
{
	sg_raw -r 512 "$1" 28 00 00 00 00 00 00 00 01 00
}

can_write()
{
	sg_raw -s 512 -i /dev/zero "$1" 2a 00 00 00 00 00 00 00 01 00
}

# keys_are PATH [KEY...]: exactly these, in order.
keys_are()
{
	local keys

	keys=$(sg_persist --in --no-inquiry --read-keys "$1" | grep -o '^ *0x[0-9a-f]*' | tr -d ' ' |
	       tr '\n' ' ')
	shift
	[ "$keys" = "${*:+$* }" ] || { echo "keys: ${keys:0:200}"; return 1; }
}

# says PATTERN COMMAND...: the command's output matches, whatever its exit status.
says()
{
	local pattern=$1
	shift
	"$@" 2>&1 | tee /dev/stderr | grep -q -e "$pattern"
}

# told PATH ASC ASCQ: the pending unit attention, which this takes.
told()
{
	sg_requests --hex --maxlen=18 "$1" | tee /dev/stderr |
		grep -q "^ *00 *70 00 06 00 00 00 00 0a  00 00 00 00 $2 $3" &&
		ready "$1"
}

file_has()
{
	grep -q -F -e "$2" "$1" || { cat "$1"; return 1; }
}

write_file()
{
	echo "$2" >"$1"
}
