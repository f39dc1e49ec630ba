package fastvit4j.tools;

import fastvit4j.model.UserException;
import fastvit4j.tools.fetch.Fetcher;
import fastvit4j.tools.fetch.ModelCache;
import fastvit4j.tools.fetch.Patience;
import fastvit4j.tools.fetch.PublishedModel;
import fastvit4j.tools.fetch.Receipt;
import fastvit4j.tools.fetch.Registry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "fetch",
    header = "Download a published checkpoint.",
    description = {
      "Brings a public FastViT checkpoint into the cache, once, verifies it and prints where it is."
          + " `--list` lists the models; a short name such as sa12 is timm's plain checkpoint of"
          + " the variant.",
      "",
      "An interrupted download goes on where it stopped. Proxies are Java's (-Dhttps.proxyHost) or"
          + " the environment's (https_proxy, no_proxy). docs/checkpoints.md tells more."
    },
    footer = {
      "",
      "Examples:",
      "  fastvit fetch --list",
      "  fastvit fetch sa12                     then: fastvit classify --variant sa12 cat.jpg",
      "  fastvit classify --weights \"$(fastvit fetch sa12-distilled)\" cat.jpg"
    })
final class FetchCommand extends Subcommand {
  @Parameters(arity = "0..1", paramLabel = "MODEL", description = "Name of the model.")
  private String name;

  @Option(names = "--list", description = "List the models instead.")
  private boolean list;

  @Option(names = "--offline", description = "Take it from the cache or fail.")
  private boolean offline;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description =
          "Folder of the cache (default: FASTVIT_CACHE, else where the platform keeps caches).")
  private Path directory;

  @Option(
      names = "--registry",
      paramLabel = "FILE",
      description = "More models, before those that the program knows.")
  private List<Path> registries = List.of();

  @Option(
      names = "--stall",
      paramLabel = "S",
      defaultValue = "30",
      converter = Count.Positive.class,
      description = "Seconds without a byte before a retry (default: ${DEFAULT-VALUE}).")
  private int stall;

  @Option(
      names = "--retries",
      paramLabel = "N",
      defaultValue = "5",
      converter = Count.NotNegative.class,
      description = "Retries without any progress (default: ${DEFAULT-VALUE}).")
  private int retries;

  @Mixin private JsonOption json;

  FetchCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  int run() throws InterruptedException {
    ModelCache cache = directory == null ? ModelCache.standard() : new ModelCache(directory);
    Registry registry = Registry.bundled();
    for (Path file : registries) {
      registry = registry.with(Registry.read(file));
    }
    if (list) {
      list(registry, cache);
      return 0;
    }
    if (name == null) {
      throw new UserException("give a MODEL, or --list to see which there are");
    }
    fetch(registry.find(name), cache);
    return 0;
  }

  private void fetch(PublishedModel model, ModelCache cache) throws InterruptedException {
    Fetcher.Fetched fetched;
    try (Progress progress = new Progress(terminal, "fetching", 0)) {
      Fetcher fetcher =
          new Fetcher(
              cache, Patience.of(Duration.ofSeconds(stall), retries), new Listener(progress));
      fetched = offline ? fetcher.offline(model) : fetcher.fetch(model);
    }
    Receipt receipt = fetched.receipt();
    String how = fetched.byHash() ? "as registered" : "not in the registry; its tensors fit";
    if (json.on()) {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("model", receipt.name());
      map.put("file", receipt.file().toString());
      map.put("bytes", receipt.bytes());
      map.put("sha256", receipt.sha256());
      map.put("verified_by", fetched.byHash() ? "sha256" : "structure");
      map.put("downloaded", fetched.downloaded());
      map.put("licence", model.licence().url());
      JsonOption.print(terminal, map);
      return;
    }
    terminal
        .err()
        .printf(
            "fastvit: %s %s, %s, SHA-256 %s (%s)%n",
            receipt.name(),
            fetched.downloaded() ? "downloaded" : "is in the cache",
            Text.bytes(receipt.bytes()),
            receipt.sha256(),
            how);
    terminal.out().println(receipt.file());
  }

  private final class Listener implements Fetcher.Listener {
    private final Progress progress;
    private final long start = System.nanoTime();
    private long first = -1;

    Listener(Progress progress) {
      this.progress = progress;
    }

    @Override
    public void at(PublishedModel model, long bytes, long total) {
      if (first < 0) {
        first = bytes;
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      double left =
          total < 0 || bytes == first ? Double.NaN : seconds * (total - bytes) / (bytes - first);
      String doing =
          "fetching %s, %s%s"
              .formatted(
                  model.name(), Text.bytes(bytes), total < 0 ? "" : " of " + Text.bytes(total));
      progress.at(doing, seconds, left);
    }

    @Override
    public void say(String line) {
      progress.wipe();
      terminal.err().println("fastvit: " + line);
    }
  }

  private void list(Registry registry, ModelCache cache) {
    if (json.on()) {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("cache", cache.directory().toString());
      map.put("models", registry.models().stream().map(m -> describe(m, cache)).toList());
      JsonOption.print(terminal, map);
      return;
    }
    Table table =
        new Table().text("MODEL").text("SHORT").number("MB").number("TOP-1 %").text("CACHED");
    for (PublishedModel model : registry.models()) {
      table.row(
          model.name(),
          String.join(" ", model.aliases()),
          model.megabytes().map(mb -> Text.number(mb, 1)).orElse("-"),
          model.accuracy("imagenet").stream()
              .findFirst()
              .map(a -> Text.number(a.top1(), 1))
              .orElse("-"),
          cache.find(model).isPresent() ? "yes" : "-");
    }
    table.print(terminal);
    terminal
        .out()
        .println(
            terminal.faint(
                "TOP-1 % is on ImageNet-1k, as its publisher measured it; the cache is "
                    + cache.directory()));
  }

  private static Map<String, Object> describe(PublishedModel model, ModelCache cache) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("model", model.name());
    map.put("aliases", model.aliases());
    model
        .variant()
        .ifPresent(variant -> map.put("variant", variant.name().toLowerCase(Locale.ROOT)));
    map.put("distilled", model.distilled());
    map.put("url", model.url().toString());
    map.put("licence", model.licence().url());
    model.size().ifPresent(size -> map.put("size", size));
    model.megabytes().ifPresent(megabytes -> map.put("megabytes", megabytes));
    model.sha256().ifPresent(sha256 -> map.put("sha256", sha256));
    map.put("accuracy", model.accuracy().stream().map(FetchCommand::describe).toList());
    Optional<Receipt> receipt = cache.find(model);
    receipt.ifPresent(r -> map.put("file", r.file().toString()));
    return map;
  }

  private static Map<String, Object> describe(PublishedModel.Accuracy accuracy) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("dataset", accuracy.dataset());
    map.put("top1", accuracy.top1());
    accuracy.top5().ifPresent(top5 -> map.put("top5", top5));
    map.put("source", accuracy.source());
    return map;
  }
}
