package fastvit4j.tests.tornado;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs test classes in a JVM that was started with an SDK. */
public final class SuiteRunner {
  /** What the last line begins with: then the numbers of tests that passed and failed. */
  static final String RESULT = "suite: ";

  private SuiteRunner() {}

  /** Runs the named classes and exits with status 1 if anything failed. */
  public static void main(String[] classes) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(Arrays.stream(classes).map(name -> selectClass(name)).toList())
            .build();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, listener);
    TestExecutionSummary summary = listener.getSummary();
    summary.printFailuresTo(
        new PrintWriter(System.out, /* autoFlush= */ true, StandardCharsets.UTF_8), 6);
    System.out.println(
        RESULT + summary.getTestsSucceededCount() + " " + summary.getTestsFailedCount());
    System.exit(summary.getTotalFailureCount() == 0 ? 0 : 1);
  }
}
