# fish completion for cuvette: the program itself knows what can follow.

function __cuvette_words
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
    set -l before (string match -r '^.*=' -- $typed)
    set -l path (string replace -r '^.*=' '' -- $typed)
    for line in ($program completions --words -- $words[2..] "$typed" 2>/dev/null)
        switch $line
            case ':folders'
                printf '%s\n' "$before"(complete -C "'' $path" | string match -r '^.*/(?:\t.*)?$')
            case ':files'
                printf '%s\n' "$before"(complete -C "'' $path")
            case ':files *'
                set -l endings (string split ' ' -- (string escape --style=regex -- $line))[2..]
                printf '%s\n' "$before"(complete -C "'' $path" | string match -r '^.*(?:/|'(string join '|' $endings)')(?:\t.*)?$')
            case '*'
                printf '%s\n' $line
        end
    end
end

complete -c cuvette -f -a '(__cuvette_words)'
