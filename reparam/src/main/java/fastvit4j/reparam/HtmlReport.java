package fastvit4j.reparam;

import fastvit4j.reparam.Report.BlockRow;
import fastvit4j.reparam.Report.PassRow;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** A {@link Report} as one HTML page without scripts or anything from elsewhere. */
final class HtmlReport {
  private static final String HEAD =
      """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Reparameterization of {model}</title>
      <style>
      :root { color-scheme: light dark; --ink: #1b1f24; --dim: #59636e; --paper: #ffffff; --card: #f4f6f8;
        --line: #d5dae0; --good: #116329; --bad: #b3261e; --bar: #3572b0; }
      @media (prefers-color-scheme: dark) { :root { --ink: #e6e9ec; --dim: #9aa4af; --paper: #14171a;
        --card: #1f2429; --line: #363d45; --good: #6fd08c; --bad: #ff8a80; --bar: #6ba6e0; } }
      * { box-sizing: border-box; }
      body { margin: 0 auto; max-width: 72rem; padding: 1.25rem; background: var(--paper); color: var(--ink);
        font: 1rem/1.5 system-ui, sans-serif; }
      h1 { font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere; }
      h2 { font-size: 1.15rem; margin-top: 2rem; }
      p, figcaption { color: var(--dim); }
      .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .75rem; }
      .tile { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; }
      .tile b { display: block; font-size: 1.1rem; font-variant-numeric: tabular-nums; }
      .tile span { color: var(--dim); font-size: .875rem; }
      .bar { height: .375rem; margin-top: .5rem; border-radius: .25rem; background: var(--line); }
      .bar i { display: block; height: 100%; border-radius: .25rem; background: var(--bar); }
      .good { color: var(--good); } .bad { color: var(--bad); }
      .scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: .5rem; }
      table { border-collapse: collapse; width: 100%; font-size: .875rem; font-variant-numeric: tabular-nums; }
      th, td { padding: .375rem .625rem; text-align: right; white-space: nowrap; border-top: 1px solid var(--line); }
      thead th { border-top: 0; background: var(--card); }
      th:first-child { text-align: left; }
      tbody th { font-weight: 500; }
      details { margin: .75rem 0; }
      summary { cursor: pointer; padding: .375rem 0; }
      summary code { color: var(--dim); overflow-wrap: anywhere; }
      </style>
      </head>
      <body>
      <h1>Reparameterization of {model}</h1>
      <p>MACs and activation traffic (float32 bytes read and written) at an input of {input}, NHWC.
      Errors are the largest of float64 computations before and after.</p>
      """;

  private static final String COLUMNS =
      "<th>Nodes</th><th>Parameters</th><th>MACs</th><th>Read</th><th>Written</th><th>Error</th>";

  private final StringBuilder html = new StringBuilder();

  private HtmlReport() {}

  static String of(Report report) {
    HtmlReport page = new HtmlReport();
    page.head(report);
    page.passes(report.passes());
    page.blocks(report.passes());
    page.verification(report.verification());
    page.html.append("</body>\n</html>\n");
    return page.html.toString();
  }

  private void head(Report report) {
    html.append(
        HEAD.replace("{input}", report.input().toString())
            .replace("{model}", escape(report.model())));
    html.append("<div class=\"tiles\">\n");
    tile("nodes", report, Cost::nodes, HtmlReport::count);
    tile("parameters", report, Cost::parameters, HtmlReport::count);
    tile("MACs", report, Cost::macs, HtmlReport::count);
    tile("activation traffic", report, Cost::traffic, HtmlReport::bytes);
    Verification verification = report.verification();
    if (verification != null) {
      Difference worst = verification.worst();
      html.append("<div class=\"tile\"><b class=\"")
          .append(verification.holds() ? "good\">same function" : "bad\">not the same function")
          .append("</b><span>largest relative error ")
          .append(error(worst.relative()))
          .append(" (")
          .append(escape(worst.name()))
          .append(")</span></div>\n");
    }
    html.append("</div>\n");
  }

  private interface Format {
    String of(long value);
  }

