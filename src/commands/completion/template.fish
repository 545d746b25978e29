# fish completion for KUBECTL-DS; `KUBECTL DS completion fish` prints it.
# Put it into ~/.config/fish/completions as KUBECTL-DS.fish, or source it.

function __KUBECTL_DS_complete
    set -l words (commandline --current-process --tokenize --cut-at-cursor)
    set -l typed (commandline --current-token --cut-at-cursor)
    set -l current (string unescape -- "$typed")
    or set current (string trim --left --chars '"\'' -- "$typed")

    set -l reply (KUBECTL-DS __complete $words[2..-1] "$current" 2>/dev/null)
    set -l directive 0
    if string match --quiet --regex '^:\d+$' -- "$reply[-1]"
        set directive (string sub --start 2 -- $reply[-1])
        set --erase reply[-1]
    end

    # The value of --flag=value is completed with its flag before it.
    set -l flag (string match --regex '^-[^=]*=' -- "$current")
    if test (count $reply) -gt 0
        printf '%s\n' "$flag"$reply
    else if test (math "floor($directive / 4) % 2") -eq 0
        set -l paths (__fish_complete_path (string replace --regex '^-[^=]*=' '' -- "$typed"))
        test (count $paths) -gt 0
        and printf '%s\n' "$flag"$paths
    end
end

complete --command KUBECTL-DS --no-files --keep-order --arguments '(__KUBECTL_DS_complete)'
