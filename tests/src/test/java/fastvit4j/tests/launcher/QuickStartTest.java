package fastvit4j.tests.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import fastvit4j.tests.launcher.Launcher.Result;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the launcher starts {@code classify} of a few pictures, with its ahead-of-time cache. */
class QuickStartTest {
  private static final String CACHE_OPTION = "-XX:AOTCache=";
  private static final String VECTORS = "--add-modules=jdk.incubator.vector";

  @TempDir private Path directory;
  private Launcher launcher;
  private Path picture;

  @BeforeEach
  void unpack() throws IOException {
    launcher =
        Launcher.packed(directory.resolve("a distribution")).with("FASTVIT_JAVA", Launcher.JDK);
    picture = directory.resolve("a picture.png");
    BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    image.setRGB(10, 10, 0xffffff);
    ImageIO.write(image, "png", picture.toFile());
  }

  @Test
  void makesTheCacheOnceAndUsesIt() throws Exception {
    Result first = classify();
    assertEquals(1, first.err().lines().count(), first.err());
    assertTrue(first.err().contains("preparing quick starts"), first.err());
    Path cache = cache();
    assertTrue(Files.size(cache) > 0);
    assertTrue(show(1).contains(CACHE_OPTION + cache), show(1));

    Result second = classify();
    assertEquals("", second.err());
    assertEquals(first.out(), second.out());
    assertEquals(first.out(), launcher.with("FASTVIT_AOT", "no").run(arguments(1)).out());
  }

  @Test
  void triesAgainOnlyWithOtherJars() throws Exception {
    Path jar = launcher.root().resolve("lib/fastvit4j-tools.jar");
    String java = Launcher.JDK.toString().replace('/', '_');
    Path cache = launcher.root().resolve("lib/cache/" + java + ".aot");
    Files.createDirectories(cache.getParent());
    Files.createFile(cache);
    assertEquals("", classify().err());
    assertFalse(show(1).contains(CACHE_OPTION));

    Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(5)));
    Result again = classify();
    assertTrue(again.err().contains("preparing quick starts"), again.err());
    assertTrue(Files.size(cache) > 0);
  }

  @Test
  void leavesTheCacheAloneWhenToldTo() throws Exception {
    launcher.with("FASTVIT_AOT", "no");
    assertEquals("", classify().err());
    assertFalse(Files.exists(launcher.root().resolve("lib/cache")));
  }

  @Test
  void takesPlainLoopsForFewPicturesAndVectorCodeForMany() throws Exception {
    assertFalse(show(8).contains(VECTORS), show(8));
    assertTrue(show(8).contains("fastvit4j.vector=loops"), show(8));
    assertTrue(show(9).contains(VECTORS), show(9));
    assertTrue(launcher.run("--show-command", "eval", picture.toString()).out().contains(VECTORS));
    launcher.with("FASTVIT_OPTS", "-Xmx1g");
    assertTrue(show(1).contains(VECTORS), show(1));
  }

  /** The file of weights is no picture, however it is named. */
  @Test
  void hasRoomForAllThereIsWithOnePicture() throws Exception {
    String weights = picture.toString();
    for (String option : List.of("--weights=" + weights, "--weights " + weights)) {
      List<String> command = new ArrayList<>(List.of("--show-command"));
      command.addAll(List.of(arguments(1)));
      command.addAll(List.of(option.split(" ", 2)));
      String shown = launcher.run(command.toArray(String[]::new)).out();
      assertTrue(shown.contains("-Xmn400m"), shown);
    }
    assertTrue(show(2).contains("-XX:MaxTenuringThreshold=0"), show(2));
    assertFalse(show(2).contains("-Xmn400m"), show(2));
  }

  private Result classify() throws Exception {
    Result result = launcher.run(arguments(1));
    assertEquals(0, result.status(), result.err());
    return result;
  }

  private String show(int pictures) throws Exception {
    List<String> command = new ArrayList<>(List.of("--show-command"));
    command.addAll(List.of(arguments(pictures)));
    return launcher.run(command.toArray(String[]::new)).out().replace("'", "");
  }

  private String[] arguments(int pictures) {
    List<String> arguments = new ArrayList<>(List.of("classify", "--device", "cpu"));
    for (int i = 0; i < pictures; i++) {
      arguments.add(picture.toString());
    }
    return arguments.toArray(String[]::new);
  }

  private Path cache() throws IOException {
    try (Stream<Path> files = Files.list(launcher.root().resolve("lib/cache"))) {
      List<Path> found = files.toList();
      assertEquals(1, found.size(), found.toString());
      return found.getFirst().toRealPath();
    }
  }
}
