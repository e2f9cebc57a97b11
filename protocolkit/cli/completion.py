"""`protocolkit completion`: scripts that complete commands in a shell.

The names of commands stand in the script; options are taken from the help of the command at
hand, so that they are always those of the version that is installed.
"""

from __future__ import annotations

from collections.abc import Sequence

from protocolkit.cli import COMMANDS
from protocolkit.cli import case as cases
from protocolkit.cli.exits import YES
from protocolkit.cli.parsing import Parser
from protocolkit.cli.screen import Screen
from protocolkit.cli.store import COMMANDS as STORE_COMMANDS

_BASH = """\
_protocolkit() {
    local word="${COMP_WORDS[COMP_CWORD]}" command="${COMP_WORDS[1]}" words=""
    if [ "$COMP_CWORD" -eq 1 ]; then
        words="@commands@ --version --help"
    elif [ "$COMP_CWORD" -eq 2 ] && [ "$command" = case ]; then
        words="@cases@"
    elif [ "$COMP_CWORD" -eq 2 ] && [ "$command" = store ]; then
        words="@stores@"
    elif [[ "$word" == -* ]]; then
        case "$command" in case|store) command="$command ${COMP_WORDS[2]}";; esac
        words="$(protocolkit $command --help 2>/dev/null | grep -oE -e '--[a-z][a-z-]*')"
    elif [ "$command" = completion ]; then
        words="bash zsh fish"
    fi
    if [ -n "$words" ]; then
        COMPREPLY=($(compgen -W "$words" -- "$word"))
    else
        COMPREPLY=($(compgen -f -- "$word"))
    fi
}
complete -o filenames -F _protocolkit protocolkit
"""

_ZSH = """\
#compdef protocolkit
_protocolkit() {
    local command="${words[2]}"
    if (( CURRENT == 2 )); then
        compadd -- @commands@ --version --help
    elif (( CURRENT == 3 )) && [[ "$command" == case ]]; then
        compadd -- @cases@
    elif (( CURRENT == 3 )) && [[ "$command" == store ]]; then
        compadd -- @stores@
    elif [[ "${words[CURRENT]}" == -* ]]; then
        local -a found
        [[ "$command" == (case|store) ]] && found=("$command" "${words[3]}") || found=("$command")
        compadd -- ${(f)"$(protocolkit $found --help 2>/dev/null | grep -oE -e '--[a-z][a-z-]*')"}
    elif [[ "$command" == completion ]]; then
        compadd -- bash zsh fish
    else
        _files
    fi
}
compdef _protocolkit protocolkit
"""

_FISH = """\
function __protocolkit_options
    set -l words (commandline -opc)
    set -l command $words[2]
    if contains -- "$command" case store; and set -q words[3]
        set command $command $words[3]
    end
    protocolkit $command --help 2>/dev/null | string match -ra -- '--[a-z][a-z-]*'
end
complete -c protocolkit -n __fish_use_subcommand -f -a "@commands@"
complete -c protocolkit -n "__fish_seen_subcommand_from case" -a "@cases@"
complete -c protocolkit -n "__fish_seen_subcommand_from store" -a "@stores@"
complete -c protocolkit -n "__fish_seen_subcommand_from completion" -f -a "bash zsh fish"
complete -c protocolkit -n "string match -q -- '-*' (commandline -ct)" -a "(__protocolkit_options)"
"""

SHELLS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}

EXAMPLES = """\
  bash: eval "$(protocolkit completion bash)"    in ~/.bashrc
  zsh:  eval "$(protocolkit completion zsh)"     in ~/.zshrc, after compinit
  fish: protocolkit completion fish > ~/.config/fish/completions/protocolkit.fish"""


def run(words: Sequence[str], screen: Screen) -> int:
    """Print the script of one shell."""
    parser = Parser(
        "protocolkit completion", "A script that completes commands in your shell.", EXAMPLES
    )
    parser.add_argument("shell", choices=tuple(SHELLS), help="which shell")
    options = parser.read(words, screen)
    if options is None:
        return YES
    script = SHELLS[options.shell]
    for place, names in (
        ("@commands@", COMMANDS),
        ("@cases@", cases.COMMANDS),
        ("@stores@", STORE_COMMANDS),
    ):
        script = script.replace(place, " ".join(names))
    screen.show(script)
    return YES
