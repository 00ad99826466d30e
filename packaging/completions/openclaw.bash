# Completes openclaw's commands and options in bash.
_openclaw() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} word path=""
  if [[ $prev == --config ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    return
  fi
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word == -* ]] || path+="${path:+ }$word"
  done
  local words
  case $path in
    "") words="gateway pairing dead cluster storage backup agent plugin config help version --help --version" ;;
    gateway) words="start status stop validate --help" ;;
    "gateway start"*) words="--config --dev --daemon --help" ;;
    "gateway status") words="--json --dev --help" ;;
    "gateway stop") words="--dev --help" ;;
    "gateway validate"*) words="--config --dev --json --help" ;;
    pairing) words="list approve revoke --dev --config --help" ;;
    "pairing list"*) words="--json --dev --config --help" ;;
    "pairing approve"* | "pairing revoke"*) words="--dev --config --help" ;;
    dead) words="list retry drop --dev --config --help" ;;
    "dead list"*) words="--limit --after --text --json --dev --config --help" ;;
    "dead retry"* | "dead drop"*) words="--all --dev --config --help" ;;
    cluster) words="status --dev --config --help" ;;
    "cluster status"*) words="--json --dev --config --help" ;;
    storage) words="sweep migrate --dev --config --help" ;;
    "storage migrate"*) words="--from --to --json --help" ;;
    backup) words="create verify restore --help" ;;
    "backup create"* | "backup restore"*) words="--json --dev --config --help" ;;
    "backup verify"*) words="--json --help" ;;
    "storage sweep"*) words="--dry-run --json --dev --config --help" ;;
    agent) words="route --help" ;;
    "agent route"*)
      words="--channel --account --peer --group --room --thread --parent --guild --role --team --config --dev --json --help"
      ;;
    plugin) words="list --help" ;;
    "plugin list"*) words="--json --config --help" ;;
    config) words="schema --help" ;;
    *) words="--help" ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -F _openclaw openclaw
