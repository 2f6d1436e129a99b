#!/bin/sh
# Pretends to be a cluster: nodes that are network namespaces of this machine, each with a host name and process numbers
# of its own, on one switch. Needs root. NAME keeps clusters apart: at most 14 characters, and 10 nodes.
#   nodes.sh up NAME COUNT          makes nodes NAME0, NAME1, … with the addresses 10.77.0.1, 10.77.0.2, …
#   nodes.sh on NAMEk COMMAND…      runs a line of the shell there, as ssh would: mpirun --mca plm_rsh_agent 'nodes.sh on'
#   nodes.sh cut NAMEk              from now on the switch drops whatever that node sends, or is sent
#   nodes.sh down NAME COUNT        takes all away, and kills what is left there
# `up` ends with 77 and one line where this cannot be.
set -u

cannot() {
    echo "$*" >&2
    exit 77
}

up() {
    name=$1 count=$2
    [ "$(id -u)" = 0 ] || cannot "network namespaces are root's"
    for tool in ip unshare mount; do
        command -v $tool >/dev/null || cannot "there is no $tool"
    done
    ip netns add "$name-switch" 2>/dev/null || cannot "this kernel or container makes no network namespaces"
    if ! ip -n "$name-switch" link add switch type bridge 2>/dev/null; then
        down "$name" "$count"
        cannot "this kernel has no bridges"
    fi
    ip -n "$name-switch" link set switch up
    for k in $(seq 0 $((count - 1))); do
        ip netns add "$name$k" &&
            ip -n "$name-switch" link add "$name$k" type veth peer name eth0 netns "$name$k" &&
            ip -n "$name-switch" link set "$name$k" master switch up &&
            ip -n "$name$k" address add "10.77.0.$((k + 1))/24" dev eth0 &&
            ip -n "$name$k" link set eth0 up &&
            ip -n "$name$k" link set lo up && continue
        down "$name" "$count"
        cannot "this kernel has no pairs of virtual cards"
    done
}

# The first process there is a shell, which ends with the command and takes the rest along.
on() {
    node=$1
    shift
    exec ip netns exec "$node" unshare --uts --ipc --pid --fork --kill-child --mount-proc \
        sh -c 'hostname "$1"; shift; sh -c "$*"; exit $?' - "$node" "$@"
}

down() {
    name=$1 count=$2
    for node in $(seq -f "$name%g" 0 $((count - 1))) "$name-switch"; do
        for process in $(ip netns pids "$node" 2>/dev/null); do
            kill -KILL "$process" 2>/dev/null
        done
        ip netns delete "$node" 2>/dev/null
    done
}

case $1 in
up) up "$2" "$3" ;;
on) shift && on "$@" ;;
cut) ip -n "${2%?}-switch" link set "$2" nomaster ;;
down) down "$2" "$3" ;;
*) exit 2 ;;
esac
