package fastvit4j.tools.preset;

import fastvit4j.model.Architecture;
import fastvit4j.model.KnownModel;
import fastvit4j.model.Published;
import java.util.ArrayList;
import java.util.List;

/**
 * A table or figure of the paper as models to measure.
 *
 * @param name as it is given on the command line, for example {@code table1}
 * @param title what it compares
 * @param rows its rows, in the paper's order
 * @param claims what one should see in its rows
 * @param remarks what else a reader should know, a line each
 */
public record Preset(
    String name, String title, List<Row> rows, List<Claim> claims, List<String> remarks) {
  /** Copies the lists. */
  public Preset {
    rows = List.copyOf(rows);
    claims = List.copyOf(claims);
    remarks = List.copyOf(remarks);
  }

  /**
   * A row.
   *
   * @param name its model's name in results, for example {@code table1/repmixer}
   * @param label what is special about it
   * @param model the network and its input size
   */
  public record Row(String name, String label, KnownModel model) {}

  /** The names of the models, in order. */
  public List<String> models() {
    return rows.stream().map(Row::name).toList();
  }

  /** Writes a preset down, row by row. */
  static final class Builder {
    private static final double CROP = 0.9;

    private final String name;
    private final String title;
    private final List<Row> rows = new ArrayList<>();
    private final List<Claim> claims = new ArrayList<>();

    Builder(String name, String title) {
      this.name = name;
      this.title = title;
    }

    /** A row whose model nothing is published of, or nothing that could be checked. */
    Builder row(String key, String label, Architecture architecture, int size) {
      return row(key, label, new KnownModel(architecture, size, CROP, null));
    }

    /** A row of which something is published, at the size of that. */
    Builder row(String key, String label, Architecture architecture, Published published) {
      return row(key, label, new KnownModel(architecture, published.size(), CROP, published));
    }

    /** A row of a model that is known, at its own size. */
    Builder row(String key, String label, KnownModel known) {
      String full = name + "/" + key;
      Published published = known.published();
      rows.add(
          new Row(
              full,
              label,
              new KnownModel(
                  known.architecture().withName(full), known.size(), known.crop(), published)));
      return this;
    }

    /** What two rows should show; the paper's ratio of their latencies, or NaN. */
    Builder claim(String text, String row, String against, double ratio) {
      claims.add(Claim.of(text, name + "/" + row, name + "/" + against, ratio));
      return this;
    }

    /** What no two rows show. */
    Builder claim(String text) {
      claims.add(Claim.of(text));
      return this;
    }

    Preset remarking(String... lines) {
      return new Preset(name, title, rows, claims, List.of(lines));
    }
  }
}
