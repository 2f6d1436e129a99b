#compdef cuvette
# zsh completion for cuvette: the program itself knows what can follow.

_cuvette() {
    local program=${~${(Q)words[1]}} typed=${(Q)PREFIX} line word help patterns folders files
    local -a lines plain plain_shown keys keys_shown

    lines=("${(@f)$("$program" completions --words -- "${(@Q)words[2,CURRENT-1]}" "$typed" 2>/dev/null)}")
    for line in $lines; do
        case $line in
        (:folders) folders=yes ;;
        (:files*)
            files=yes
            for word in ${=line#:files}; do patterns+="${patterns:+|}*$word"; done
            ;;
        (*)
            word=${line%%$'\t'*}
            help=${line#*$'\t'}
            printf -v help '%-28s  %s' "$word" "$help"
            if [[ $word == *= ]]; then
                keys+=("$word")
                keys_shown+=("$help")
            else
                plain+=("$word")
                plain_shown+=("$help")
            fi
            ;;
        esac
    done
    compadd -ld plain_shown -a plain
    compadd -S '' -ld keys_shown -a keys
    [[ -n $folders$files ]] || return 0
    [[ $typed == --*=* ]] && compset -P '--[^=]#='
    [[ $typed == *=* ]] && compset -P '*='
    if [[ -n $patterns ]]; then
        [[ $patterns == *\|* ]] && patterns="($patterns)"
        _files -g "$patterns"
    elif [[ -n $files ]]; then
        _files
    else
        _files -/
    fi
    return 0
}

if [[ $funcstack[1] == _cuvette ]]; then
    _cuvette "$@"
else
    compdef _cuvette cuvette
fi
