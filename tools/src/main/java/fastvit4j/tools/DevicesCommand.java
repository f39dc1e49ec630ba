package fastvit4j.tools;

import fastvit4j.runtime.Device;
import fastvit4j.runtime.DeviceProvider.Found;
import fastvit4j.runtime.Devices;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "devices",
    header = "List the devices that networks can run on.",
    description = {
      "Lists every device of this machine, the best first, with the name that --device takes, and"
          + " what was passed over and why."
    })
final class DevicesCommand extends Subcommand {
  @Option(
      names = "--verbose",
      description =
          "Show what is known of each device: memory, compute units, limits, precisions, driver.")
  private boolean verbose;

  @Mixin private JsonOption json;

  DevicesCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run() {
    List<Device> devices = Devices.all();
    List<String> passedOver =
        Devices.find().stream().map(Found::passedOver).flatMap(List::stream).toList();
    if (json.on()) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("devices", devices.stream().map(this::describe).toList());
      result.put("passed_over", passedOver);
      JsonOption.print(terminal, result);
      return 0;
    }
    if (verbose) {
      devices.forEach(this::show);
    } else {
      list(devices);
    }
    if (!passedOver.isEmpty()) {
      if (!verbose) {
        terminal.out().println();
      }
      terminal.out().println(terminal.bold("Passed over:"));
      passedOver.forEach(reason -> terminal.out().println("  " + reason));
    }
    return 0;
  }

  private void list(List<Device> devices) {
    Table table = new Table().text("DEVICE").text("DESCRIPTION");
    devices.forEach(device -> table.row(device.name(), device.description()));
    table.print(terminal);
  }

  private void show(Device device) {
    terminal.out().println(terminal.bold(device.name()) + "  " + device.description());
    device
        .properties()
        .forEach(
            (name, value) ->
                terminal.out().printf("  %-22s%s%n", title(name), Text.property(name, value)));
    terminal.out().println();
  }

  /** {@code memory_bytes} is shown as {@code memory}. */
  private static String title(String name) {
    return name.replaceFirst("_bytes$", "").replace('_', ' ');
  }

  private Map<String, Object> describe(Device device) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", device.name());
    map.put("description", device.description());
    if (verbose) {
      map.put("properties", device.properties());
    }
    return map;
  }
}
