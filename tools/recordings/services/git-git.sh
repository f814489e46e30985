# shellcheck shell=bash disable=SC2034
ports="725/tcp"
packages="git"

start() {
  git init -q --bare r.git 2>/dev/null
  git init -q wk
  (
    cd wk
    echo a >a
    git add a
    git -c user.name=l -c user.email=l@l commit -qm a
    git push -q ../r.git HEAD:refs/heads/main
  )
  exec git daemon --export-all --reuseaddr --listen=$SERVER --port=$PORT --base-path=/lab --informative-errors
}

client() {
  git ls-remote git://$SERVER:$PORT/r.git
  rm -rf cl
  git clone -q git://$SERVER:$PORT/r.git cl
  ls cl
}
