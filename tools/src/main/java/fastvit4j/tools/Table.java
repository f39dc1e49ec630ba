package fastvit4j.tools;

import java.util.ArrayList;
import java.util.List;

/** A text table: left-aligned and right-aligned columns, two spaces apart, a bold header. */
final class Table {
  /** What stands between two columns. */
  static final String GAP = "  ";

  private final List<String> headers = new ArrayList<>();
  private final List<Boolean> right = new ArrayList<>();
  private final List<List<String>> rows = new ArrayList<>();

  /** Adds a column of text. */
  Table text(String header) {
    headers.add(header);
    right.add(false);
    return this;
  }

  /** Adds a column of numbers. */
  Table number(String header) {
    headers.add(header);
    right.add(true);
    return this;
  }

  /** Adds a row with one cell a column. */
  void row(List<String> cells) {
    if (cells.size() != headers.size()) {
      throw new IllegalArgumentException(cells.size() + " cells in " + headers.size() + " columns");
    }
    rows.add(List.copyOf(cells));
  }

  /** Adds a row with one cell a column. */
  void row(String... cells) {
    row(List.of(cells));
  }

  /** Writes the table. */
  void print(Terminal terminal) {
    int[] widths = new int[headers.size()];
    for (int column = 0; column < widths.length; column++) {
      widths[column] = length(headers.get(column));
      for (List<String> row : rows) {
        widths[column] = Math.max(widths[column], length(row.get(column)));
      }
    }
    terminal.out().println(terminal.bold(line(headers, widths)));
    for (List<String> row : rows) {
      terminal.out().println(line(row, widths));
    }
  }

  private String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      String cell = cells.get(column);
      String pad = " ".repeat(widths[column] - length(cell));
      line.append(column == 0 ? "" : GAP);
      line.append(right.get(column) ? pad + cell : cell + pad);
    }
    return line.toString().stripTrailing();
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
