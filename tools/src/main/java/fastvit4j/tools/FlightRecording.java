package fastvit4j.tools;

import fastvit4j.model.io.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.text.ParseException;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;

/** A flight recording that is written to a file, or none. */
final class FlightRecording implements AutoCloseable {
  private static final int CHUNK = 1 << 16;

  private final Recording recording;
  private final Path target;

  private FlightRecording(Recording recording, Path target) {
    this.recording = recording;
    this.target = target;
  }

  /** Starts recording, unless {@code target} is null. */
  static FlightRecording start(Path target) {
    if (target == null) {
      return new FlightRecording(null, null);
    }
    try {
      Recording recording = new Recording(Configuration.getConfiguration("profile"));
      recording.start();
      return new FlightRecording(recording, target);
    } catch (IOException | ParseException e) {
      throw new IllegalStateException("this JDK has no flight recorder settings", e);
    }
  }

  /** Stops and writes the file. */
  void write() {
    if (recording == null) {
      return;
    }
    recording.stop();
    AtomicFile.write(
        target,
        channel -> {
          try (InputStream stream = recording.getStream(null, null)) {
            byte[] chunk = new byte[CHUNK];
            for (int n = stream.read(chunk); n > 0; n = stream.read(chunk)) {
              AtomicFile.writeFully(channel, ByteBuffer.wrap(chunk, 0, n));
            }
          }
        });
  }

  @Override
  public void close() {
    if (recording != null) {
      recording.close();
    }
  }
}
