# bash completion for kubectl-ds; `kubectl ds completion bash` prints it.
# It needs no package: the plugin itself is asked what fits.

__kubectl_ds_complete() {
    local line=${COMP_LINE:0:COMP_POINT} words=() part i
    # bash parts words at = and : too; the plugin gets them as the shell would run them.
    for ((i = 0; i <= COMP_CWORD; i++)); do
        part=${COMP_WORDS[i]}
        if [[ $i -eq 0 || $line == [[:space:]]* ]]; then
            line=${line#"${line%%[![:space:]]*}"}
            words+=("")
        fi
        [[ $i -eq $COMP_CWORD ]] && part=$line
        words[${#words[@]} - 1]+=$part
        line=${line#"$part"}
    done
    local last=$((${#words[@]} - 1)) quoted=''
    [[ ${words[last]} == [\"\']* ]] && quoted=yes
    for ((i = 0; i <= last; i++)); do
        words[i]=${words[i]//[\\\"\']/}
    done

    local entry reply=() directive=0
    while IFS= read -r entry; do
        reply+=("$entry")
    done < <(kubectl-ds __complete "${words[@]:1}" 2>/dev/null)
    if [[ ${#reply[@]} -gt 0 && ${reply[${#reply[@]} - 1]} == :* ]]; then
        directive=${reply[${#reply[@]} - 1]#:}
        unset "reply[${#reply[@]} - 1]"
    fi
    ((directive & 2)) && compopt -o nospace 2>/dev/null
    ((directive & 4)) && compopt +o default 2>/dev/null
    ((directive & 32)) && compopt -o nosort 2>/dev/null

    # bash replaces what comes after the last character that it parts words at.
    local current=${words[last]} typed=${2//[\\\"\']/} flag='' head=''
    [[ $current == -*=* ]] && flag=${current%%=*}=
    [[ $current == *"$typed" ]] && head=${current%"$typed"}

    local tab=$'\t' value values=() helps=() longest=0
    for ((i = 0; i < ${#reply[@]}; i++)); do
        entry=${reply[i]}
        value=$flag${entry%%"$tab"*}
        [[ $value == "$current"* ]] || continue
        value=${value#"$head"}
        [[ -n $value ]] || continue
        [[ $entry == *"$tab"* ]] && entry=${entry#*"$tab"} || entry=
        values+=("$value")
        helps+=("$entry")
        ((${#value} > longest)) && longest=${#value}
    done

    COMPREPLY=()
    local room=$((${COLUMNS:-80} - longest - 5))
    for ((i = 0; i < ${#values[@]}; i++)); do
        entry=${values[i]}
        # What is only listed is explained; what may be typed is quoted.
        if [[ ${#values[@]} -gt 1 && ${COMP_TYPE-} =~ ^(33|63|64)$ ]]; then
            if [[ -n ${helps[i]} && $room -gt 10 ]]; then
                printf -v entry '%-*s  (%s)' "$longest" "$entry" "${helps[i]:0:room}"
            fi
        elif [[ -z $quoted ]]; then
            printf -v entry '%q' "$entry"
        fi
        COMPREPLY+=("$entry")
    done
}

complete -o default -F __kubectl_ds_complete kubectl-ds
