# shellcheck shell=bash disable=SC2034
ports="724/tcp 801/tcp"
packages="erlang-base"
notes="the Erlang port mapper"

start() {
  ERL_EPMD_PORT=$PORT epmd -address $SERVER -port $PORT -relaxed_command_check &
  sleep 1
  ERL_EPMD_PORT=$PORT erl -noshell -sname lab
}

client() {
  sleep 2
  ERL_EPMD_PORT=$PORT timeout 8 erl -noshell -eval 'io:format("~p~n", [net_adm:names("labserver")]), init:stop().'
  ERL_EPMD_PORT=$PORT timeout 8 erl -noshell -eval 'io:format("~p~n", [erl_epmd:port_please("lab", "labserver")]), init:stop().'
}
