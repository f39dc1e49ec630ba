package fastvit4j.tools;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "completion",
    header = "Print a script that completes fastvit's commands in bash and zsh.",
    description = "Prints a completion script for bash; zsh runs it too, through bashcompinit.",
    footer = {
      "",
      "Examples:",
      "  source <(fastvit completion)",
      "  fastvit completion > ~/.local/share/bash-completion/completions/fastvit"
    })
final class CompletionCommand extends Subcommand {
  @Spec private CommandSpec spec;

  CompletionCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run() {
    terminal.out().print(AutoComplete.bash("fastvit", spec.root().commandLine()));
    return 0;
  }
}