  private void tile(String what, Report report, ToLongFunction<Cost> quantity, Format format) {
    long before = quantity.applyAsLong(report.before());
    long after = quantity.applyAsLong(report.after());
    double percent = before == 0 ? 100 : 100.0 * after / before;
    html.append("<div class=\"tile\"><b>")
        .append(format.of(before))
        .append(" → ")
        .append(format.of(after))
        .append("</b><span>")
        .append(what)
        .append(String.format(Locale.ROOT, ", %.1f%% of before", percent))
        .append("</span><div class=\"bar\"><i style=\"width:")
        .append(String.format(Locale.ROOT, "%.1f", Math.min(percent, 100)))
        .append("%\"></i></div></div>\n");
  }

  private void passes(List<PassRow> passes) {
    html.append("<h2>The whole network, pass by pass</h2>\n");
    table("Pass", "");
    for (PassRow row : passes) {
      row(row.pass(), "", row.before(), row.after(), row.error());
    }
    endTable();
  }

  private void blocks(List<PassRow> passes) {
    html.append("<h2>Block by block</h2>\n");
    for (PassRow pass : passes) {
      html.append("<details><summary>")
          .append(escape(pass.pass()))
          .append(": ")
          .append(pass.blocks().size())
          .append(pass.blocks().size() == 1 ? " block" : " blocks")
          .append(" <code>")
          .append(escape(pass.description()))
          .append("</code></summary>\n");
      table("Block", "<th>Branches</th>");
      for (BlockRow row : pass.blocks()) {
        String branches = "<td>" + row.branchesBefore() + " → " + row.branchesAfter() + "</td>";
        row(row.block(), branches, row.before(), row.after(), row.error());
      }
      endTable();
      html.append("</details>\n");
    }
  }

  private void verification(Verification verification) {
    if (verification == null) {
      return;
    }
    html.append("<h2>Verification</h2>\n<p>Both networks on a random input of ")
        .append(verification.input())
        .append(", seed ")
        .append(verification.seed())
        .append("; relative to the output's largest magnitude, ")
        .append(error(Verification.TOLERANCE))
        .append(" is allowed.</p>\n<div class=\"scroll\"><table><thead><tr><th>Output</th>")
        .append("<th>Largest absolute error</th><th>Relative</th></tr></thead><tbody>\n");
    for (Difference difference : verification.outputs()) {
      html.append("<tr><th>")
          .append(escape(difference.name()))
          .append("</th><td>")
          .append(error(difference.absolute()))
          .append("</td><td>")
          .append(error(difference.relative()))
          .append("</td></tr>\n");
    }
    endTable();
  }

  private void table(String first, String extra) {
    html.append("<div class=\"scroll\"><table><thead><tr><th>")
        .append(first)
        .append("</th>")
        .append(extra)
        .append(COLUMNS)
        .append("</tr></thead><tbody>\n");
  }

  private void endTable() {
    html.append("</tbody></table></div>\n");
  }

  private void row(String name, String extra, Cost before, Cost after, Difference error) {
    html.append("<tr><th>").append(escape(name)).append("</th>").append(extra);
    change(count(before.nodes()), count(after.nodes()));
    change(count(before.parameters()), count(after.parameters()));
    change(count(before.macs()), count(after.macs()));
    change(bytes(before.bytesRead()), bytes(after.bytesRead()));
    change(bytes(before.bytesWritten()), bytes(after.bytesWritten()));
    html.append("<td>")
        .append(error == null ? "–" : error(error.absolute()))
        .append("</td></tr>\n");
  }

  private void change(String before, String after) {
    html.append("<td>")
        .append(before.equals(after) ? before : before + " → " + after)
        .append("</td>");
  }

  private static String count(long value) {
    if (value < 100_000) {
      return String.format(Locale.ROOT, "%,d", value);
    }
    return value < 1_000_000_000L
        ? String.format(Locale.ROOT, "%,.3f M", value / 1e6)
        : String.format(Locale.ROOT, "%,.3f G", value / 1e9);
  }

  private static String bytes(long value) {
    if (value < 1 << 20) {
      return String.format(Locale.ROOT, "%.1f KiB", value / 0x1p10);
    }
    return String.format(Locale.ROOT, "%.1f MiB", value / 0x1p20);
  }

  private static String error(double value) {
    return value == 0 ? "0" : String.format(Locale.ROOT, "%.1e", value);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
