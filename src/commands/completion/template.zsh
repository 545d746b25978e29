#compdef KUBECTL-DS
# zsh completion for KUBECTL-DS; `KUBECTL DS completion zsh` prints it.
# Put it into a folder of $fpath as _KUBECTL-DS, or source it after compinit.

_KUBECTL_DS() {
    local tab=$'\t' entry value help directive=0
    local -a reply values nospace
    reply=("${(@f)$(KUBECTL-DS __complete "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
    if [[ $reply[-1] == :<-> ]]; then
        directive=${reply[-1]#:}
        reply[-1]=()
    fi
    # What completes the value of --flag=value is the value alone.
    if [[ $PREFIX == -*=* ]]; then
        IPREFIX+="${PREFIX%%=*}="
        PREFIX="${PREFIX#*=}"
    fi
    for entry in "${reply[@]}"; do
        value=${entry%%$tab*}
        help=
        [[ $entry == *$tab* ]] && help=${entry#*$tab}
        value=${${value//\\/\\\\}//:/\\:}
        values+=("$value${help:+:$help}")
    done
    if ((#values)); then
        ((directive & 2)) && nospace=(-S '')
        _describe -V -t values 'KUBECTL DS' values "${nospace[@]}"
    elif ((!(directive & 4))); then
        _files
    else
        return 1
    fi
}

if [[ $funcstack[1] == _KUBECTL-DS ]]; then
    _KUBECTL_DS "$@"
else
    compdef _KUBECTL_DS KUBECTL-DS
fi
