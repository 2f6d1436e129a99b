# bash completion for cuvette: the program itself knows what can follow.

# Paths that begin as $1 does, with one of the endings that follow, and folders.
_cuvette_files() {
    local typed=$1 path ending
    shift
    compopt -o filenames 2>/dev/null
    while IFS= read -r path; do
        if [[ $# -eq 0 || -d ${path/#\~/$HOME} ]]; then
            COMPREPLY+=("$path")
            continue
        fi
        for ending; do
            [[ $path == *"$ending" ]] && COMPREPLY+=("$path")
        done
    done < <(compgen -f -- "$typed")
}

_cuvette() {
    local rest=${COMP_LINE:0:COMP_POINT} program=${COMP_WORDS[0]/#\~/$HOME}
    local blank part line typed before i
    local -a words=() endings

    # Bash parts words at "=" and ":", too: parts without a blank between them are one word.
    for ((i = 0; i <= COMP_CWORD; i++)); do
        blank=${rest%%[![:space:]]*}
        rest=${rest#"$blank"}
        part=${COMP_WORDS[i]}
        ((i == COMP_CWORD)) && part=$rest
        rest=${rest#"$part"}
        if ((i > 0)) && [[ -z $blank ]]; then
            words[${#words[@]} - 1]+=$part
        else
            words+=("$part")
        fi
    done
    words=("${words[@]//[\"\'\\]/}")
    typed=${words[${#words[@]} - 1]}
    part=${part//[\"\'\\]/}
    [[ $part == [=:] ]] && part=
    before=${typed%"$part"}

    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
        :folders)
            compopt -o filenames 2>/dev/null
            while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -d -- "$part")
            ;;
        :files*)
            read -ra endings <<<"$line"
            _cuvette_files "$part" "${endings[@]:1}"
            ;;
        *)
            line=${line%%$'\t'*}
            [[ $line == *= ]] && compopt -o nospace 2>/dev/null
            COMPREPLY+=("${line#"$before"}")
            ;;
        esac
    done < <("$program" completions --words -- "${words[@]:1}" 2>/dev/null)
}

complete -o nosort -F _cuvette cuvette 2>/dev/null || complete -F _cuvette cuvette
