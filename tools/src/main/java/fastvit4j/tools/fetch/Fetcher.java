package fastvit4j.tools.fetch;

import fastvit4j.model.UserException;
import fastvit4j.model.checkpoint.Checkpoint;
import fastvit4j.model.checkpoint.CheckpointException;
import fastvit4j.model.checkpoint.TensorFile;
import fastvit4j.model.io.AtomicFile;
import fastvit4j.model.io.Text;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** Brings published checkpoints into a cache. */
public final class Fetcher {
  private static final Duration CONNECT = Duration.ofSeconds(20);
  private static final int BUFFER = 1 << 20;

  private final ModelCache cache;
  private final Patience patience;
  private final Proxies proxies;
  private final Listener listener;

  /** Is told what happens, a line each. */
  public interface Listener {
    /** So many bytes are there, of so many, or of -1 where that is not known. */
    void at(PublishedModel model, long bytes, long total);

    /** Something that the user may want to know. */
    void say(String line);
  }

  /**
   * What was fetched.
   *
   * @param receipt the verified file
   * @param downloaded whether it came now, not from the cache
   * @param byHash whether the registry knew its SHA-256; otherwise what it holds was checked
   */
  public record Fetched(Receipt receipt, boolean downloaded, boolean byHash) {}

  /** A fetcher that goes through the proxies that the process is told of. */
  public Fetcher(ModelCache cache, Patience patience, Listener listener) {
    this(cache, patience, listener, Proxies.ofProcess());
  }

  Fetcher(ModelCache cache, Patience patience, Listener listener, Proxies proxies) {
    this.cache = cache;
    this.patience = patience;
    this.listener = listener;
    this.proxies = proxies;
  }

  /**
   * What the cache has of a model, verified, without any use of the network.
   *
   * @throws UserException if it has none or a damaged one
   */
  public Fetched offline(PublishedModel model) {
    Path file = cache.file(model);
    if (!Files.isRegularFile(file)) {
      throw new UserException(
          model.name()
              + " is not in the cache "
              + cache.directory()
              + ": run `fastvit fetch "
              + model.name()
              + "` without --offline");
    }
    return new Fetched(verify(model, file), false, model.sha256().isPresent());
  }

  /**
   * The model's file: the cache's, or else a download.
   *
   * @throws NetworkException if the network or the server fails for good
   * @throws UserException if the file is not what it should be, or the cache cannot be used
   */
  public Fetched fetch(PublishedModel model) throws InterruptedException {
    cache.create();
    try (var _ =
        cache.lock(
            model,
            () -> listener.say("waiting for another fastvit that fetches " + model.name()))) {
      Path file = cache.file(model);
      if (Files.isRegularFile(file)) {
        try {
          Receipt receipt = verify(model, file);
          note(receipt);
          return new Fetched(receipt, false, model.sha256().isPresent());
        } catch (UserException e) {
          listener.say(e.getMessage() + "; it is fetched again");
        }
      }
      if (cache.noteShown(model.licence())) {
        listener.say(
            model.licence().name() + ": " + model.licence().notice() + " " + model.licence().url());
      }
      return download(model, file);
    }
  }

  private Fetched download(PublishedModel model, Path file) throws InterruptedException {
    Path part = cache.part(model);
    Receipt received;
    try (Server server = new Server(proxies, CONNECT)) {
      boolean resumed = transfer(server, model, part).run();
      try {
        received = verify(model, part);
      } catch (UserException e) {
        if (!resumed) {
          throw e;
        }
        // The earlier part may be at fault.
        listener.say(e.getMessage() + "; it is fetched from the beginning");
        transfer(server, model, part).fromTheBeginning().run();
        received = verify(model, part);
      }
    } catch (UserException e) {
      discard(part, e);
      throw e;
    }
    Receipt receipt =
        new Receipt(
            file,
            received.name(),
            received.variant(),
            received.bytes(),
            received.sha256(),
            received.input());
    try {
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      new PartFile(part, model.url()).clear();
    } catch (IOException e) {
      throw new UserException(
          file + " cannot be written: " + Text.oneLine(String.valueOf(e.getMessage())), e);
    }
    note(receipt);
    return new Fetched(receipt, true, model.sha256().isPresent());
  }

  private Transfer transfer(Server server, PublishedModel model, Path part) {
    return new Transfer(
        server,
        patience,
        new Transfer.Listener() {
          @Override
          public void at(long bytes, long total) {
            listener.at(model, bytes, total);
          }

          @Override
          public void retrying(String reason, Duration wait) {
            listener.say(
                model.name() + ": " + reason + "; trying again in " + Chunks.seconds(wait));
          }
        },
        model.url(),
        part,
        model.size());
  }

  private static void discard(Path part, UserException reason) {
    try {
      new PartFile(part, null).clear();
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }

  private static void note(Receipt receipt) {
    Path path = Receipt.path(receipt.file());
    if (!Receipt.of(receipt.file()).equals(Optional.of(receipt))) {
      AtomicFile.writeString(path, receipt.text());
    }
  }

  /**
   * The file's receipt, if it is the model's: by its SHA-256 if that is known, and by its tensors.
   */
  private Receipt verify(PublishedModel model, Path file) {
    try {
      long bytes = Files.size(file);
      String sha256 = sha256(file);
      String expected =
          model.sha256().or(() -> Receipt.of(file).map(Receipt::sha256)).orElse(sha256);
      if (!sha256.equals(expected)) {
        throw new UserException(
            where(model, file)
                + " has the SHA-256 "
                + sha256
                + ", not "
                + expected
                + ": it is damaged or another file, and is not used");
      }
      if (model.size().isPresent() && model.size().getAsLong() != bytes) {
        throw new UserException(
            "%s has %d bytes, not %d as the registry says, and is not used"
                .formatted(where(model, file), bytes, model.size().getAsLong()));
      }
      open(model, file);
      return new Receipt(file, model.name(), model.variant(), bytes, sha256, model.input());
    } catch (CheckpointException e) {
      throw new UserException(
          where(model, file)
              + " is not what it should be, and is not used: "
              + e.getMessage().replace(file + ": ", ""),
          e);
    } catch (IOException e) {
      throw new UserException("cannot read " + file + ": " + Text.oneLine(String.valueOf(e)), e);
    }
  }

  /** What a message calls the file: the part is nothing that users know. */
  private String where(PublishedModel model, Path file) {
    return file.equals(cache.part(model)) ? "what came from " + model.url() : file.toString();
  }

  private static void open(PublishedModel model, Path file) {
    Function<Path, AutoCloseable> opener =
        path ->
            model.variant().isPresent()
                ? Checkpoint.open(path, model.variant().get().config())
                : TensorFile.open(path);
    try (AutoCloseable opened = opener.apply(file)) {
      Objects.requireNonNull(opened);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[BUFFER];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
