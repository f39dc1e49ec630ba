package fastvit4j.tools;

import fastvit4j.tools.bundle.Bundle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "bundle",
    header = "Make an archive for a machine without Java.",
    description = {
      "Writes an archive that runs every command on a machine with a driver and nothing else: the"
          + " launcher and its jars, a Java runtime made of the JDK that runs this command (so for"
          + " the same system and processor), and a folder for a TornadoVM SDK.",
      "",
      "There, unpack it and run bin/fastvit. Without --sdk, unpack an SDK's archive in its folder"
          + " sdk to reach GPUs."
    },
    footer = {
      "",
      "Examples:",
      "  fastvit bundle -o fastvit4j-bundle.tar.gz",
      "  fastvit bundle -o with-sdk.tar.gz --sdk ~/.sdkman/candidates/tornadovm/current"
    })
final class BundleCommand extends Subcommand {
  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE.tar.gz",
      description = "Where the archive goes; its name without the ending is the folder in it.")
  private Path output;

  @Option(
      names = "--sdk",
      paramLabel = "DIR",
      description =
          "A TornadoVM SDK of yours to copy in, what is needed to run kernels, with its licences.")
  private Path sdk;

  @Mixin private JsonOption json;

  BundleCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run() throws IOException {
    Bundle bundle = new Bundle(output, sdk);
    Map<String, Long> parts = bundle.write();
    long archive = bundle.archiveSize();
    if (json.on()) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("archive", output.toString());
      result.put("archive_bytes", archive);
      parts.forEach((part, bytes) -> result.put(part + "_bytes", bytes));
      result.put("java", Runtime.version().toString());
      result.put("tornadovm", bundle.tornadoVersion());
      JsonOption.print(terminal, result);
      return 0;
    }
    Table table = new Table().text("PART").number("SIZE");
    parts.forEach((part, bytes) -> table.row(part, Text.bytes(bytes)));
    table.row("archive", Text.bytes(archive));
    table.print(terminal);
    return 0;
  }
}
