package fastvit4j.tools;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A table's columns, and what each writes of the things that its rows are of.
 *
 * @param all the columns, from left to right
 * @param rows what the rows are of
 */
record Columns<T>(List<Column<T>> all, List<T> rows) {
  /** A column: its header, whether numbers stand in it, and how a row's cell is written. */
  record Column<T>(String header, boolean number, Function<T, String> cell) {}

  /** What is left when as many columns go, in this order, as must for the table to fit. */
  Columns<T> fitting(List<String> expendable) {
    List<Column<T>> kept = new ArrayList<>(all);
    for (String header : expendable) {
      if (new Columns<>(kept, rows).width() > Text.WIDEST) {
        kept.removeIf(column -> column.header.equals(header));
      }
    }
    return new Columns<>(kept, rows);
  }

  /** The headers that others have and these have not. */
  List<String> missing(Columns<T> others) {
    List<String> own = headers();
    return others.headers().stream().filter(header -> !own.contains(header)).toList();
  }

  List<String> headers() {
    return all.stream().map(Column::header).toList();
  }

  List<String> cells(T row) {
    return all.stream().map(column -> column.cell.apply(row)).toList();
  }

  private int width() {
    int width = -Table.GAP.length();
    for (Column<T> column : all) {
      int widest = column.header.length();
      for (T row : rows) {
        widest = Math.max(widest, column.cell.apply(row).length());
      }
      width += widest + Table.GAP.length();
    }
    return width;
  }

  void print(Terminal terminal) {
    Table table = new Table();
    for (Column<T> column : all) {
      if (column.number) {
        table.number(column.header);
      } else {
        table.text(column.header);
      }
    }
    rows.forEach(row -> table.row(cells(row)));
    table.print(terminal);
  }
}
