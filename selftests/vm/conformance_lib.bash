# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Runs libiscsi's conformance suite against a LUN and says what became of each test; for the
# scripts conformance*.sh, which source lib.sh first.

iqn=iqn.2024-01.org.example:conformance
paths=(1 2)	# targets the suite uses

# conformance_target N: targets :1 and :2 are two paths to the LUNs that both get.
conformance_target()
{
	local n
	for n in 1 2; do
		iscsi_target "$iqn$n" || return
	done
}

# conformance_lun LUN DEVICE
conformance_lun()
{
	iscsi_lun "${iqn}1" "$1" "$2" && iscsi_lun "${iqn}2" "$1" "$2"
}

thin()
{
	echo 1 >"$(device "$1")/attrib/emulate_tpu" && echo 1 >"$(device "$1")/attrib/emulate_tpws"
}

# thin_disk NAME EXPONENT: a block device on a thin disk, whose physical blocks hold 2^EXPONENT
# logical ones. The suite's GetLBAStatus.UnmapSingle confuses the two sizes where they differ.
thin_disk()
{
	local found=/sys/bus/pseudo/drivers/scsi_debug/adapter*/host*/target*/*/block/sd*

	modprobe sd_mod && modprobe scsi_debug dev_size_mb=64 physblk_exp=$2 lbpu=1 lbpws=1 delay=0 ||
		return
	wait_for 20 sh -c "ls -d $found" >/dev/null 2>&1 || return
	set -- "$1" $found
	block_device "$1" "/dev/${2##*/}" && thin "$1"
}

# Of iscsi-test-cu's output: "SUITE.TEST passed|failed|skipped" a line. A test that skips any part
# counts as skipped.
verdicts()
{
	awk 'function tell() {
			if (test)
				print suite "." test, bad ? "failed" : skipped ? "skipped" : "passed"
			test = ""
		}
		/^Suite: / { tell(); suite = $2 }
		/^  Test: / { tell(); test = $2; bad = skipped = 0 }
		/\[SKIPPED\]/ { skipped = 1 }
		/^(  Test: .*)?FAILED$/ { bad = 1 }
		/^Run Summary/ { tell() }'
}

# Errors of the suite (1.19.0), not of the target: it forgets the usage data of CDBs longer than 16
# bytes, so that no target with 32 byte CDBs passes; it wants INVALID FIELD IN CDB for a field of
# the parameter list, where SPC-4 6.4.3 has INVALID FIELD IN PARAMETER LIST.
# And it takes for granted that SANITIZE runs for three seconds, where medium.sh has a disk that stalls.
# It wants a unit that START STOP UNIT has stopped to be ready, reserved power conditions to be accepted
# (SBC-3 5.25), and a medium that may not be removed to be refused when it is loaded.
errata=(ReportSupportedOpcodes.OneCommand ExtendedCopy.ValidTgtDescr Sanitize.Reset
	StartStopUnit.NoLoej StartStopUnit.PwrCnd PreventAllow.Eject)

# For a removable LUN. 2ITNexuses runs alone: it does not expect that its second path is told of the
# media that the tests before it have loaded.
removable_tests=(PreventAllow.{Simple,Eject,ITNexusLoss,Logout,WarmReset,ColdReset,LUNReset}
	PreventAllow.2ITNexuses NoMedia StartStopUnit)

# conforms NAME LUN TESTS: runs TESTS (ALL, or families) over the paths to the LUN; no test but the
# errata may fail, and the kernel log stays short. The verdicts go to $WORK/verdicts.NAME, and one
# line to $WORK/table.
conforms()
{
	local name=$1 lun=$2 tests ran failed skipped path urls=() lines
	shift 2
	few_lines_from_here
	for path in "${paths[@]}"; do
		urls+=("iscsi://$PORTAL/$iqn$path/$lun")
	done
	: >"$WORK/verdicts.$name"
	for tests in "$@"; do
		[ "$tests" = ALL ] || tests=ALL.$tests
		iscsi-test-cu --dataloss --allow-sanitize --fail -V --test="$tests" "${urls[@]}" \
			>"$WORK/cu.$name" 2>&1 || :
		verdicts <"$WORK/cu.$name" >>"$WORK/verdicts.$name"
		grep -q '^ *tests ' "$WORK/cu.$name" || { tail "$WORK/cu.$name"; return 1; }
		! grep -B 12 -A 6 '^FAILED$' "$WORK/cu.$name" || :
	done
	ran=$(wc -l <"$WORK/verdicts.$name")
	failed=$(grep ' failed$' "$WORK/verdicts.$name" |
		grep -cvwF "$(printf '%s\n' "${errata[@]}")" || :)
	skipped=$(grep -c ' skipped$' "$WORK/verdicts.$name" || :)
	lines=$(lines_since)
	printf '# %-16s %3d tests, %d failed but for errata, %d with a part skipped, %d log lines\n' \
		"$name" "$ran" "$failed" "$skipped" "$lines" | tee -a "$WORK/table"
	[ "$ran" -gt 0 ] && [ "$failed" = 0 ] && few_lines
}

# never_whole EXCEPTION...: no test but these, or of these suites, was skipped in every configuration.
never_whole()
{
	local always
	always=$(cat "$WORK"/verdicts.* | awk -v "but=$*" '
		BEGIN { split(but, list); for (i in list) known[list[i]] = 1 }
		{ seen[$1]; if ($2 == "passed") whole[$1] }
		END { for (t in seen) {
			suite = t; sub(/\..*/, "", suite)
			if (!(t in whole) && !(t in known) && !(suite in known)) print t } }')
	echo "$always"
	[ -z "$always" ]
}
