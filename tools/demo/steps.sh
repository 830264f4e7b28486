# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Both halves of the demo, on the host and in the guest, report their steps in this way.

failed=0

# step DESCRIPTION COMMAND...: announces, runs, and says how it ended and how long it took. A
# failed command's output follows, a successful one's only with show=y.
step()
{
	local description=$1 output status start=$EPOCHREALTIME
	shift
	output=$("$@" 2>&1)
	status=$?
	if [ $status = 0 ]; then
		printf '  ok      %s (%s s)\n' "$description" "$(seconds_since "$start")"
	else
		failed=$((failed + 1))
		printf '  FAILED  %s (status %s)\n' "$description" "$status"
	fi
	if [ $status != 0 ] || [ -n "$show" ]; then
		[ -z "$output" ] || printf '%s\n' "$output" | sed 's/^/            /'
	fi
	return $status
}

seconds_since()
{
	local now=$EPOCHREALTIME
	local hundredths=$(((${now/./} - ${1/./}) / 10000))

	printf '%d.%02d' $((hundredths / 100)) $((hundredths % 100))
}

section()
{
	printf '\n%s\n' "$*"
}
