package fastvit4j.model;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The 1000 classes of ImageNet-1k, in the order of the published checkpoints' logits. */
public final class ImageNetLabels {
  private static final String RESOURCE = "imagenet1k.tsv";

  private ImageNetLabels() {}

  /** The number of classes. */
  public static final int CLASSES = 1000;

  private record Row(String wordNetId, String name) {}

  private static final class Table {
    static final List<Row> ROWS = read();
  }

  /** Names, for example {@code tench}. */
  public static Labels labels() {
    return new Labels(Table.ROWS.stream().map(Row::name).toList());
  }

  /** WordNet ids, for example {@code n01440764}, as class folders are named. */
  public static List<String> wordNetIds() {
    return Table.ROWS.stream().map(Row::wordNetId).toList();
  }

  private static List<Row> read() {
    try (InputStream in = ImageNetLabels.class.getResourceAsStream(RESOURCE);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .skip(1)
          .map(line -> line.split("\t", -1))
          .map(fields -> new Row(fields[1], fields[2]))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
